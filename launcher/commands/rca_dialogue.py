"""``./demo rca dialogue``: what people ask, asked of the running suite through MCP, and the page that it makes."""

from __future__ import annotations

import argparse
import json
import os
import shlex
import subprocess
import sys
import tempfile
from datetime import datetime, timedelta, timezone
from pathlib import Path

from launcher.commands.score import latest_journal
from launcher.configuration.locations import ROOT, given_python, python
from launcher.configuration.run_folder import RunFolder
from launcher.configuration.settings import Settings
from launcher.errors import UserError
from launcher.preparation.virtual_environment import install_requirements
from launcher.scoring import MCP_REQUIREMENTS, agents_environment, questions_of
from launcher.similar_errors import DEFAULT_MODEL, embed
from launcher.supervision.suite_up import settings_of_suite_up
from launcher.terminal.progress import Progress

_EXAMPLE = "NullPointerException"


def run(arguments: argparse.Namespace) -> int:
    """Holds the dialogue in front of whoever started it."""
    if arguments.text and arguments.dialogue != "errors_like":
        raise UserError(f"{arguments.dialogue} takes no text: errors_like does", exit_status=2)
    folder = RunFolder(arguments.data)
    settings = settings_of_suite_up(folder)
    begin, end = _stretch(arguments, folder, settings)
    if not given_python():
        install_requirements([MCP_REQUIREMENTS], Progress(sys.stderr))
    words = [str(python()), str(ROOT / "mcp" / "dialogues"), arguments.dialogue, "--from", begin, "--to", end]
    words += ["--command", _command(arguments)]
    if arguments.page:
        words += ["--page", str(arguments.page)]
    with tempfile.TemporaryDirectory() as scratch:
        if arguments.dialogue == "payment_errors":
            words += ["--about", "payment"]
        if arguments.dialogue == "errors_like":
            text = arguments.text or _EXAMPLE
            words += ["--about", text, *_embedding(settings, text, Path(scratch) / "embedding.json")]
        return subprocess.run(words, env=agents_environment(settings), check=False).returncode


def _stretch(arguments: argparse.Namespace, folder: RunFolder, settings: Settings) -> tuple[str, str]:
    if not arguments.question:
        now = datetime.now(timezone.utc)
        return _written(now - timedelta(seconds=arguments.since)), _written(now)
    journal = latest_journal(folder.truth)
    sheet = json.loads(questions_of(journal, lambda: settings).read_text())["questions"]
    for each in sheet:
        if each["question"] == arguments.question:
            return _whole_seconds(each["from"]), _whole_seconds(each["to"])
    names = ", ".join(each["question"] for each in sheet)
    raise UserError(f"there is no question {arguments.question}: there are {names}", exit_status=2)


def _embedding(settings: Settings, text: str, file: Path) -> list[str]:
    """The option that names the text's embedding; none where nothing embeds, which the letters then have to do."""
    model = os.environ.get("EMBEDDING_MODEL") or DEFAULT_MODEL
    try:
        file.write_text(json.dumps({"model": model, "vector": embed(settings, text, model)}))
    except UserError as error:
        print(f"  by letters only: {error.message}", file=sys.stderr)
        return []
    return ["--embedding", str(file)]


def _command(arguments: argparse.Namespace) -> str:
    words = ["./demo", "rca", "dialogue", arguments.dialogue]
    if arguments.text:
        words.append(arguments.text)
    if arguments.question:
        words += ["--question", arguments.question]
    return shlex.join(words)


def _written(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _whole_seconds(text: str) -> str:
    # Nanoseconds are more than every Python reads.
    return text.partition(".")[0].rstrip("Z") + "Z"
