"""Every question of every dashboard has rows for an answer while a suite runs, and the links between data sources lead
somewhere."""

from __future__ import annotations

import re
from typing import Any

import pytest

from dashboards import FILES, Target, data_sources, load, targets, variables
from grafana import Grafana


@pytest.mark.parametrize("target", list(targets()), ids=lambda target: target.name)
def test_a_target_has_rows(target: Target, grafana: Grafana) -> None:
    assert grafana.wait_for(lambda: grafana.rows(target)), "nothing to show"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_variables_have_values(path: Any, grafana: Grafana) -> None:
    for variable in variables(load(path), "query").values():
        asked = re.fullmatch(r"label_values\((.+), (\w+)\)", variable["query"]["query"])
        assert asked is not None
        matching, label = asked[1].replace("$job", ".+"), asked[2]
        found = grafana.wait_for(
            lambda matching=matching, label=label: grafana.get(
                "prometheus", f"/api/v1/label/{label}/values", **{"match[]": matching}
            )["data"]
        )
        assert found, variable["name"]


def failed_trace(grafana: Grafana) -> str:
    """The id of a trace of payment-service with an error, of which there are log records."""
    found = grafana.wait_for(
        lambda: grafana.log_result('{service_name="payment-service"} | detected_level=~"warn|error" | trace_id!=""')
    )
    assert found, "payment-service complains of nothing"
    return str(found[0]["stream"]["trace_id"])


def test_a_log_record_opens_its_trace(grafana: Grafana) -> None:
    (field,) = data_sources()["loki"]["jsonData"]["derivedFields"]
    assert (field["matcherType"], field["matcherRegex"]) == ("label", "trace_id")
    trace = grafana.wait_for(lambda: grafana.get("tempo", f"/api/v2/traces/{failed_trace(grafana)}"))
    assert trace["trace"]["resourceSpans"]


@pytest.mark.parametrize("kind", ["tempo", "jaeger"])
def test_a_span_opens_its_log_records(kind: str, grafana: Grafana) -> None:
    wired = data_sources()[kind]["jsonData"]["tracesToLogsV2"]
    (tag,) = wired["tags"]
    assert tag["key"] == "service.name"
    query = wired["query"].replace("${__tags}", f'{tag["value"]}="payment-service"')
    query = query.replace("${__trace.traceId}", failed_trace(grafana))
    assert grafana.log_result(query)


def test_an_exemplar_opens_its_trace(grafana: Grafana) -> None:
    (wired,) = data_sources()["prometheus"]["jsonData"]["exemplarTraceIdDestinations"]
    (asking,) = [
        each.target["expr"] for each in targets() if each.panel["title"] == "Duration" and each.target.get("exemplar")
    ]
    exemplars = grafana.wait_for(lambda: grafana.exemplars(asking))
    assert exemplars, "no measurement has a trace"
    # The newest span may still be on its way.
    found = grafana.get("tempo", f"/api/v2/traces/{exemplars[0]['labels'][wired['name']]}")
    assert found["trace"]["resourceSpans"]


@pytest.mark.parametrize("kind", ["tempo", "jaeger"])
def test_the_metrics_of_a_span_can_be_asked_for(kind: str, grafana: Grafana) -> None:
    wired = data_sources()[kind]["jsonData"]["tracesToMetrics"]
    (tag,) = wired["tags"]
    for query in wired["queries"]:
        # The rollups have steps of five minutes, which this suite does not live to see: an answer is enough.
        grafana.series(query["query"].replace("$__tags", f'{tag["value"]}="payment-service"'))
