"""What a file is that is called as a picture that can be read, and is another: by how it begins."""

from __future__ import annotations

_BRANDS = {
    **dict.fromkeys((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"), "a picture in HEIC"),
    **dict.fromkeys((b"avif", b"avis"), "a picture in AVIF"),
}
_STARTS = {
    b"%PDF": "a PDF",
    b"8BPS": "a document of Photoshop",
    b"\xff\x0a": "a picture in JPEG XL",
    b"\0\0\0\x0cJXL ": "a picture in JPEG XL",
    b"\0\0\0\x0cjP": "a picture in JPEG 2000",
    b"PK\3\4": "a zip archive",
    b"\x1a\x45\xdf\xa3": "a film",
}


def other_picture(head: bytes) -> str:
    """What a file is that begins with `head`, such as `a PDF`; empty where it may be a picture that can be read."""
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12], "a film")
    if b"<svg" in head[:1000].lower() and head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return "a drawing in SVG"
    if head and not any(head):
        return "nothing but zeros"
    return next((kind for start, kind in _STARTS.items() if head.startswith(start)), "")
