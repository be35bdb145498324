"""The request of ``POST /v1/embeddings``, checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

LONGEST_LIST = 2048
"""As many inputs as OpenAI takes at once."""
LONGEST_TEXT = 100_000
"""Characters of one input."""


class RefusedError(Exception):
    """Why a request is not answered; ``parameter`` is the member that is wrong."""

    def __init__(self, message: str, parameter: str | None = None, status: int = 400) -> None:
        super().__init__(message)
        self.message = message
        self.parameter = parameter
        self.status = status


@dataclass(frozen=True)
class Question:
    """What is to be embedded and how the vectors are written."""

    texts: Sequence[str]
    base64: bool


def read_question(document: Any, model: str, dimension: int) -> Question:
    """Reads a request for this model. Raises ``RefusedError``."""
    if not isinstance(document, Mapping):
        raise RefusedError("the body must be a JSON object with 'input' and 'model'")
    named = document.get("model")
    if named != model:
        raise RefusedError(f"the model here is '{model}', not {named!r}", "model", 404)
    wanted = document.get("dimensions")
    if wanted is not None and (isinstance(wanted, bool) or wanted != dimension):
        raise RefusedError(f"'{model}' has {dimension} dimensions; it cannot give {wanted!r}", "dimensions")
    encoding = document.get("encoding_format", "float")
    if encoding not in ("float", "base64"):
        raise RefusedError("'encoding_format' must be float or base64", "encoding_format")
    return Question(_texts(document.get("input")), encoding == "base64")


def _texts(given: Any) -> Sequence[str]:
    texts = [given] if isinstance(given, str) else given
    if not isinstance(texts, list) or not texts:
        raise RefusedError("'input' must be a string or a list of strings", "input")
    if len(texts) > LONGEST_LIST:
        raise RefusedError(f"'input' has {len(texts)} texts; at most {LONGEST_LIST} are taken at once", "input")
    for number, text in enumerate(texts):
        if not isinstance(text, str):
            raise RefusedError(f"input {number} is not a string; lists of tokens are not taken", "input")
        if not text.strip():
            raise RefusedError(f"input {number} is empty", "input")
        if len(text) > LONGEST_TEXT:
            raise RefusedError(f"input {number} is longer than {LONGEST_TEXT} characters", "input")
        if not text.isascii() and any("\ud800" <= each <= "\udfff" for each in text):
            raise RefusedError(f"input {number} is not valid Unicode", "input")
    return texts
