"""``./demo bench``: the benchmarks, one JSON object a line on standard output."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

from launcher.configuration.locations import ROOT, executables, given_python, python
from launcher.errors import UserError
from launcher.preparation import prepare
from launcher.preparation.system_packages import BROWSER_PACKAGES, install_missing
from launcher.preparation.virtual_environment import install_requirements
from launcher.terminal.progress import Progress

_FOLDER = ROOT / "Benchmarks"


def run(arguments: argparse.Namespace) -> int:
    """Runs one benchmark, or all; the exit status is that of the first that fails."""
    scripts = benchmark_scripts(_FOLDER)
    if not scripts:
        raise UserError(f"there are no benchmarks in {_FOLDER}: run-NAME or NAME/run would be one", exit_status=2)
    if arguments.name is not None and arguments.name not in scripts:
        raise UserError(f"no benchmark is called {arguments.name}: there are {', '.join(scripts)}", exit_status=2)
    # Standard output belongs to the figures.
    progress = Progress(sys.stderr)
    prepare(progress)
    requirements = sorted(_FOLDER.glob("**/requirements*.txt"))
    chosen = [arguments.name] if arguments.name else list(scripts)
    if any(_drives_a_browser(scripts[name].parent) for name in chosen):
        install_missing(BROWSER_PACKAGES, progress)
    if requirements and not given_python():
        install_requirements(requirements, progress)
    failed = 0
    for name in chosen:
        progress.line(f"bench {name}")
        status = _pass_figures_through(scripts[name])
        if status != 0:
            progress.line(f"bench {name}: exit status {status}")
        failed = failed or status
    return failed


def benchmark_scripts(folder: Path) -> dict[str, Path]:
    """``Benchmarks/run-NAME`` and ``Benchmarks/NAME/run`` by name, in alphabetical order."""
    found = {path.name[len("run-") :]: path for path in folder.glob("run-*")}
    found.update({path.parent.name: path for path in folder.glob("*/run")})
    return {name: path for name, path in sorted(found.items()) if os.access(path, os.X_OK) and path.is_file()}


def _drives_a_browser(folder: Path) -> bool:
    return any("selenium" in path.read_text() for path in folder.glob("requirements*.txt"))


def _pass_figures_through(script: Path) -> int:
    environment = {**os.environ, "FAULTLINE_PYTHON": str(python()), "FAULTLINE_BIN_DIR": str(executables())}
    with subprocess.Popen([str(script)], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as benchmark:
        assert benchmark.stdout is not None
        for line in benchmark.stdout:
            print(line, end="", file=sys.stdout if _is_figure(line) else sys.stderr, flush=True)
        status: int = benchmark.wait()
    return abs(status)


def _is_figure(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False
