"""The background worker that trains, as the server sends it, in a real browser: one script, which says all it does."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

from tests.server import Server
from vae_explorer.server import frontend

# Digits of two classes by their halves; what the worker said until `done` is the value.
TALK = """
async ([url, requests, done]) => {
  const made = (count) => {
    const pixels = new Uint8Array(count * 784), labels = new Uint8Array(count);
    for (let i = 0; i < count; i++) {
      labels[i] = i % 2;
      for (let at = 0; at < 784; at++) pixels[i * 784 + at] = (at < 392) === (i % 2 === 0) ? 255 - (i * at) % 97 : 0;
    }
    return { pixels, labels };
  };
  const worker = new Worker(url);
  const heard = [];
  await new Promise((resolve, reject) => {
    worker.onerror = (event) => reject(new Error(event.message));
    worker.onmessage = ({ data }) => {
      heard.push(data);
      if (data.type === "fault" || data.state?.why === done || data.type === done) resolve();
    };
    for (const request of requests) {
      if (request.type === "open") Object.assign(request.start, { train: made(300), test: made(50) });
      worker.postMessage(request);
    }
  });
  worker.terminate();
  const plain = (value) => ArrayBuffer.isView(value) ? [value.length, [...value].every(Number.isFinite)] : value;
  return JSON.parse(JSON.stringify(heard, (_, value) => plain(value)));
}
"""

SETTINGS = {
    "latentDim": 2, "hidden": 64, "beta": 1, "warmUp": 0, "likelihood": "bce", "deterministic": False,
    "learningRate": 0.003, "batchSize": 32, "seed": 1, "classes": [0, 1], "count": 12000, "data": "mnist",
    "drawings": 0,
}  # fmt: skip


def talk(page: Page, explorer: Server, requests: list[dict[str, Any]], done: str) -> list[dict[str, Any]]:
    page.goto(explorer.url)
    url = f"{explorer.url}/{frontend.frontend_url()}training/train_worker.js"
    heard: list[dict[str, Any]] = page.evaluate(TALK, [url, requests, done])
    return heard


def opening(**changes: Any) -> dict[str, Any]:
    return {"type": "open", "start": {"settings": SETTINGS | changes}}


def test_it_trains_an_epoch_and_hands_over_what_it_has(page: Page, explorer: Server) -> None:
    requests = [opening(), {"type": "plane", "value": True}, {"type": "epoch"}]
    heard = talk(page, explorer, requests, "epoch")
    states = [each["state"] for each in heard if each["type"] == "state"]
    assert [state["kind"] for state in states] == ["ready", "running", "paused"]
    assert states[0]["plain"] is False, "it runs as WebAssembly"
    assert states[0]["digits"] == 300
    assert states[2]["step"] == 10
    frames = [each["frame"] for each in heard if each["type"] == "frame"]
    first, last = frames[0], frames[-1]
    assert (first["step"], last["step"]) == (0, 10)
    assert last["positions"] == [100, True]
    assert last["digits"] == last["samples"] == [8 * 784, True]
    assert last["plane"]["pixels"] == [(28 * last["plane"]["side"]) ** 2, True]
    assert last["recorded"] >= 2


def test_a_rate_that_is_too_high_is_said(page: Page, explorer: Server) -> None:
    heard = talk(page, explorer, [opening(learningRate=1), {"type": "start"}], "diverged")
    (stopped,) = [each["state"] for each in heard if each["type"] == "state" and each["state"]["kind"] == "stopped"]
    assert stopped["message"].startswith(f"Training stopped at step {stopped['step']}: ")
    assert stopped["message"].endswith(" is most likely too high.")


def test_what_cannot_be_trained_is_said(page: Page, explorer: Server) -> None:
    heard = talk(page, explorer, [opening(classes=[7])], "never")
    assert heard[-1]["type"] == "fault"
    assert "no training digit" in heard[-1]["message"]
