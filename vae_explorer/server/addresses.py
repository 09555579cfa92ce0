"""Where the app can be opened: printed when it starts, and opened in a browser where there is a screen."""

from __future__ import annotations

import socket
import threading
import webbrowser

import streamlit as st

TEXT = {
    "title": "Latent space explorer",
    "here": "on this computer",
    "network": "in this network",
    "stop": "Ctrl-C ends it.",
}

EVERYWHERE = (None, "", "0.0.0.0", "::")  # noqa: S104 - compared, not bound

# Seconds until the browser is sent there: the server takes its first request a moment after it is announced.
BROWSER_DELAY = 0.5


def announce() -> None:
    """Print the addresses, and open the first one unless the server is headless."""
    found = addresses()
    width = max(map(len, found))
    lines = [f"  {name:<{width}}  {url}" for name, url in found.items()]
    print("\n".join(["", TEXT["title"], *lines, TEXT["stop"], ""]), flush=True)
    if not st.get_option("server.headless"):
        opener = threading.Timer(BROWSER_DELAY, webbrowser.open, [next(iter(found.values()))])
        opener.daemon = True
        opener.start()


def addresses() -> dict[str, str]:
    """The app's URLs by what they are good for: on this computer first, then for others in the network."""
    address = st.get_option("server.address")
    if address not in EVERYWHERE:
        return {TEXT["here"]: _url(address)}
    outward = _outward_address()
    return {TEXT["here"]: _url("localhost")} | ({TEXT["network"]: _url(outward)} if outward else {})


def _url(host: str) -> str:
    scheme = "https" if st.get_option("server.sslCertFile") else "http"
    base = st.get_option("server.baseUrlPath").strip("/")
    return f"{scheme}://{host}:{st.get_option('server.port')}" + (f"/{base}" if base else "")


def _outward_address() -> str | None:
    """The address by which others reach this computer; no packet is sent to find it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # set aside for documentation, RFC 5737: any address that is not local
        except OSError:
            return None
        address = str(probe.getsockname()[0])
    return None if address.startswith("127.") else address
