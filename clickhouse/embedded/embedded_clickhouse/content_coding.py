"""Content codings of request and response bodies."""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable
from typing import Protocol

import lz4.frame

from embedded_clickhouse.errors import refused

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd


class Decoder(Protocol):
    """Turns the pieces of an encoded body into its content."""

    def decompress(self, data: bytes) -> bytes:
        """The content of this piece."""


class _Identity:
    def decompress(self, data: bytes) -> bytes:
        return data


class _GzipMembers:
    """Gzip allows several members in a row: parallel compressors write them."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(31)

    def decompress(self, data: bytes) -> bytes:
        content = self._member.decompress(data)
        while self._member.eof and (rest := self._member.unused_data):
            self._member = zlib.decompressobj(31)
            content += self._member.decompress(rest)
        return content


_DECODERS: dict[str, Callable[[], Decoder]] = {
    "": _Identity,
    "identity": _Identity,
    "gzip": _GzipMembers,
    "x-gzip": _GzipMembers,
    "deflate": zlib.decompressobj,
    "zstd": zstd.ZstdDecompressor,
    "lz4": lz4.frame.LZ4FrameDecompressor,
}
_ENCODERS: dict[str, Callable[[bytes], bytes]] = {
    "zstd": lambda content: zstd.compress(content, 1),
    "lz4": lz4.frame.compress,
    "gzip": lambda content: zlib.compress(content, 3, 31),
    "deflate": lambda content: zlib.compress(content, 3),
}

DECODE_ERRORS = (zlib.error, zstd.ZstdError, RuntimeError, EOFError)
"""What the decoders raise for a body that is not what it says."""


def decoder(coding: str) -> Decoder:
    """The decoder for a Content-Encoding; raises ``ClickHouseError`` for one that is not known."""
    make = _DECODERS.get(coding.strip().lower())
    if make is None:
        known = ", ".join(name for name in _DECODERS if name)
        raise refused(48, "NOT_IMPLEMENTED", f"Content-Encoding {coding!r} is not supported: use one of {known}")
    return make()


def chosen_coding(accept_encoding: str) -> str | None:
    """The coding of an answer to this Accept-Encoding; ``None`` to send it as it is."""
    accepted = set()
    for item in accept_encoding.split(","):
        name, _, parameters = item.partition(";")
        if parameters.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000"):
            accepted.add(name.strip().lower())
    return next((name for name in _ENCODERS if name in accepted), None)


def encode(content: bytes, coding: str) -> bytes:
    """The whole content in one of the codings that ``chosen_coding`` names."""
    return _ENCODERS[coding](content)
