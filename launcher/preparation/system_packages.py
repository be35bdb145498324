"""The Debian packages that the suite needs, installed where that is allowed."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from launcher.errors import UserError
from launcher.terminal.progress import Progress


@dataclass(frozen=True)
class SystemPackage:
    """A package and how to see that what it brings is there, from whatever source."""

    name: str
    brings: str
    is_there: Callable[[], bool]


def _header(path: str) -> Callable[[], bool]:
    def is_there() -> bool:
        include = Path(os.environ.get("FAULTLINE_INCLUDE_DIR") or "/usr/include")
        return (include / path).exists() or any(include.glob(f"*-linux-gnu*/{path}"))

    return is_there


def _command(*names: str) -> Callable[[], bool]:
    return lambda: any(shutil.which(name) for name in names)


BUILD_PACKAGES = [
    SystemPackage("git", "git", _command("git")),
    SystemPackage("libcurl4-openssl-dev", "curl/curl.h", _header("curl/curl.h")),
    SystemPackage("libssl-dev", "openssl/ssl.h", _header("openssl/ssl.h")),
    SystemPackage("libnghttp2-dev", "nghttp2/nghttp2.h", _header("nghttp2/nghttp2.h")),
    SystemPackage("libsqlite3-dev", "sqlite3.h", _header("sqlite3.h")),
    SystemPackage("libzstd-dev", "zstd.h", _header("zstd.h")),
    SystemPackage("zlib1g-dev", "zlib.h", _header("zlib.h")),
]
VENV_PACKAGE = SystemPackage("python3-venv", "Python's ensurepip", lambda: bool(importlib.util.find_spec("ensurepip")))
BROWSER_PACKAGES = [
    SystemPackage("chromium", "chromium", _command("chromium", "chromium-browser", "google-chrome")),
    SystemPackage("chromium-driver", "chromedriver", _command("chromedriver")),
]


def _has_compose() -> bool:
    if shutil.which("docker-compose"):
        return True
    docker = shutil.which("docker")
    return docker is not None and subprocess.run([docker, "compose", "version"], capture_output=True).returncode == 0


COMPOSE_PACKAGES = [SystemPackage("docker-compose", "docker-compose", _has_compose)]


def install_missing(packages: Sequence[SystemPackage], progress: Progress) -> None:
    """Installs what is missing and says so.

    Raises ``UserError`` with the command to run where installing is not possible or not allowed
    (``FAULTLINE_NO_INSTALL`` set).
    """
    missing = [package for package in packages if not package.is_there()]
    if not missing:
        return
    names = [package.name for package in missing]
    brings = ", ".join(package.brings for package in missing)
    prefix = as_root()
    by_hand = f"{'' if os.geteuid() == 0 else 'sudo '}apt-get install -y {' '.join(names)}"
    if os.environ.get("FAULTLINE_NO_INSTALL"):
        raise UserError(f"{brings} missing: run '{by_hand}' and this again (FAULTLINE_NO_INSTALL is set)")
    if shutil.which("apt-get") is None:
        raise UserError(f"{brings} missing: install what Debian calls {' '.join(names)}, then run this again")
    if prefix is None:
        raise UserError(f"{brings} missing: run '{by_hand}' and this again")
    with progress.step("system packages", announce=True) as step:
        step.update(f"apt-get install {' '.join(names)}")
        run_apt(prefix, "update")
        said = run_apt(prefix, "install", "-y", "--no-install-recommends", *names)
        if not all(package.is_there() for package in missing):
            raise UserError(f"{brings} missing and apt-get could not help ({said}): run '{by_hand}' and this again")


def as_root() -> list[str] | None:
    """The words in front of a command that make it run as root, ``None`` when there are none."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") is None:
        return None
    if subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0:
        return ["sudo", "-n"]
    return ["sudo"] if sys.stdin.isatty() else None


def run_apt(prefix: Sequence[str], *arguments: str) -> str:
    """Runs apt-get as root and returns the last thing it complained about."""
    environment = ["env", "DEBIAN_FRONTEND=noninteractive"]
    result = subprocess.run(
        [*prefix, *environment, "apt-get", "-qq", *arguments],
        stdout=subprocess.PIPE,
        # sudo asks for the password on the terminal itself.
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    lines = [line for line in result.stdout.splitlines() if line.startswith("E:")]
    return lines[-1] if lines else f"exit status {result.returncode}"
