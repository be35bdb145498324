"""The lints of ``./demo test``: configuration that no compiler sees."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from launcher.configuration.locations import ROOT, python
from launcher.errors import UserError
from launcher.preparation.system_packages import COMPOSE_PACKAGES, install_missing
from launcher.terminal.progress import Progress

ARRANGEMENTS = ("", "docker-compose.cloud.yml", "docker-compose.lite.yml", "docker-compose.otlp.yml")
"""What stands beside docker-compose.yml in each arrangement."""

_REQUIREMENTS = "Tests/Deployment/requirements.txt"
_REQUIRED = {
    "CH_HOST": "example.clickhouse.cloud",
    "CH_PASSWORD": "secret",
    "OTEL_EXPORTER_OTLP_ENDPOINT": "http://x:1",
}


def run() -> int:
    """Runs every lint, also after one has complained; the exit status is that of the first that did."""
    statuses = [_lint(name, words) for name, words in _lints()]
    statuses.append(_compose_files())
    return next((status for status in statuses if status != 0), 0)


def _lints() -> Iterator[tuple[str, list[str]]]:
    yield "hadolint", ["--failure-threshold", "warning", "Dockerfile"]
    yaml = _tracked("*.yml", "*.yaml")
    yield "yamllint", ["--strict", "--config-file", ".yamllint.yaml", *yaml]
    # The files of the other arrangements are parts, of which no rule can judge.
    yield "compose-lint", ["--fail-on", "low", "--skip-suppressed", "--quiet", "--no-env", "docker-compose.yml"]
    manifests = [name for name in _tracked("deploy/k8s/*.yaml") if not name.endswith("kustomization.yaml")]
    yield "kubernetes-validate", ["--strict", "--quiet", *manifests]
    yield "shellcheck", _shell_scripts()


def _lint(name: str, arguments: Sequence[str]) -> int:
    program = python().parent / name
    found = str(program) if program.exists() else shutil.which(name)
    if found is None:
        print(f"{name} is missing: run '{python()} -m pip install -r {_REQUIREMENTS}' and this again")
        return 127
    return _run(name, [found, *arguments], os.environ)


def _compose_files() -> int:
    """Whether Compose can read every arrangement, with every profile."""
    try:
        install_missing(COMPOSE_PACKAGES, Progress())
    except UserError as error:
        print(error.message)
        return 127
    compose = [["docker-compose"]] if shutil.which("docker-compose") else [["docker", "compose"]]
    # What a person's own .env says is not what is linted.
    environment = {**os.environ, **_REQUIRED, "COMPOSE_FILE": "", "COMPOSE_PROFILES": ""}
    statuses = []
    for second in ARRANGEMENTS:
        files = [word for name in ("docker-compose.yml", second) if name for word in ("--file", name)]
        profiles = [] if second.endswith("otlp.yml") else ["--profile", "hyperdx"]
        for words in compose:
            name = " ".join([*words, second or "docker-compose.yml"])
            command = [*words, "--env-file", ".env.example", *files, *profiles, "config", "--quiet"]
            statuses.append(_run(name, command, environment))
    return max(statuses)


def _run(name: str, words: Sequence[str], environment: Mapping[str, str]) -> int:
    result = subprocess.run(
        words, cwd=ROOT, env=dict(environment), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    print(f"  {name}: {'clean' if result.returncode == 0 else 'complains'}")
    if result.returncode != 0:
        print(result.stdout.rstrip())
    return abs(result.returncode)


def _shell_scripts() -> list[str]:
    """Every tracked file whose first line calls a shell."""
    return [name for name in _tracked() if _first_line(ROOT / name).startswith((b"#!/bin/sh", b"#!/usr/bin/env bash"))]


def _first_line(path: Path) -> bytes:
    if not path.is_file():
        return b""
    with open(path, "rb") as file:
        return file.readline(80)


def _tracked(*patterns: str) -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    ).stdout.splitlines()
    return sorted(name for name in set(listed) if (ROOT / name).is_file())
