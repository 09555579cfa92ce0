"""The digest in the address or name of a file: another content has another one."""

from __future__ import annotations

import hashlib


def content_digest(body: bytes) -> str:
    """128 bits of SHA-256: 32 hexadecimal digits."""
    return hashlib.sha256(body).hexdigest()[:32]
