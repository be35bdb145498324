"""``./demo rca``: an incident with a proven cause to find out about, for a person, a tool or an agent."""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from launcher.commands import up
from launcher.commands.score import latest_journal
from launcher.configuration.locations import ROOT, executables, given_python, python
from launcher.configuration.run_folder import RunFolder
from launcher.errors import UserError
from launcher.preparation import prepare
from launcher.preparation.virtual_environment import install_requirements
from launcher.supervision.suite_up import settings_of_suite_up
from launcher.terminal.progress import Progress

_SCENARIOS = ROOT / "Shared" / "ShopStories" / "scenarios"
_REQUIREMENTS = ROOT / "mcp" / "requirements.txt"


def run(arguments: argparse.Namespace) -> int:
    """Does what the word after ``rca`` says."""
    actions = {"list": _list, "start": _start, "ask": _ask, "agent": _agent, "submit": _submit, "score": _score}
    return actions[arguments.action](arguments)


def _list(arguments: argparse.Namespace) -> int:
    # What a scenario does is the answer: only its name is told, and how long it takes.
    for file in sorted(_SCENARIOS.glob("*.yaml")):
        duration = re.search(r"^duration: *(\S+)", file.read_text(), re.MULTILINE)
        print(f"{file.stem:<24}{duration[1] if duration else ''}")
    return 0


def _start(arguments: argparse.Namespace) -> int:
    if not (_SCENARIOS / f"{arguments.scenario}.yaml").exists() and not Path(arguments.scenario).is_file():
        raise UserError(f"no scenario is called {arguments.scenario}: ./demo rca list has their names", exit_status=2)
    options = argparse.Namespace(
        data=arguments.data,
        detach=True,
        rate=None,
        arrivals=None,
        scenario=arguments.scenario,
        time_scale=arguments.time_scale,
        classes=None,
        seed=arguments.seed,
        no_load=False,
    )
    status = up.run(options)
    if status == 0:
        print("  ./demo rca ask has the questions when the load is done: ./demo status says when that is")
    return status


def _ask(arguments: argparse.Namespace) -> int:
    folder = RunFolder(arguments.data)
    journal = latest_journal(folder.truth)
    print(_questions(folder, journal).read_text(), end="")
    return 0


def _agent(arguments: argparse.Namespace) -> int:
    folder = RunFolder(arguments.data)
    journal = latest_journal(folder.truth)
    questions = _questions(folder, journal)
    if not given_python():
        install_requirements([_REQUIREMENTS], Progress(sys.stderr))
    answers, transcripts = journal / "answers", journal / "transcripts"
    answers.mkdir(exist_ok=True)
    transcripts.mkdir(exist_ok=True)
    words = [str(python()), str(ROOT / "mcp" / "agent"), "--questions", str(questions)]
    words += ["--answers", str(answers / "reference-agent.json")]
    words += ["--transcript", str(transcripts / "reference-agent.jsonl")]
    # The agent's own user and nothing else: no password of another, no token.
    kept_from_it = ("CH_PASSWORD", "CH_USER", "ADMIN_TOKEN")
    environment = {name: value for name, value in _environment(folder).items() if name not in kept_from_it}
    return subprocess.run(words, env=environment, check=False).returncode


def _submit(arguments: argparse.Namespace) -> int:
    journal = latest_journal(RunFolder(arguments.data).truth)
    try:
        sheet = json.loads(arguments.file.read_text())
        method, count = sheet["method"], len(sheet["answers"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UserError(
            f"{arguments.file} is no file of answers ({error}): docs/ground-truth.md has its form", exit_status=2
        ) from None
    name = re.sub(r"[^A-Za-z0-9_.-]", "-", str(method)).strip(".")
    if name in ("", "oracle", "naive"):
        raise UserError(f"'{method}' is no name for a method of your own: oracle and naive are taken", exit_status=2)
    (journal / "answers").mkdir(exist_ok=True)
    shutil.copyfile(arguments.file, journal / "answers" / f"{name}.json")
    print(f"{method}: {count} answers handed in; ./demo rca score compares them with the labels")
    return 0


def _score(arguments: argparse.Namespace) -> int:
    folder = RunFolder(arguments.data)
    journal = latest_journal(folder.truth)
    _questions(folder, journal)
    for method in ("oracle", "naive"):
        if not (journal / "answers" / f"{method}.json").exists():
            _faultline_score([method, str(journal)], _environment(folder), quiet=True)
    words = ["score", str(journal), "--level", arguments.level]
    return _faultline_score(words, _environment(folder), quiet=False)


def _questions(folder: RunFolder, journal: Path) -> Path:
    """The file of questions, which labelling makes once the run is over."""
    questions = journal / "questions.json"
    if questions.exists():
        return questions
    if "ended_at" not in json.loads((journal / "run.json").read_text()):
        raise UserError("the load is not done: there are questions when ./demo status says that it is", exit_status=3)
    prepare(Progress(sys.stderr))
    tables = ROOT / "clickhouse" / "ground_truth"
    words = ["label", str(journal), "--tables", str(tables)]
    status = _faultline_score(words, _environment(folder), quiet=True)
    if not questions.exists():
        raise UserError(f"the run could not be labelled: faultline-score ended with {status}")
    return questions


def _environment(folder: RunFolder) -> dict[str, str]:
    settings = settings_of_suite_up(folder)
    return {
        **os.environ,
        "CH_HOST": "127.0.0.1",
        "CLICKHOUSE_HTTP_PORT": str(settings.ports["CLICKHOUSE_HTTP_PORT"]),
        "CH_DATABASE": settings.database,
    }


def _faultline_score(words: Sequence[str], environment: dict[str, str], *, quiet: bool) -> int:
    """Its exit status. What it prints about labels and reference answers is kept from who is being asked."""
    output = subprocess.DEVNULL if quiet else None
    command = [str(executables() / "faultline-score"), *words]
    return subprocess.run(command, env=environment, stdout=output, check=False).returncode
