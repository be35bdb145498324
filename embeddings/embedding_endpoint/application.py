"""The HTTP side: OpenAI's embeddings API and a health check."""

from __future__ import annotations

import asyncio
import base64
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from aiohttp import web

from embedding_endpoint.model import DIMENSION, NAME, Embeddings, SentenceModel
from embedding_endpoint.question import Question, RefusedError, read_question

LARGEST_BODY = 8 << 20
"""Bytes of a request."""
LONGEST_QUEUE = 32
"""Requests that may wait for the model; one more is asked to come back."""


class Application:
    """Answers requests one after the other: one text takes milliseconds, and the cores belong to the shop."""

    def __init__(self, model: SentenceModel) -> None:
        self._model = model
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="model")
        self._waiting = 0

    def make(self) -> web.Application:
        """The application."""
        application = web.Application(client_max_size=LARGEST_BODY)
        application.router.add_get("/health", self._health)
        application.router.add_get("/v1/models", self._models)
        application.router.add_post("/v1/embeddings", self._embeddings)
        return application

    async def _health(self, request: web.Request) -> web.Response:
        return web.json_response({"status": "ok", "model": NAME, "dimension": DIMENSION})

    async def _models(self, request: web.Request) -> web.Response:
        return web.json_response({"object": "list", "data": [{"id": NAME, "object": "model", "owned_by": "local"}]})

    async def _embeddings(self, request: web.Request) -> web.Response:
        try:
            question = read_question(await _document(request), NAME, DIMENSION)
            return web.json_response(_answer(question, await self._embed(question)))
        except RefusedError as error:
            return _refusal(error)

    async def _embed(self, question: Question) -> Embeddings:
        if self._waiting >= LONGEST_QUEUE:
            raise RefusedError("too many requests are waiting: ask again in a second", status=429)
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._worker, self._model.embed, question.texts)
        finally:
            self._waiting -= 1


async def _document(request: web.Request) -> Any:
    try:
        return json.loads(await request.read())
    except web.HTTPRequestEntityTooLarge:
        raise RefusedError(f"the body is larger than {LARGEST_BODY} bytes", status=413) from None
    except (ValueError, RecursionError):
        raise RefusedError("the body is not JSON") from None


def _answer(question: Question, embeddings: Embeddings) -> dict[str, Any]:
    return {
        "object": "list",
        "model": NAME,
        "data": [
            {
                "object": "embedding",
                "index": index,
                "embedding": base64.b64encode(vector.astype("<f4").tobytes()).decode()
                if question.base64
                else [round(float(value), 7) for value in vector],
            }
            for index, vector in enumerate(embeddings.vectors)
        ],
        "usage": {"prompt_tokens": embeddings.tokens, "total_tokens": embeddings.tokens},
    }


def _refusal(error: RefusedError) -> web.Response:
    document = {
        "error": {
            "message": error.message,
            "type": "invalid_request_error" if error.status < 429 else "rate_limit_error",
            "param": error.parameter,
            "code": None,
        }
    }
    headers = {"Retry-After": "1"} if error.status == 429 else None
    return web.json_response(document, status=error.status, headers=headers)
