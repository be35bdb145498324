"""The release build of the suite's executables, skipped when nothing has changed since the last."""

from __future__ import annotations

import collections
import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from launcher.configuration.locations import ROOT, executables
from launcher.errors import UserError
from launcher.terminal.progress import Progress, Step

SUITE = (
    "inventory-service",
    "payment-service",
    "sample-ecommerce-app",
    "collector",
    "query-service",
    "data-generator",
    "embedding-pipeline",
)
"""What ``./demo up`` starts."""

PRODUCTS = (*SUITE, "faultline-score", "faultline-mcp")
"""And what a suite is asked with."""

_SOURCES = ("Package.swift", "Services", "Shared")
_STAMP = ROOT / ".build" / "faultline-release-stamp"
_PROGRESS = re.compile(r"\[(\d+)/(\d+)\] (.*)")
_NO_SWIFT = "Swift is not on the PATH: https://www.swift.org/install/linux has it (6.2 or newer); then run this again."
_WITHOUT_SWIFT = "Without Swift: docker-compose up builds and runs the same suite in containers."


def require_swift() -> None:
    """Raises ``UserError`` with the two ways on when there is no Swift."""
    if shutil.which("swift") is None:
        raise UserError(_NO_SWIFT, [_WITHOUT_SWIFT])


def up_to_date(products: Sequence[str] = PRODUCTS) -> bool:
    """Whether each of these executables is there and no source has changed since it was built."""
    if not all((executables() / product).exists() for product in products):
        return False
    built = min((executables() / product).stat().st_mtime_ns for product in products)
    if _STAMP.exists() and _STAMP.stat().st_mtime_ns >= built:
        stamp = _stamped()
        return stamp.get("sources") == _fingerprint() and set(products) <= set(stamp.get("products", ()))
    # Built by hand since: right if the oldest executable is younger than the youngest source.
    return all(status.st_mtime_ns < built for _, status in _sources())


def build_executables(progress: Progress, products: Sequence[str] = PRODUCTS) -> None:
    """Builds these executables unless they are up to date: the suite's alone, or all that the package has.

    Raises ``UserError`` with the compiler's errors.
    """
    if up_to_date(products):
        return
    suite_only = set(products) <= set(SUITE)
    require_swift()
    (ROOT / ".build").mkdir(exist_ok=True)
    with open(ROOT / ".build" / "faultline-lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if up_to_date(products):
            return
        fingerprint = _fingerprint()
        with progress.step("swift build", announce=True) as step:
            _build(step, suite_only)
            step.update("release")
        _STAMP.write_text(json.dumps({"sources": fingerprint, "products": SUITE if suite_only else PRODUCTS}))


def _stamped() -> dict[str, Any]:
    try:
        stamp = json.loads(_STAMP.read_text())
    except ValueError:
        return {}
    return stamp if isinstance(stamp, dict) else {}


def _build(step: Step, suite_only: bool) -> None:
    last = collections.deque[str](maxlen=400)
    with subprocess.Popen(
        # All of it at once: product by product, the last module and the link of each would leave the other cores idle.
        ["swift", "build", "-c", "release"],
        cwd=ROOT,
        env={**os.environ, **({"FAULTLINE_SUITE_ONLY": "1"} if suite_only else {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as build:
        assert build.stdout is not None
        try:
            for line in build.stdout:
                last.append(line.rstrip())
                if match := _PROGRESS.search(line):
                    step.update(f"{match[1]}/{match[2]}  {match[3]}")
        except BaseException:
            build.terminate()
            raise
    if build.returncode != 0:
        errors = [line for line in last if "error:" in line] or list(last)[-15:]
        raise UserError("swift build -c release failed:", list(dict.fromkeys(errors))[:15])


def _fingerprint() -> str:
    """Changes whenever a source file is added, removed, edited or touched, or Swift is another one."""
    digest = hashlib.sha256(os.path.realpath(shutil.which("swift") or "").encode())
    for path, status in _sources():
        digest.update(f"{path}\0{status.st_mtime_ns}\0{status.st_size}\n".encode())
    return digest.hexdigest()


def _sources() -> Iterator[tuple[str, os.stat_result]]:
    """Every file and folder that the executables are made of, in a stable order."""
    for name in _SOURCES:
        top = ROOT / name
        yield name, top.stat()
        for folder, folders, files in os.walk(top):
            folders.sort()
            for entry in sorted([*folders, *files]):
                path = Path(folder, entry)
                yield str(path.relative_to(ROOT)), path.lstat()
