"""A model finds the cause: its calls are made and what came of them is told, until it hands in an answer."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from reference_agent.budget import BudgetSpent
from reference_agent.language_model.conversation import Conversation, ToolAnswer, ToolCall, Turn
from reference_agent.language_model.interfaces import Opening
from reference_agent.language_model.prompt import ANSWER_TOOL, SYSTEM, as_data, question_text
from reference_agent.question import Answer, Question
from reference_agent.telemetry import Telemetry, ToolFailed
from reference_agent.transcript import Transcript

_TURNS_BEYOND_QUERIES = 10
_LAST_WORDS = 3
_NO_CALL = "Call a tool: run_query to find out more, or submit_answer with what you know."


async def investigate(
    telemetry: Telemetry, question: Question, opening: Opening, transcript: Transcript
) -> Answer | None:
    """What the model hands in; ``None`` when it hands in nothing. Raises ``ModelFailed``."""
    tools = [*await telemetry.tools(), ANSWER_TOOL]
    conversation = opening(SYSTEM, question_text(question, telemetry.budget), tools)
    left = telemetry.budget.queries + _TURNS_BEYOND_QUERIES
    while left > 0:
        left -= 1
        turn = await asyncio.to_thread(conversation.ask)
        transcript.note("turn", question=question.name, text=turn.text, calls=[call.name for call in turn.calls])
        answers: list[ToolAnswer] = []
        for call in turn.calls:
            given = _handed_in(call, question)
            if isinstance(given, Answer):
                given.because.append(turn.text or "The model gave no reason.")
                return given
            if given is not None:
                answers.append(ToolAnswer(call, given, failed=True))
                continue
            answer, spent = await _made(telemetry, call)
            answers.append(answer)
            if spent:
                left = min(left, _LAST_WORDS)
        _reply(conversation, turn, answers)
    return None


def _reply(conversation: Conversation, turn: Turn, answers: Sequence[ToolAnswer]) -> None:
    conversation.answer(answers, "" if turn.calls else _NO_CALL)


async def _made(telemetry: Telemetry, call: ToolCall) -> tuple[ToolAnswer, bool]:
    """What came of a call, and whether the budget is spent."""
    if call.arguments is None:
        return ToolAnswer(call, "The arguments could not be read: they are a JSON object.", failed=True), False
    try:
        return ToolAnswer(call, as_data(await telemetry.call(call.name, call.arguments))), False
    except ToolFailed as failed:
        return ToolAnswer(call, as_data(str(failed)), failed=True), False
    except BudgetSpent as spent:
        return ToolAnswer(call, f"{spent}: hand in what you know by now with submit_answer.", failed=True), True


def _handed_in(call: ToolCall, question: Question) -> Answer | str | None:
    """The answer, or what is wrong with it; ``None`` when the call is another one."""
    if call.name != ANSWER_TOOL["name"]:
        return None
    document: dict[str, Any] = dict(call.arguments or {})
    roots = document.get("root")
    if not isinstance(roots, list) or not all(
        isinstance(root, dict) and isinstance(root.get("service"), str) for root in roots
    ):
        return "root must be an array of objects with a service; [] says that nothing was wrong. Hand it in again."
    document.pop("question", None)
    return Answer(question.name, given=document)
