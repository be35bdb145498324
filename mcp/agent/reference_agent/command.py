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
from reference_agent.language_model.endpoint import ModelFailed
from reference_agent.language_model.interfaces import INTERFACES, Opening, opening
from reference_agent.language_model.investigation import investigate as investigate_by_model
from reference_agent.question import Answer, Question, read_questions
from reference_agent.telemetry import Telemetry, telemetry
from reference_agent.transcript import Transcript


def main() -> None:
    """Answers the questions; exits with status 1 and one line when it cannot."""
    options = _options()
    try:
        questions = read_questions(options.questions)
        model = opening(options.llm, options.model, os.environ) if options.llm else None
        sheet = asyncio.run(_answers(options, questions, model))
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
    parser.add_argument("--llm", choices=INTERFACES, help="ask a language model of that interface instead of the plan")
    parser.add_argument("--model", help="the model's name; needed with --llm")
    parser.add_argument("--method", default="reference-agent", help="the name of the method (default reference-agent)")
    options = parser.parse_args()
    if options.llm and not options.model:
        parser.error("--llm needs --model, the name of the model")
    return options


async def _answers(options: argparse.Namespace, questions: list[Question], model: Opening | None) -> dict[str, object]:
    transcript = Transcript(options.transcript)
    answers = []
    try:
        async with telemetry(transcript, os.environ) as source:
            for question in questions:
                source.budget = Budget(options.queries, options.bytes, options.seconds)
                source.question = question.name
                transcript.note("question", question=question.name, begin=str(question.begin), end=str(question.end))
                answer = await _answer(source, question, model, transcript)
                used = source.budget
                if answer is None:
                    continue
                transcript.note(
                    "answer",
                    question=question.name,
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
    return {"method": options.method, "answers": answers}


async def _answer(
    source: Telemetry, question: Question, model: Opening | None, transcript: Transcript
) -> Answer | None:
    """The answer of the plan or of a model; ``None`` where the model gives none, which costs that question only."""
    if model is None:
        return await investigate(source, question)
    try:
        answer = await investigate_by_model(source, question, model, transcript)
    except ModelFailed as failed:
        transcript.note("failed", question=question.name, reason=str(failed))
        print(f"{question.name}: no answer: {failed}", file=sys.stderr)
        return None
    if answer is None:
        print(f"{question.name}: the model handed in no answer", file=sys.stderr)
    return answer


def _say(answer: Answer, used: Budget) -> None:
    print(f"{answer.question}: {used.used_queries} queries, {used.used_bytes} bytes, {used.used_seconds:.1f} s")
    for sentence in answer.because:
        print(f"  {sentence}")
    if answer.given is not None:
        print(f"  Answer: {json.dumps(answer.given, ensure_ascii=False)}")
    elif answer.root is not None:
        print(f"  Cause: {answer.root.service} {answer.root.name}, {answer.mechanism or 'mechanism unknown'}.")
