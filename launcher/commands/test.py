"""``./demo test``: everything the tests need, then every test."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from launcher.commands import lint
from launcher.configuration.locations import ROOT, VIRTUAL_ENVIRONMENT, executables, given_python, python
from launcher.errors import UserError
from launcher.preparation import SUITE_REQUIREMENTS
from launcher.preparation.swift_build import build_executables, require_swift
from launcher.preparation.system_packages import (
    BROWSER_PACKAGES,
    BUILD_PACKAGES,
    VENV_PACKAGE,
    install_missing,
)
from launcher.preparation.unpacked_packages import unpack
from launcher.preparation.virtual_environment import install_requirements
from launcher.stages import Output, Stage, run_all, summarize
from launcher.terminal.progress import Progress

_FUZZ_SECONDS = "30"

# All tests share one process and its few threads: begun all at once, they wait for one another past their timeouts.
_TESTS_AT_ONCE = "8"

# They compute for a minute and hold every thread of the process meanwhile.
_COMPUTING_TESTS = "PromQLTests|LogQLTests|LinearRegexTests"

_BUILD = "build"
_SYSTEM_TESTS = "SystemTests"
_INCIDENT_TESTS = "SystemTests.IncidentTests"
_BOOKS_TESTS = "SystemTests.BooksTests"
_TRUTH_TESTS = "SystemTests.TruthTests"
_STORY_TESTS = "SystemTests.StoryTests"
_SOAK_TESTS = "SystemTests.SoakTests"


def run(arguments: argparse.Namespace) -> int:
    """Runs all stages, also after one has failed; the exit status is that of the first failure."""
    stages = _stages()
    names = [stage.name for stage in stages]
    for name in arguments.stages:
        if name not in names:
            raise UserError(f"no stage is called {name}: there are {', '.join(names)}", exit_status=2)
    named = arguments.stages or [stage.name for stage in stages if not stage.on_demand]
    builds = any(stage.starts_executables for stage in stages if stage.name in named)
    chosen = [stage for stage in stages if stage.name in named or (stage.name == _BUILD and builds)]
    require_swift()
    began = time.monotonic()
    progress = Progress()
    needed = {package.name: package for stage in chosen for package in stage.packages}
    install_missing([VENV_PACKAGE, *needed.values()], progress)
    if not given_python():
        install_requirements(_requirements(), progress)
    return summarize(run_all(chosen), time.monotonic() - began)


def _requirements() -> list[Path]:
    of_tests = sorted((ROOT / "Tests").glob("**/requirements*.txt"))
    return [path for path in (*SUITE_REQUIREMENTS, *of_tests) if path.exists()]


def _stages() -> list[Stage]:
    stages = [
        Stage(_BUILD, _build, BUILD_PACKAGES),
        Stage("format", lambda output: _command(["swift", "format", "lint", "--strict", *_swift_files()], output)),
        Stage("python", _lint_python),
        Stage("lint", lambda _: lint.run()),
        Stage("swift", _swift_tests, BUILD_PACKAGES),
        Stage("computing", _computing_tests, BUILD_PACKAGES),
        # Apart from the others: two whole suites beside every unit test leave no core for either.
        Stage(
            "system",
            lambda output: _command(
                ["swift", "test", "--parallel", "--filter", _SYSTEM_TESTS]
                + ["--skip", _INCIDENT_TESTS, "--skip", _BOOKS_TESTS, "--skip", _TRUTH_TESTS]
                + ["--skip", _STORY_TESTS, "--skip", _SOAK_TESTS],
                output,
            ),
            [*BUILD_PACKAGES, *BROWSER_PACKAGES],
            starts_executables=True,
        ),
        _alone("books", _BOOKS_TESTS),
        _alone("incidents", _INCIDENT_TESTS),
        _alone("truth", _TRUTH_TESTS, on_demand=True),
        _alone("stories", _STORY_TESTS, on_demand=True),
        _alone("soak", _SOAK_TESTS, on_demand=True),
        Stage("races", _script(ROOT / "scripts" / "thread-sanitizer"), BUILD_PACKAGES, on_demand=True),
    ]
    for folder in sorted({path.parent for path in (ROOT / "Tests").glob("*/test_*.py")}):
        stages.append(
            Stage(
                folder.name.lower(),
                _pytest(folder),
                BROWSER_PACKAGES if _drives_a_browser(folder) else (),
                starts_executables=_starts_executables(folder),
                shares_machine=True,
            )
        )
    for script in sorted((ROOT / "Fuzz").glob("*/run")):
        name = f"fuzz-{script.parent.name.lower()}"
        stages.append(Stage(name, _script(script), BUILD_PACKAGES, shares_machine=True))
    return stages


def _alone(name: str, tests: str, *, on_demand: bool = False) -> Stage:
    """System tests that run one suite at a time: what they measure and break must not be disturbed by others."""

    def run(output: Output) -> int:
        _unpack_redis()
        return _command(["swift", "test", "--no-parallel", "--filter", tests], output)

    return Stage(
        name,
        run,
        BUILD_PACKAGES,
        starts_executables=True,
        on_demand=on_demand,
    )


def _drives_a_browser(folder: Path) -> bool:
    return any("selenium" in path.read_text().lower() for path in folder.glob("requirements*.txt"))


def _starts_executables(folder: Path) -> bool:
    starters = (
        "from running_suite import",
        "from running_collector import",
        "from running_query_service import",
        "from running_pipeline import",
        "from running_mcp import",
    )
    return any(starter in path.read_text() for path in folder.glob("*.py") for starter in starters)


def _lint_python(output: Output) -> int:
    """Every folder of Python that has its own ruff.toml."""
    folders = sorted({str(path.parent.relative_to(ROOT)) for path in _tracked("*ruff.toml")})
    checks = [["check", "--quiet"], ["format", "--quiet", "--check"]]
    return max(_command([str(python()), "-m", "ruff", *check, *folders], output) for check in checks)


def _build(_: Output) -> int:
    """The executables that the system tests start."""
    try:
        build_executables(Progress())
        return 0
    except UserError as error:
        print("\n".join([error.message, *error.details]), file=sys.stderr)
        return error.exit_status


def _swift_tests(output: Output) -> int:
    """The unit tests, with a real Redis where it can be had."""
    _unpack_redis()
    words = ["swift", "test", "--parallel", "--skip", _SYSTEM_TESTS, "--skip", _COMPUTING_TESTS]
    return _command(words, output)


def _unpack_redis() -> None:
    """Redis, with the libraries that nothing else on the machine may need."""
    packages = ["redis-server", "redis-tools", "liblzf1", "libjemalloc2", "libatomic1"]
    unpack("redis", "usr/bin/redis-server", Progress(), packages)


def _computing_tests(output: Output) -> int:
    """The query languages and the regular expressions, compared with a real Prometheus where it can be had."""
    unpack("prometheus", "usr/bin/prometheus", Progress())
    return _command(["swift", "test", "--parallel", "--filter", _COMPUTING_TESTS], output)


def _swift_files() -> list[str]:
    return [str(path) for path in _tracked("*.swift")]


def _tracked(pattern: str) -> list[Path]:
    """Files of the checkout, new ones included, build products not."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", pattern],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    ).stdout.splitlines()
    return [ROOT / name for name in listed if (ROOT / name).exists()]


def _pytest(folder: Path) -> Callable[[Output], int]:
    words = [str(python()), "-m", "pytest", "-q", str(folder.relative_to(ROOT))]
    return lambda output: _command(words, output)


def _script(script: Path) -> Callable[[Output], int]:
    return lambda output: _command([str(script)], output)


def _command(words: Sequence[str], output: Output) -> int:
    environment = {
        **os.environ,
        "FAULTLINE_PYTHON": str(python()),
        "FAULTLINE_BIN_DIR": str(executables()),
        "FUZZ_SECONDS": os.environ.get("FUZZ_SECONDS") or _FUZZ_SECONDS,
        "SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH": _TESTS_AT_ONCE,
        "PATH": f"{VIRTUAL_ENVIRONMENT / 'bin'}:{os.environ.get('PATH', '')}",
    }
    try:
        # What a signal ended counts as failed too.
        run = subprocess.run(words, cwd=ROOT, env=environment, stdout=output, stderr=output, check=False)
        return abs(run.returncode)
    except OSError as error:
        message = f"{words[0]}: {error.strerror}\n"
        if output is None:
            sys.stderr.write(message)
        else:
            output.write(message.encode())
        return 127
