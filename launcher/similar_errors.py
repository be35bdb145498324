"""Similar errors and known patterns, by the queries in clickhouse/queries."""

from __future__ import annotations

import http.client
import json
import os
import re
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from launcher.clickhouse_client import clickhouse_answer
from launcher.configuration.locations import ROOT
from launcher.configuration.settings import Settings
from launcher.errors import UserError

DEFAULT_MODEL = "all-MiniLM-L6-v2"

_QUERIES = ROOT / "clickhouse" / "queries"
_TRACE_ID = re.compile(r"[0-9a-fA-F]{32}")
_ANSWER_SECONDS = 30.0
_PATTERNS = 3


@dataclass(frozen=True)
class SimilarErrors:
    """What is like an error."""

    errors: list[Mapping[str, Any]]
    """The nearest errors of the past, nearest first."""
    patterns: list[Mapping[str, Any]]
    """The nearest known patterns, nearest first."""
    model: str
    """Whose vectors were compared."""


def trace_id(text: str) -> str | None:
    """The trace id that a text is, as it is stored; ``None`` for any other text."""
    return text.strip().lower() if _TRACE_ID.fullmatch(text.strip()) else None


def find_similar(
    settings: Settings, about: str, service: str | None, older_than_seconds: int, limit: int
) -> SimilarErrors:
    """What is like the first error of a trace, or like a text, which is embedded first. Raises ``UserError``."""
    model = os.environ.get("EMBEDDING_MODEL") or DEFAULT_MODEL
    asked = {"model": model, "limit": str(limit), "older_than": str(older_than_seconds)}
    vector = None
    if trace := trace_id(about):
        asked["current_trace_id"] = trace
        _require_vector(settings, trace, model)
    else:
        vector = embed(settings, about, model)
    errors = _rows(settings, "similar_error_search.sql", {**asked, **({"service": service} if service else {})}, vector)
    patterns = _rows(settings, "pattern_matching.sql", {**asked, "limit": str(min(limit, _PATTERNS))}, vector)
    return SimilarErrors(errors, patterns, model)


def embed(settings: Settings, text: str, model: str) -> list[float]:
    """The vector of a text, from the suite's endpoint or that of ``EMBEDDING_ENDPOINT``. Raises ``UserError``."""
    if not text.strip():
        raise UserError("an empty text is like nothing: give a text or a trace id", exit_status=2)
    address = os.environ.get("EMBEDDING_ENDPOINT") or settings.url("EMBEDDING_ENDPOINT_PORT") + "/v1/embeddings"
    if address.lower() == "off":
        raise UserError("EMBEDDING_ENDPOINT is off: texts cannot be looked for, trace ids can", exit_status=2)
    parts = _parts(address)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=_ANSWER_SECONDS)
    headers = {"Content-Type": "application/json"}
    if key := os.environ.get("EMBEDDING_API_KEY"):
        headers["Authorization"] = f"Bearer {key}"
    question: dict[str, Any] = {"input": text, "model": model}
    if dimensions := os.environ.get("EMBEDDING_DIMENSIONS"):
        question["dimensions"] = _dimensions(dimensions)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request("POST", path, json.dumps(question).encode(), headers)
        response = connection.getresponse()
        answer = json.loads(response.read())
        if response.status != 200:
            raise UserError(f"the embedding endpoint refused (status {response.status}): {_reason(answer)}")
        return [float(value) for value in answer["data"][0]["embedding"]]
    except (OSError, http.client.HTTPException) as error:
        where = f"{parts.hostname}:{parts.port}" if parts.port else parts.hostname
        raise UserError(
            f"no embedding endpoint answers on {where} ({error}): ./demo status says whether it is up;"
            " a trace id needs none"
        ) from None
    except (ValueError, KeyError, IndexError, TypeError):
        raise UserError("what the embedding endpoint answered is no embedding: check EMBEDDING_ENDPOINT") from None
    finally:
        connection.close()


def _parts(address: str) -> urllib.parse.SplitResult:
    try:
        parts = urllib.parse.urlsplit(address)
        if parts.scheme in ("http", "https") and parts.hostname and (parts.port or True):
            return parts
    except ValueError:
        pass
    # What it is, is not said: a URL may hold a password.
    raise UserError(
        "EMBEDDING_ENDPOINT must be the URL of an embeddings API, such as https://api.openai.com/v1/embeddings, or off",
        exit_status=2,
    )


def _dimensions(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,5}", text):
        raise UserError(f"EMBEDDING_DIMENSIONS={text}: it must be a whole number up to 65535", exit_status=2)
    return int(text)


def _reason(answer: Any) -> str:
    try:
        return str(answer["error"]["message"])[:300]
    except (KeyError, TypeError):
        return "no reason given"


def _require_vector(settings: Settings, trace: str, model: str) -> None:
    found = query_rows(
        settings,
        "SELECT count() AS warnings, countIf(log_template_key(ServiceName, SeverityText, Body, LogAttributes) IN"
        " (SELECT Key FROM template_embeddings WHERE Model = {model:String})) AS with_vector"
        " FROM otel_logs WHERE TraceId = {trace:String} AND log_is_warning(SeverityNumber, SeverityText)",
        {"trace": trace, "model": model},
    )[0]
    if int(found["warnings"]) == 0:
        raise UserError(f"trace {trace} has no warning and no error in its logs", exit_status=2)
    if int(found["with_vector"]) == 0:
        raise UserError(f"the errors of trace {trace} have no vector of {model} yet: is embedding-pipeline up?")


def _rows(
    settings: Settings, query: str, parameters: Mapping[str, str], vector: list[float] | None
) -> list[Mapping[str, Any]]:
    text = (_QUERIES / query).read_text()
    if vector is not None:
        # Written into the statement: an address has no room for it.
        text = text.replace("ifNull({query_embedding:Nullable(String)}, '[]')", f"'{json.dumps(vector)}'")
    return query_rows(settings, text, parameters)


def query_rows(settings: Settings, sql: str, parameters: Mapping[str, str]) -> list[Mapping[str, Any]]:
    """The rows of a query by the names of their columns. Raises ``UserError``."""
    with clickhouse_answer(settings, sql, "JSONEachRow", parameters) as answer:
        said = answer.text()
    try:
        return [json.loads(line) for line in said.splitlines()]
    except ValueError:
        raise UserError(f"what answers is not ClickHouse: it said {said[:80]!r}") from None
