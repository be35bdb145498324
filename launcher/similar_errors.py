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
_TRACE_ID = re.compile(r"[0-9a-f]{32}")
_ANSWER_SECONDS = 30.0


@dataclass(frozen=True)
class SimilarErrors:
    """What is like an error."""

    errors: list[Mapping[str, Any]]
    """The nearest errors of the past, nearest first."""
    patterns: list[Mapping[str, Any]]
    """The nearest known patterns, nearest first."""


def find_similar(
    settings: Settings, about: str, service: str | None, older_than_seconds: int, limit: int
) -> SimilarErrors:
    """What is like the first error of a trace, or like a text, which is embedded first. Raises ``UserError``."""
    model = os.environ.get("EMBEDDING_MODEL") or DEFAULT_MODEL
    asked = {"model": model, "limit": str(limit), "older_than": str(older_than_seconds)}
    vector = None
    if _TRACE_ID.fullmatch(about):
        asked["current_trace_id"] = about
        _require_vector(settings, about, model)
    else:
        vector = embed(settings, about, model)
    errors = _rows(settings, "similar_error_search.sql", {**asked, **({"service": service} if service else {})}, vector)
    patterns = _rows(settings, "pattern_matching.sql", {**asked, "limit": "3"}, vector)
    return SimilarErrors(errors, patterns)


def embed(settings: Settings, text: str, model: str) -> list[float]:
    """The vector of a text, from the suite's endpoint or that of ``EMBEDDING_ENDPOINT``. Raises ``UserError``."""
    if not text.strip():
        raise UserError("an empty text is like nothing: give a text or a trace id", exit_status=2)
    address = os.environ.get("EMBEDDING_ENDPOINT") or settings.url("EMBEDDING_ENDPOINT_PORT") + "/v1/embeddings"
    if address == "off":
        raise UserError("EMBEDDING_ENDPOINT is off: texts cannot be looked for, trace ids can", exit_status=2)
    parts = urllib.parse.urlsplit(address)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=_ANSWER_SECONDS)
    headers = {"Content-Type": "application/json"}
    if key := os.environ.get("EMBEDDING_API_KEY"):
        headers["Authorization"] = f"Bearer {key}"
    question = {"input": text, "model": model}
    if dimensions := os.environ.get("EMBEDDING_DIMENSIONS"):
        question["dimensions"] = int(dimensions)  # type: ignore[assignment]
    try:
        connection.request("POST", parts.path or "/", json.dumps(question).encode(), headers)
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
