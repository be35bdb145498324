"""``./demo learn``: writes down what was behind an error, so that it is found the next time."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from launcher.configuration.run_folder import RunFolder
from launcher.configuration.settings import Settings
from launcher.error_patterns import Lesson, learn
from launcher.errors import UserError
from launcher.mechanisms import MECHANISMS, telling_words
from launcher.similar_errors import trace_id
from launcher.supervision.suite_up import settings_of_suite_up


def run(arguments: argparse.Namespace) -> int:
    """Learns from a trace and a person's note, or from the labels of a scored run."""
    cause, resolution = (_note(text) for text in (arguments.cause, arguments.resolution))
    settings = settings_of_suite_up(RunFolder(arguments.data))
    trace = trace_id(arguments.what)
    if trace is None:
        if cause:
            raise UserError("--cause belongs to a trace: what was behind a run is in its labels", exit_status=2)
        return _learn_run(settings, Path(arguments.what).expanduser(), resolution)
    if not cause:
        raise UserError("--cause is missing: what was behind the errors of that trace?", exit_status=2)
    signature = learn(settings, Lesson(f"'{trace}'", cause, resolution, from_person=True))
    print(f"Learned: {signature}")
    return 0


def _note(text: str | None) -> str | None:
    """What a person writes. Raises ``UserError`` where it holds words by which answers are compared."""
    if text and (words := telling_words(text)):
        raise UserError(
            f"the note says {' and '.join(words)}, a word of the labels: say in other words what happened, since"
            " whoever looks for causes may read patterns",
            exit_status=2,
        )
    return text.strip() or None if text else None


def _learn_run(settings: Settings, folder: Path, resolution: str | None) -> int:
    if not folder.is_dir():
        raise UserError(
            f"{folder} is neither a trace id (32 hexadecimal digits) nor the folder of a run", exit_status=2
        )
    labels = [_read(file) for file in sorted(folder.glob("labels/*.json"))]
    if not labels:
        raise UserError(f"{folder} has no labels: ./demo score {folder} makes them", exit_status=2)
    learned = 0
    for label in labels:
        try:
            signature = learn(settings, _lesson(label, resolution))
        except UserError as error:
            print(f"Not learned ({label['question']}): {error.message}")
            continue
        print(f"Learned ({label['question']}): {signature}")
        learned += 1
    return 0 if learned else 1


def _read(file: Path) -> Mapping[str, Any]:
    try:
        label = json.loads(file.read_text())
        for member in ("question", "valid", "root"):
            label[member]
        return label
    except (OSError, ValueError, KeyError, TypeError):
        raise UserError(f"{file} is no label: ./demo score {file.parent.parent} makes it anew", exit_status=2) from None


def _lesson(label: Mapping[str, Any], resolution: str | None) -> Lesson:
    if not label["root"]:
        raise UserError("nothing was wrong")
    if not label["valid"]:
        raise UserError("its label is not valid, so nothing is proven")
    try:
        traces = str(label["scope"]["sql"])
        mechanisms = [MECHANISMS[each["mechanism"]] for each in label["root"]]
        causes = [
            f"{each['service']}: {mechanism.what}" + (f" ({each['operation']})." if each.get("operation") else ".")
            for each, mechanism in zip(label["root"], mechanisms)
        ]
    except (KeyError, TypeError):
        raise UserError("its label does not say what was behind it") from None
    return Lesson(traces, " ".join(causes), resolution, from_person=False, usual_remedy=mechanisms[0].remedy)
