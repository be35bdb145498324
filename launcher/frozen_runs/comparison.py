"""Every method on one frozen run, each with what it cost."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from launcher.configuration.settings import Settings
from launcher.errors import UserError
from launcher.frozen_runs.bundle import Bundle
from launcher.frozen_runs.case_engine import case_engine
from launcher.frozen_runs.counting_proxy import counting_proxy
from launcher.frozen_runs.opening import open_bundle, seconds_to_now, too_old, unseal_labels
from launcher.scoring import REFERENCE_AGENT, faultline_score, reference_agent

METHODS = ("naive", REFERENCE_AGENT, "oracle")
LEVELS = ("service", "operation", "mechanism")


@dataclass(frozen=True)
class Outcome:
    """How one method did with one question."""

    method: str
    scenario: str
    """The scenario of the run."""
    seed: int
    incident: str
    valid: bool
    exact: Mapping[str, float]
    """By level."""
    any: float
    """By service, as the rest."""
    path: float
    precision: float
    time: float
    time_error: float | None
    queries: float
    answer_bytes: float
    seconds: float


def compare(bundle: Bundle, key: bytes) -> list[Outcome]:
    """Lets each method answer the questions of a run, in a ClickHouse of its own. Raises ``UserError``."""
    with case_engine() as engine:
        seconds = seconds_to_now(bundle) if too_old(bundle) else 0
        journal = open_bundle(engine.settings, bundle, engine.folder / "truth", seconds=seconds)
        unseal_labels(journal, key)
        labels = {label["question"]: label for label in _documents(journal / "labels")}
        costs = {
            "naive": _cost_of_rule("naive", engine.settings, journal, len(labels)),
            "oracle": _cost_of_rule("oracle", engine.settings, journal, len(labels)),
            REFERENCE_AGENT: _cost_of_agent(engine.settings, journal),
        }
        if faultline_score(["score", str(journal)], engine.settings, quiet=True) != 0:
            raise UserError(f"faultline-score could not score {bundle.name}: ./demo rca open and score say why")
        return [
            _outcome(method, score, labels[score["question"]], costs[method][score["question"]])
            for method in METHODS
            for score in json.loads((journal / "scores" / f"{method}.json").read_text())["scores"]
        ]


@dataclass(frozen=True)
class _Cost:
    queries: float
    answer_bytes: float
    seconds: float


class _Same(dict[str, _Cost]):
    """The same for every question."""

    def __init__(self, cost: _Cost) -> None:
        super().__init__()
        self._cost = cost

    def __missing__(self, question: str) -> _Cost:
        return self._cost


def _cost_of_rule(method: str, settings: Settings, journal: Path, questions: int) -> Mapping[str, _Cost]:
    began = time.monotonic()
    with counting_proxy(settings.ports["CLICKHOUSE_HTTP_PORT"]) as proxy:
        through = Settings({"CLICKHOUSE_HTTP_PORT": proxy.port}, settings.database, settings.bind_host)
        if faultline_score([method, str(journal)], through, quiet=True) != 0:
            raise UserError(f"faultline-score {method} could not answer {journal.name}")
        seconds = time.monotonic() - began
        count = max(questions, 1)
        return _Same(_Cost(proxy.queries / count, proxy.answer_bytes / count, seconds / count))


def _cost_of_agent(settings: Settings, journal: Path) -> Mapping[str, _Cost]:
    if reference_agent(settings, journal, quiet=True) != 0:
        raise UserError(f"the reference agent could not answer {journal.name}: ./demo rca agent says why")
    costs: dict[str, _Cost] = {}
    for line in (journal / "transcripts" / f"{REFERENCE_AGENT}.jsonl").read_text().splitlines():
        event = json.loads(line)
        if event["event"] == "answer":
            cost = _Cost(event["queries"], event["bytes"], event["seconds"])
            costs[event["answer"]["question"]] = cost
    return costs


def _outcome(method: str, score: Mapping[str, Any], label: Mapping[str, Any], cost: _Cost) -> Outcome:
    return Outcome(
        method=method,
        scenario=label.get("run_scenario") or label["scenario"],
        seed=label["seed"],
        incident=label["scenario"],
        valid=score["valid"],
        exact={level: score[level]["exact"] for level in LEVELS},
        any=score["service"]["any"],
        path=score["path_grounded"],
        precision=score["service"]["precision_at_full_recall"],
        time=score["time"],
        time_error=score.get("time_error_s"),
        queries=cost.queries,
        answer_bytes=cost.answer_bytes,
        seconds=cost.seconds,
    )


def _documents(folder: Path) -> Sequence[dict[str, Any]]:
    return [json.loads(file.read_text()) for file in sorted(folder.glob("*.json"))]
