"""Programs that the distribution has, installed where that is possible."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys


def tool(name: str) -> str:
    """A program's path, or nothing; servers are often in sbin."""
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin") or ""


def install(packages: list[str]) -> None:
    """Installs packages where this machine's owner runs the benchmark; elsewhere nothing happens."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    print(f"installing {' '.join(packages)}", file=sys.stderr)
    subprocess.run(["apt-get", "update", "-qq"], stdout=sys.stderr, check=False)
    command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    subprocess.run(command, stdout=sys.stderr, check=False)


def require(packages: dict[str, str]) -> None:
    """Ends the benchmark with one line when a program is missing and its package cannot be installed."""
    if all(tool(program) for program in packages):
        return
    install([package for program, package in packages.items() if not tool(program)])
    missing = [program for program in packages if not tool(program)]
    if missing:
        names = " ".join(packages[program] for program in missing)
        sys.exit(f"{', '.join(missing)} needed: run sudo apt-get install {names}")
