"""The command line: questions in, answers out, and what was asked in between."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from pathlib import Path

from reference_agent.budget import Budget
from reference_agent.investigation import investigate
from reference_agent.question import Answer, Question, read_questions
from reference_agent.telemetry import telemetry
from reference_agent.transcript import Transcript


def main() -> None:
    """Answers the questions; exits with status 1 and one line when it cannot."""
    options = _options()
    try:
        questions = read_questions(options.questions)
        sheet = asyncio.run(_answers(options, questions))
        options.answers.write_text(json.dumps(sheet, indent=2) + "\n")
    except (OSError, ValueError, KeyError) as error:
        sys.exit(f"reference agent: {error}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python mcp/agent", description="Answers the questions of a run by asking ClickHouse through MCP."
    )
    parser.add_argument("--questions", type=Path, required=True, help="questions.json of a run")
    parser.add_argument("--answers", type=Path, required=True, help="where the answers go")
    parser.add_argument("--transcript", type=Path, help="where every call goes, a JSON object a line")
    parser.add_argument("--queries", type=int, default=15, help="queries for each question (default 15)")
    parser.add_argument("--bytes", type=int, default=200_000, help="bytes of answers for each (default 200000)")
    parser.add_argument("--seconds", type=float, default=60, help="seconds for each (default 60)")
    return parser.parse_args()


async def _answers(options: argparse.Namespace, questions: list[Question]) -> dict[str, object]:
    transcript = Transcript(options.transcript)
    answers = []
    try:
        async with telemetry(transcript, os.environ) as source:
            for question in questions:
                source.budget = Budget(options.queries, options.bytes, options.seconds)
                transcript.note("question", question=question.name, begin=str(question.begin), end=str(question.end))
                answer = await investigate(source, question)
                used = source.budget
                transcript.note(
                    "answer",
                    answer=answer.document(),
                    because=answer.because,
                    queries=used.used_queries,
                    bytes=used.used_bytes,
                    seconds=round(used.used_seconds, 2),
                )
                _say(answer, used)
                answers.append(answer.document())
    finally:
        transcript.close()
    return {"method": "reference-agent", "answers": answers}


def _say(answer: Answer, used: Budget) -> None:
    print(f"{answer.question}: {used.used_queries} queries, {used.used_bytes} bytes, {used.used_seconds:.1f} s")
    for sentence in answer.because:
        print(f"  {sentence}")
    if answer.root is not None:
        print(f"  Cause: {answer.root.service} {answer.root.name}, {answer.mechanism or 'mechanism unknown'}.")
