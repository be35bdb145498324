"""Debian packages that tests run a program of, unpacked into the checkout instead of installed.

Installed, such a package would start its server on its usual port.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from launcher.configuration.locations import ROOT
from launcher.preparation.system_packages import as_root, run_apt
from launcher.terminal.progress import Progress


def unpack(name: str, program: str, progress: Progress, packages: Sequence[str] = ()) -> Path | None:
    """Unpacks a program's package, or those given, unless it is there already.

    Returns the program, whose path in the package is given; ``None`` where there is no apt-get, where nothing may be
    fetched (``FAULTLINE_NO_INSTALL`` set) or where Debian does not have it. Tests that need it then skip and say so.
    """
    packages = packages or (name,)
    folder = ROOT / ".build" / "debian" / name
    unpacked = folder / program
    if unpacked.exists():
        return unpacked
    if os.environ.get("FAULTLINE_NO_INSTALL") or not shutil.which("apt-get") or not shutil.which("dpkg-deb"):
        return None
    folder.mkdir(parents=True, exist_ok=True)
    with progress.step(f"Debian's {name}", announce=True) as step:
        step.update(f"apt-get download {' '.join(packages)}")
        if not _download(packages, folder):
            # The lists of packages may be missing or old.
            prefix = as_root()
            if prefix is not None:
                run_apt(prefix, "update")
            _download(packages, folder)
        for package in folder.glob("*.deb"):
            subprocess.run(["dpkg-deb", "--extract", package, folder], check=False)
            package.unlink()
    return unpacked if unpacked.exists() else None


def _download(packages: Sequence[str], folder: Path) -> bool:
    return subprocess.run(["apt-get", "-qq", "download", *packages], cwd=folder, capture_output=True).returncode == 0
