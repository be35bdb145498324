"""``./demo test``: everything the tests need, then every test."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
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
    SystemPackage,
    install_missing,
)
from launcher.preparation.unpacked_packages import unpack
from launcher.preparation.virtual_environment import install_requirements
from launcher.terminal.progress import Progress
from launcher.terminal.style import for_stream

_FUZZ_SECONDS = "30"

# All tests share one process and its few threads: begun all at once, they wait for one another past their timeouts.
_TESTS_AT_ONCE = "8"

# They compute for a minute and hold every thread of the process meanwhile.
_COMPUTING_TESTS = "PromQLTests|LinearRegexTests"

_BUILD = "build"
_SYSTEM_TESTS = "SystemTests"
_INCIDENT_TESTS = "SystemTests.IncidentTests"
_BOOKS_TESTS = "SystemTests.BooksTests"
_TRUTH_TESTS = "SystemTests.TruthTests"
_STORY_TESTS = "SystemTests.StoryTests"
_SOAK_TESTS = "SystemTests.SoakTests"


@dataclass(frozen=True)
class Stage:
    """A part of the tests that passes or fails by itself."""

    name: str
    run: Callable[[], int]
    packages: Sequence[SystemPackage] = ()
    """What it needs of the system."""
    starts_executables: bool = False
    """Starts what the stage ``build`` builds, which therefore runs before it, named or not."""
    on_demand: bool = False
    """Runs only when it is named: it measures the shop under load, and what it finds depends on the machine's speed."""


@dataclass(frozen=True)
class Outcome:
    """How a stage went."""

    name: str
    status: int
    seconds: float


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
    outcomes = [_run_stage(stage) for stage in chosen]
    return _summarize(outcomes, time.monotonic() - began)


def _requirements() -> list[Path]:
    of_tests = sorted((ROOT / "Tests").glob("**/requirements*.txt"))
    return [path for path in (*SUITE_REQUIREMENTS, *of_tests) if path.exists()]


def _stages() -> list[Stage]:
    stages = [
        Stage(_BUILD, _build, BUILD_PACKAGES),
        Stage("format", lambda: _command(["swift", "format", "lint", "--strict", *_swift_files()])),
        Stage("python", _lint_python),
        Stage("lint", lint.run),
        Stage(
            "swift",
            lambda: _command(["swift", "test", "--parallel", "--skip", _SYSTEM_TESTS, "--skip", _COMPUTING_TESTS]),
            BUILD_PACKAGES,
        ),
        Stage("computing", _computing_tests, BUILD_PACKAGES),
        # Apart from the others: two whole suites beside every unit test leave no core for either.
        Stage(
            "system",
            lambda: _command(
                ["swift", "test", "--parallel", "--filter", _SYSTEM_TESTS]
                + ["--skip", _INCIDENT_TESTS, "--skip", _BOOKS_TESTS, "--skip", _TRUTH_TESTS]
                + ["--skip", _STORY_TESTS, "--skip", _SOAK_TESTS]
            ),
            [*BUILD_PACKAGES, *BROWSER_PACKAGES],
            starts_executables=True,
        ),
        _alone("books", _BOOKS_TESTS),
        _alone("incidents", _INCIDENT_TESTS),
        _alone("truth", _TRUTH_TESTS, on_demand=True),
        _alone("stories", _STORY_TESTS, on_demand=True),
        _alone("soak", _SOAK_TESTS, on_demand=True),
    ]
    for folder in sorted({path.parent for path in (ROOT / "Tests").glob("*/test_*.py")}):
        stages.append(
            Stage(
                folder.name.lower(),
                _pytest(folder),
                BROWSER_PACKAGES if _drives_a_browser(folder) else (),
                starts_executables=_starts_executables(folder),
            )
        )
    for script in sorted((ROOT / "Fuzz").glob("*/run")):
        stages.append(Stage(f"fuzz-{script.parent.name.lower()}", _script(script), BUILD_PACKAGES))
    return stages


def _alone(name: str, tests: str, *, on_demand: bool = False) -> Stage:
    """System tests that run one suite at a time: what they measure and break must not be disturbed by others."""
    return Stage(
        name,
        lambda: _command(["swift", "test", "--no-parallel", "--filter", tests]),
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


def _lint_python() -> int:
    """Every folder of Python that has its own ruff.toml."""
    folders = sorted({str(path.parent.relative_to(ROOT)) for path in _tracked("*ruff.toml")})
    checks = [["check", "--quiet"], ["format", "--quiet", "--check"]]
    return max(_command([str(python()), "-m", "ruff", *check, *folders]) for check in checks)


def _build() -> int:
    """The executables that the system tests start."""
    try:
        build_executables(Progress())
        return 0
    except UserError as error:
        print("\n".join([error.message, *error.details]), file=sys.stderr)
        return error.exit_status


def _computing_tests() -> int:
    """The query language and the regular expressions, compared with a real Prometheus where it can be had."""
    unpack("prometheus", "usr/bin/prometheus", Progress())
    return _command(["swift", "test", "--parallel", "--filter", _COMPUTING_TESTS])


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


def _pytest(folder: Path) -> Callable[[], int]:
    return lambda: _command([str(python()), "-m", "pytest", "-q", str(folder.relative_to(ROOT))])


def _script(script: Path) -> Callable[[], int]:
    return lambda: _command([str(script)])


def _command(words: Sequence[str]) -> int:
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
        return abs(subprocess.run(words, cwd=ROOT, env=environment, check=False).returncode)
    except OSError as error:
        print(f"{words[0]}: {error.strerror}", file=sys.stderr)
        return 127


def _run_stage(stage: Stage) -> Outcome:
    style = for_stream(sys.stdout)
    print(style.bold(f"── {stage.name} " + "─" * max(0, 60 - len(stage.name))), flush=True)
    began = time.monotonic()
    return Outcome(stage.name, stage.run(), time.monotonic() - began)


def _summarize(outcomes: Sequence[Outcome], seconds: float) -> int:
    style = for_stream(sys.stdout)
    print(style.bold("── summary " + "─" * 53))
    for outcome in outcomes:
        mark = style.green("✓") if outcome.status == 0 else style.red("✗")
        note = "" if outcome.status == 0 else f"   exit status {outcome.status}"
        print(f"  {mark} {outcome.name:<20}{_minutes(outcome.seconds):>10}{note}")
    failures = [outcome for outcome in outcomes if outcome.status != 0]
    verdict = style.red(f"{len(failures)} failed") if failures else style.green("all passed")
    print(f"    {len(outcomes)} stages, {verdict}, {_minutes(seconds)}")
    return failures[0].status if failures else 0


def _minutes(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < 60 else f"{int(seconds) // 60} m {int(seconds) % 60:02} s"
