"""``faultline-score`` and the reference agent on one run, in whatever ClickHouse its telemetry is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from launcher.configuration.locations import ROOT, executables, given_python, python
from launcher.configuration.settings import Settings
from launcher.errors import UserError
from launcher.preparation import prepare
from launcher.preparation.virtual_environment import install_requirements
from launcher.terminal.progress import Progress

REFERENCE_AGENT = "reference-agent"

MCP_REQUIREMENTS = ROOT / "mcp" / "requirements.txt"
# The agent's own user and nothing else: no password of another, no token.
_KEPT_FROM_AGENTS = ("CH_PASSWORD", "CH_USER", "ADMIN_TOKEN", "MCP_TOKEN")


def questions_of(journal: Path, settings: Callable[[], Settings]) -> Path:
    """The file of questions, which labelling makes once the run is over. Raises ``UserError``.

    ``settings`` say where its telemetry is, and are asked for only when there is no file yet.
    """
    questions = journal / "questions.json"
    if questions.exists():
        return questions
    if json.loads((journal / "run.json").read_text()).get("ended_at") is None:
        raise UserError("the load is not done: there are questions when ./demo status says that it is", exit_status=3)
    prepare(Progress(sys.stderr))
    tables = ROOT / "clickhouse" / "ground_truth"
    status = faultline_score(["label", str(journal), "--tables", str(tables)], settings(), quiet=True)
    if not questions.exists():
        raise UserError(f"the run could not be labelled: faultline-score ended with {status}")
    return questions


def faultline_score(words: Sequence[str], settings: Settings, *, quiet: bool) -> int:
    """Its exit status. What it prints about labels and reference answers is kept from who is being asked."""
    output = subprocess.DEVNULL if quiet else None
    command = [str(executables() / "faultline-score"), *words]
    return subprocess.run(command, env=environment_of(settings), stdout=output, check=False).returncode


def reference_agent(settings: Settings, journal: Path, *, quiet: bool = False) -> int:
    """Lets the reference agent answer a run's questions through MCP; its exit status."""
    questions = questions_of(journal, lambda: settings)
    if not given_python():
        install_requirements([MCP_REQUIREMENTS], Progress(sys.stderr))
    answers, transcripts = journal / "answers", journal / "transcripts"
    answers.mkdir(exist_ok=True)
    transcripts.mkdir(exist_ok=True)
    words = [str(python()), str(ROOT / "mcp" / "agent"), "--questions", str(questions)]
    words += ["--answers", str(answers / f"{REFERENCE_AGENT}.json")]
    words += ["--transcript", str(transcripts / f"{REFERENCE_AGENT}.jsonl")]
    return subprocess.run(
        words, env=agents_environment(settings), stdout=subprocess.DEVNULL if quiet else None, check=False
    ).returncode


def environment_of(settings: Settings) -> dict[str, str]:
    """The environment of a process that asks this ClickHouse."""
    return {
        **os.environ,
        "CH_HOST": "127.0.0.1",
        "CLICKHOUSE_HTTP_PORT": str(settings.ports["CLICKHOUSE_HTTP_PORT"]),
        "CH_DATABASE": settings.database,
    }


def agents_environment(settings: Settings) -> dict[str, str]:
    """The same for one that may only read."""
    return {name: value for name, value in environment_of(settings).items() if name not in _KEPT_FROM_AGENTS}
