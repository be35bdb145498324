"""The interfaces of language models that are spoken, and what the environment says of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Callable

from reference_agent.language_model.conversation import AnthropicConversation, Conversation, OpenAIConversation
from reference_agent.language_model.endpoint import Endpoint

Opening = Callable[[str, str, Sequence[Mapping[str, Any]]], Conversation]
"""Begins a dialogue: the system's text, the user's text, the tools."""

INTERFACES = ("openai", "anthropic")


def opening(interface: str, model: str, environment: Mapping[str, str]) -> Opening:
    """How a dialogue with a model begins. Raises ``ValueError`` where the environment has no key that is needed."""
    if interface == "openai":
        base = environment.get("OPENAI_BASE_URL") or "https://api.openai.com/v1"
        # Servers on one's own machine often want no key.
        key = _key("OPENAI_API_KEY", environment, needed=base.startswith("https://api.openai.com"))
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        endpoint = Endpoint(base.rstrip("/") + "/chat/completions", headers, key)
        return lambda system, user, tools: OpenAIConversation(endpoint, model, system, user, tools)
    base = environment.get("ANTHROPIC_BASE_URL") or "https://api.anthropic.com"
    key = _key("ANTHROPIC_API_KEY", environment, needed=True)
    endpoint = Endpoint(base.rstrip("/") + "/v1/messages", {"x-api-key": key, "anthropic-version": "2023-06-01"}, key)
    return lambda system, user, tools: AnthropicConversation(endpoint, model, system, user, tools)


def _key(variable: str, environment: Mapping[str, str], *, needed: bool) -> str:
    key = environment.get(variable, "")
    if needed and not key:
        raise ValueError(f"{variable} is not set: it holds the key of the endpoint")
    if not key.isascii() or not key.isprintable():
        raise ValueError(f"{variable} has characters that no header can hold")
    return key
