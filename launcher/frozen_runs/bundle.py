"""The file of a frozen run: a tar that is the same, byte for byte, for the same content.

``manifest.json`` says what is in it and what each part's SHA-256 is; ``questions.json`` and ``telemetry/TABLE.parquet``
are for whoever answers; ``labels.sealed`` is for the scorer.
"""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from launcher.errors import UserError

FORMAT = "faultline-case/1"
_MANIFEST = "manifest.json"
_QUESTIONS = "questions.json"
_SEALED = "labels.sealed"
_TELEMETRY = "telemetry/"
_MOST_BYTES = 4_000_000_000


@dataclass(frozen=True)
class Bundle:
    """What a frozen run consists of."""

    begin: str
    """The first moment of its telemetry, as SQL writes it."""
    end: str
    questions: bytes
    tables: Mapping[str, bytes]
    """Rows by table, as Parquet."""
    counts: Mapping[str, int]
    """How many rows each table has."""
    sealed: bytes

    @property
    def open_parts(self) -> dict[str, bytes]:
        """What is not sealed, by name."""
        telemetry = {f"{_TELEMETRY}{name}.parquet": content for name, content in self.tables.items()}
        return {_QUESTIONS: self.questions, **telemetry}

    @property
    def name(self) -> str:
        """A name that follows from the content and tells nothing of it."""
        return f"case-{seal_ground(self.open_parts).hex()[:12]}"

    def content(self) -> bytes:
        """The file."""
        parts = {**self.open_parts, _SEALED: self.sealed}
        manifest = {
            "format": FORMAT,
            "from": self.begin,
            "to": self.end,
            "parts": {name: hashlib.sha256(part).hexdigest() for name, part in sorted(parts.items())},
            "rows": dict(sorted(self.counts.items())),
        }
        written = io.BytesIO()
        with tarfile.open(fileobj=written, mode="w", format=tarfile.USTAR_FORMAT) as archive:
            _add(archive, _MANIFEST, json.dumps(manifest, indent=2, sort_keys=True).encode() + b"\n")
            for name, part in sorted(parts.items()):
                _add(archive, name, part)
        return written.getvalue()


def seal_ground(open_parts: Mapping[str, bytes]) -> bytes:
    """What labels are bound to: the digest of everything that lies open beside them."""
    digest = hashlib.sha256()
    for name, part in sorted(open_parts.items()):
        digest.update(f"{name} {hashlib.sha256(part).hexdigest()}\n".encode())
    return digest.digest()


def read_bundle(file: Path) -> Bundle:
    """Reads and checks the file. Raises ``UserError`` with one line for what is no frozen run, or a damaged one."""
    try:
        parts = _parts(file)
        manifest: Mapping[str, Any] = json.loads(parts.pop(_MANIFEST))
        if manifest["format"] != FORMAT:
            raise UserError(f"{file} has the format {manifest['format']}, and this version reads {FORMAT}")
        for name, digest in manifest["parts"].items():
            if hashlib.sha256(parts[name]).hexdigest() != digest:
                raise UserError(f"{file} is damaged: {name} is not what it was; copy the file again")
        if set(parts) != set(manifest["parts"]):
            raise UserError(f"{file} holds something that its manifest does not name: take one that nobody changed")
        tables = {
            name[len(_TELEMETRY) : -len(".parquet")]: part
            for name, part in parts.items()
            if name.startswith(_TELEMETRY) and name.endswith(".parquet")
        }
        counts = {name: int(rows) for name, rows in manifest["rows"].items()}
        if set(counts) != set(tables):
            raise UserError(f"{file} is damaged: its manifest counts other tables than it has")
        return Bundle(manifest["from"], manifest["to"], parts[_QUESTIONS], tables, counts, parts[_SEALED])
    except FileNotFoundError:
        raise UserError(f"there is no {file}: ./demo rca freeze makes one", exit_status=2) from None
    except (OSError, tarfile.TarError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UserError(f"{file} is no frozen run ({error}): ./demo rca freeze makes one", exit_status=2) from None


def _add(archive: tarfile.TarFile, name: str, part: bytes) -> None:
    # Time, owner and mode of a new entry are constants: 0, nobody, 0644.
    entry = tarfile.TarInfo(name)
    entry.size = len(part)
    archive.addfile(entry, io.BytesIO(part))


def _parts(file: Path) -> dict[str, bytes]:
    if file.stat().st_size > _MOST_BYTES:
        raise UserError(f"{file} is larger than any frozen run: {_MOST_BYTES} bytes are read at most")
    parts: dict[str, bytes] = {}
    with tarfile.open(file, mode="r:") as archive:
        for entry in archive:
            content = archive.extractfile(entry) if entry.isreg() else None
            if content is None or entry.name in parts:
                raise ValueError(f"{entry.name!r} does not belong there")
            parts[entry.name] = content.read()
    return parts
