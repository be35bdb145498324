"""What is said and answered, in the form of each interface."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from reference_agent.language_model.endpoint import Endpoint, ModelFailed


@dataclass(frozen=True)
class ToolCall:
    """A tool that the model wants called; ``arguments`` are ``None`` where they could not be read."""

    id: str
    name: str
    arguments: dict[str, Any] | None


@dataclass(frozen=True)
class ToolAnswer:
    """What came of a call."""

    call: ToolCall
    text: str
    failed: bool = False


@dataclass(frozen=True)
class Turn:
    """What the model said, and what it wants called."""

    text: str
    calls: list[ToolCall]


class Conversation(Protocol):
    """A dialogue with a model that may call tools."""

    def ask(self) -> Turn:
        """Lets the model speak. Blocks. Raises ``ModelFailed``."""

    def answer(self, answers: Sequence[ToolAnswer], note: str = "") -> None:
        """Says what came of the calls of the last turn, and something besides."""


class OpenAIConversation:
    """Chat completions, as OpenAI and many others serve them."""

    def __init__(self, endpoint: Endpoint, model: str, system: str, user: str, tools: Sequence[Mapping[str, Any]]):
        self._endpoint = endpoint
        self._model = model
        self._messages: list[dict[str, Any]] = [
            {"role": "system", "content": system},
            {"role": "user", "content": user},
        ]
        self._tools = [
            {
                "type": "function",
                "function": {"name": tool["name"], "description": tool["description"], "parameters": tool["schema"]},
            }
            for tool in tools
        ]

    def ask(self) -> Turn:
        """Lets the model speak."""
        said = self._endpoint.send({"model": self._model, "messages": self._messages, "tools": self._tools})
        try:
            message = said["choices"][0]["message"]
            calls = [
                ToolCall(call["id"], call["function"]["name"], _arguments(call["function"]["arguments"]))
                for call in message.get("tool_calls") or []
            ]
            text = message.get("content") or ""
        except (LookupError, TypeError, AttributeError):
            raise ModelFailed("the endpoint's answer is no chat completion") from None
        kept: dict[str, Any] = {"role": "assistant", "content": text}
        if calls:
            kept["tool_calls"] = message["tool_calls"]
        self._messages.append(kept)
        return Turn(str(text), calls)

    def answer(self, answers: Sequence[ToolAnswer], note: str = "") -> None:
        """Says what came of the calls."""
        for each in answers:
            self._messages.append({"role": "tool", "tool_call_id": each.call.id, "content": each.text})
        if note:
            self._messages.append({"role": "user", "content": note})


class AnthropicConversation:
    """Anthropic's messages."""

    _MOST_TOKENS = 8192

    def __init__(self, endpoint: Endpoint, model: str, system: str, user: str, tools: Sequence[Mapping[str, Any]]):
        self._endpoint = endpoint
        self._model = model
        self._system = system
        self._messages: list[dict[str, Any]] = [{"role": "user", "content": user}]
        self._tools = [
            {"name": tool["name"], "description": tool["description"], "input_schema": tool["schema"]} for tool in tools
        ]

    def ask(self) -> Turn:
        """Lets the model speak."""
        said = self._endpoint.send(
            {
                "model": self._model,
                "max_tokens": self._MOST_TOKENS,
                "system": self._system,
                "messages": self._messages,
                "tools": self._tools,
            }
        )
        try:
            parts = said["content"]
            text = "".join(part["text"] for part in parts if part["type"] == "text")
            calls = [
                ToolCall(part["id"], part["name"], _arguments(part["input"]))
                for part in parts
                if part["type"] == "tool_use"
            ]
        except (LookupError, TypeError):
            raise ModelFailed("the endpoint's answer is no message") from None
        self._messages.append({"role": "assistant", "content": parts or "(nothing)"})
        return Turn(text, calls)

    def answer(self, answers: Sequence[ToolAnswer], note: str = "") -> None:
        """Says what came of the calls."""
        content: list[dict[str, Any]] = [
            {"type": "tool_result", "tool_use_id": each.call.id, "content": each.text, "is_error": each.failed}
            for each in answers
        ]
        if note:
            content.append({"type": "text", "text": note})
        self._messages.append({"role": "user", "content": content})


def _arguments(given: Any) -> dict[str, Any] | None:
    if isinstance(given, str):
        try:
            given = json.loads(given or "{}")
        except ValueError:
            return None
    return given if isinstance(given, dict) else None
