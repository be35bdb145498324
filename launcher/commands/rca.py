"""``./demo rca``: an incident with a proven cause to find out about, for a person, a tool or an agent."""

from __future__ import annotations

import argparse
import json
import re
import shlex
import shutil
import sys
from pathlib import Path

from launcher.commands import down, frozen_runs, methods_table, rca_dialogue, rca_mcp, rca_model, up
from launcher.commands.case_runs import scenario_options
from launcher.commands.score import latest_journal
from launcher.configuration.locations import ROOT
from launcher.configuration.run_folder import RunFolder
from launcher.errors import UserError
from launcher.frozen_runs.opening import is_sealed, unseal_labels
from launcher.frozen_runs.sealing import read_key, require_cryptography
from launcher.preparation import prepare
from launcher.scoring import faultline_score, questions_of, reference_agent
from launcher.supervision.suite_up import settings_of_suite_up
from launcher.supervision.supervised_suite import SupervisedSuite
from launcher.terminal.progress import Progress

_SCENARIOS = ROOT / "Shared" / "ShopStories" / "scenarios"


def run(arguments: argparse.Namespace) -> int:
    """Does what the word after ``rca`` says."""
    actions = {
        "list": _list,
        "start": _start,
        "ask": _ask,
        "agent": _agent,
        "dialogue": rca_dialogue.run,
        "mcp": rca_mcp.run,
        "submit": _submit,
        "score": _score,
        "freeze": frozen_runs.freeze_run,
        "open": frozen_runs.open_run,
        "table": methods_table.run,
    }
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
    _make_room(RunFolder(arguments.data))
    # What asks for the cause is built before there is one: the compiler would be an incident of its own.
    prepare(Progress(sys.stderr))
    status = up.run(scenario_options(arguments.data, arguments.scenario, arguments.seed, arguments.time_scale))
    if status == 0:
        print("  ./demo rca ask has the questions when the load is done: ./demo status says when that is")
    return status


def _make_room(folder: RunFolder) -> None:
    """Ends a suite whose load is done: one that is up keeps the load that it was started with."""
    if not SupervisedSuite(folder).client.is_running():
        return
    try:
        record = json.loads((latest_journal(folder.truth) / "run.json").read_text())
    except UserError:
        record = {"ended_at": "without load"}
    if record.get("ended_at") is None:
        data = shlex.quote(str(folder.path))
        raise UserError(
            f"a load is under way in {folder.path}: start the next scenario when ./demo status --data {data} says that"
            f" it is done, or end it by ./demo down --data {data}",
            exit_status=3,
        )
    down.run(argparse.Namespace(data=folder.path))


def _ask(arguments: argparse.Namespace) -> int:
    folder = RunFolder(arguments.data)
    journal = latest_journal(folder.truth)
    print(questions_of(journal, lambda: settings_of_suite_up(folder)).read_text(), end="")
    return 0


def _agent(arguments: argparse.Namespace) -> int:
    folder = RunFolder(arguments.data)
    if arguments.llm:
        if not arguments.model:
            raise UserError("--llm needs --model, the name of the model", exit_status=2)
        return rca_model.run(arguments.llm, arguments.model, settings_of_suite_up(folder), latest_journal(folder.truth))
    return reference_agent(settings_of_suite_up(folder), latest_journal(folder.truth))


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
    settings = settings_of_suite_up(folder)
    questions_of(journal, lambda: settings)
    if is_sealed(journal):
        require_cryptography()
        unseal_labels(journal, read_key(arguments.key or frozen_runs.default_key(folder)))
    for method in ("oracle", "naive"):
        if not (journal / "answers" / f"{method}.json").exists():
            faultline_score([method, str(journal)], settings, quiet=True)
    return faultline_score(["score", str(journal), "--level", arguments.level], settings, quiet=False)
