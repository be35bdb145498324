"""``./demo rca agent --llm``: a language model in the place of the reference agent."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from launcher.configuration.locations import ROOT, given_python, python
from launcher.configuration.settings import Settings
from launcher.preparation.virtual_environment import install_requirements
from launcher.scoring import MCP_REQUIREMENTS, agents_environment, questions_of
from launcher.terminal.progress import Progress


def run(interface: str, model: str, settings: Settings, journal: Path) -> int:
    """Lets a model answer the questions; its answers and its transcript are kept under its name."""
    questions = questions_of(journal, lambda: settings)
    if not given_python():
        install_requirements([MCP_REQUIREMENTS], Progress(sys.stderr))
    method = "llm-" + re.sub(r"[^A-Za-z0-9_.-]", "-", model)
    answers, transcripts = journal / "answers", journal / "transcripts"
    answers.mkdir(exist_ok=True)
    transcripts.mkdir(exist_ok=True)
    words = [str(python()), str(ROOT / "mcp" / "agent"), "--questions", str(questions)]
    words += ["--answers", str(answers / f"{method}.json"), "--transcript", str(transcripts / f"{method}.jsonl")]
    # A model thinks between two queries.
    words += ["--llm", interface, "--model", model, "--method", method, "--seconds", "600"]
    return subprocess.run(words, env=agents_environment(settings), check=False).returncode
