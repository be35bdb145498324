"""``./demo learn``: writes down what was behind an error, so that it is found the next time."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from launcher.clickhouse_client import clickhouse_answer
from launcher.configuration.run_folder import RunFolder
from launcher.configuration.settings import Settings
from launcher.errors import UserError
from launcher.similar_errors import query_rows
from launcher.supervision.suite_up import settings_of_suite_up

_NO_REMEDY = "Not known yet."
_RELATED = 20


def run(arguments: argparse.Namespace) -> int:
    """Learns from a trace and a person's note, or from the labels of a scored run."""
    settings = settings_of_suite_up(RunFolder(arguments.data))
    path = Path(arguments.what)
    if path.is_dir():
        return _learn_run(settings, path, arguments.resolution)
    if not arguments.cause:
        raise UserError("--cause is missing: what was behind the errors of that trace?", exit_status=2)
    signature = _learn(settings, [arguments.what], arguments.cause, arguments.resolution or _NO_REMEDY)
    print(f"Learned: {signature}")
    return 0


def _learn_run(settings: Settings, folder: Path, resolution: str | None) -> int:
    labels = [json.loads(file.read_text()) for file in sorted(folder.glob("labels/*.json"))]
    if not labels:
        raise UserError(f"{folder} has no labels: ./demo score {folder} makes them", exit_status=2)
    learned = 0
    for label in labels:
        if not label["valid"] or not label["root"]:
            continue
        traces = [str(row["TraceId"]) for row in query_rows(settings, label["scope"]["sql"], {})]
        causes = [
            # In words: what tells an answer apart stays out of the telemetry.
            f"{each['service']}: {each['mechanism'].replace('_', ' ')} in {each['operation']}"
            for each in label["root"]
        ]
        try:
            signature = _learn(settings, traces, "; ".join(causes), resolution or _NO_REMEDY)
        except UserError as error:
            print(f"Not learned ({label['question']}): {error.message}")
            continue
        print(f"Learned ({label['question']}): {signature}")
        learned += 1
    return 0 if learned else 1


def _learn(settings: Settings, traces: Sequence[str], cause: str, resolution: str) -> str:
    """Writes a pattern for the most frequent error of the traces; returns its signature."""
    found = query_rows(
        settings,
        """
        SELECT any(log_template(Body)) AS body, any(log_template(log_cause(LogAttributes))) AS cause,
               any(Body) AS example, any(log_cause(LogAttributes)) AS example_cause,
               toString(any(ServiceName)) AS service, count() AS count, toString(max(Timestamp)) AS last
        FROM otel_logs
        WHERE TraceId IN {traces:Array(String)} AND log_is_warning(SeverityNumber, SeverityText)
        GROUP BY log_template_key(ServiceName, SeverityText, Body, LogAttributes)
        ORDER BY max(SeverityNumber) DESC, count DESC, min(Timestamp)
        LIMIT 1
        """.replace("{traces:Array(String)}", _list(traces)),
        {},
    )
    if not found:
        raise UserError("no warning and no error in the logs of that trace: nothing to recognize it by", exit_status=2)
    error = found[0]
    signature = _joined(error["body"], error["cause"])
    row = {
        "error_signature": signature,
        "error_message": _joined(error["example"], error["example_cause"]),
        "service_name": error["service"],
        "root_cause": cause,
        "resolution": resolution,
        "occurrence_count": _occurrences(settings, error["service"], signature) + int(error["count"]),
        "last_seen": error["last"],
        "related_trace_ids": list(traces[:_RELATED]),
    }
    statement = "INSERT INTO error_patterns FORMAT JSONEachRow\n" + json.dumps(row)
    with clickhouse_answer(settings, statement, "JSONEachRow") as answer:
        answer.text()
    return signature


def _occurrences(settings: Settings, service: str, signature: str) -> int:
    known: Sequence[Mapping[str, Any]] = query_rows(
        settings,
        "SELECT occurrence_count FROM error_patterns FINAL"
        " WHERE service_name = {service:String} AND error_signature = {signature:String}",
        {"service": service, "signature": signature},
    )
    return int(known[0]["occurrence_count"]) if known else 0


def _joined(body: str, cause: str) -> str:
    return f"{body}: {cause}" if cause else body


def _list(traces: Sequence[str]) -> str:
    """Trace ids as an array of literals; whatever is none is left out."""
    return "[" + ", ".join(f"'{each}'" for each in traces if each.isalnum() and each.isascii()) + "]"
