"""The app's addresses: printed at start, and the first one opened in a browser unless the server is headless."""

from __future__ import annotations

import ipaddress
import socket
import threading
import webbrowser

import streamlit as st

TEXT = {
    "title": "Latent space explorer",
    "here": "on this computer",
    "network": "on this network",
    "alone": "Only this computer can open it. For a class: vae-explorer --share, or --server.address 0.0.0.0",
    "shared": "Shared: everybody on this network can open it, without a password, and nothing is encrypted.",
    "shared_tls": "Shared: everybody on this network can open it, without a password.",
    "stop": "Press Ctrl-C to stop.",
}

EVERYWHERE = (None, "", "0.0.0.0", "::")  # noqa: S104 - compared, not bound

# Seconds until the browser opens: the server accepts requests a moment after it prints its addresses.
BROWSER_DELAY = 0.5


def announce(warning: str | None = None) -> None:
    """Print the addresses and who can open them, and open the first one unless the server is headless."""
    found = addresses()
    width = max(map(len, found))
    lines = [f"  {name:<{width}}  {url}" for name, url in found.items()]
    print("\n".join(["", TEXT["title"], *lines, _who(), *([warning] if warning else []), TEXT["stop"], ""]), flush=True)
    if not st.get_option("server.headless"):
        opener = threading.Timer(BROWSER_DELAY, webbrowser.open, [next(iter(found.values()))])
        opener.daemon = True
        opener.start()


def addresses() -> dict[str, str]:
    """The app's URLs by where they work: on this computer first, then on the network."""
    address = st.get_option("server.address")
    if address not in EVERYWHERE:
        return {TEXT["here" if is_this_computer(address) else "network"]: _url(address)}
    outward = _outward_address()
    return {TEXT["here"]: _url("localhost")} | ({TEXT["network"]: _url(outward)} if outward else {})


def network_url() -> str | None:
    """The URL that other computers on the network can open; None if they cannot, or there is no network."""
    return addresses().get(TEXT["network"])


def is_this_computer(address: str) -> bool:
    """Whether only programs on this computer reach a server that listens on this address."""
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:  # a name
        return address.lower().rstrip(".") == "localhost"


def _who() -> str:
    if is_this_computer(st.get_option("server.address") or ""):
        return TEXT["alone"]
    return TEXT["shared_tls" if st.get_option("server.sslCertFile") else "shared"]


def _url(host: str) -> str:
    scheme = "https" if st.get_option("server.sslCertFile") else "http"
    base = st.get_option("server.baseUrlPath").strip("/")
    host = f"[{host}]" if ":" in host else host
    return f"{scheme}://{host}:{st.get_option('server.port')}" + (f"/{base}" if base else "")


def _outward_address() -> str | None:
    """This computer's address on the network; no packet is sent to find it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(
                ("192.0.2.1", 9)
            )  # reserved for documentation, RFC 5737; any address that is not local would do
        except OSError:
            return None
        address = str(probe.getsockname()[0])
    return None if address.startswith("127.") else address
