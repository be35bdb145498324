"""The rules of Grafana's dashboard linter, and those of this project, for every dashboard."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from dashboards import FILES, ROOT, Target, load, panels, targets, variables

LABELS = {"datasource": "Data Source", "loki_datasource": "Logs", "tempo_datasource": "Traces"}
# Those of Grafana's list that are used here.
UNITS = {"bytes", "Bps", "cps", "ops", "opm", "percentunit", "reqps", "s", "short", "wps"}
# They have the labels client and server alone, made of spans.
WITHOUT_JOB = re.compile(r"traces_service_graph_")
# It ends as counters do, and goes up and down.
LIKE_A_COUNTER = "db_client_connection_count"
ALL_TARGETS = list(targets())
PROMETHEUS = [each for each in ALL_TARGETS if each.kind == "prometheus"]


@pytest.fixture(params=FILES, ids=lambda path: path.stem)
def dashboard(request: pytest.FixtureRequest) -> dict[str, Any]:
    return load(request.param)


def name(target: Target) -> str:
    return target.name


def selectors(target: Target) -> list[tuple[str, str]]:
    """The selectors of an expression: names and matchers."""
    return re.findall(r"\b([a-zA-Z_:][\w:]*)(?:\{([^}]*)\}|(?=\[))", target.target["expr"])


def test_the_documented_dashboards_are_there() -> None:
    assert {path.name for path in FILES} == {
        "otel-collector-dashboard.json",
        "otel-query-dashboard.json",
        "clickhouse-dashboard.json",
        "shop-dashboard.json",
    }


def test_a_dashboard_can_be_imported_anywhere(dashboard: dict[str, Any]) -> None:
    assert dashboard["id"] is None
    assert dashboard["editable"] is False
    assert 39 <= dashboard["schemaVersion"] <= 42
    assert dashboard["title"] and dashboard["description"]
    assert "faultline" in dashboard["tags"]


def test_no_two_dashboards_are_known_by_the_same() -> None:
    for key in ("uid", "title"):
        assert len({load(path)[key] for path in FILES}) == len(FILES)


def test_data_sources_are_chosen_by_variables_and_named_nowhere(dashboard: dict[str, Any]) -> None:
    chosen = variables(dashboard, "datasource")
    assert "datasource" in chosen and chosen["datasource"]["query"] == "prometheus"
    for key, variable in chosen.items():
        assert variable["label"] == LABELS[key]
        assert variable["query"] == (key.partition("_")[0] if "_" in key else "prometheus")
    allowed = {(variable["query"], f"${{{key}}}") for key, variable in chosen.items()}

    def check(value: Any) -> None:
        if isinstance(value, dict):
            if "datasource" in value:
                assert (value["datasource"]["type"], value["datasource"]["uid"]) in allowed
            for each in value.values():
                check(each)
        elif isinstance(value, list):
            for each in value:
                check(each)

    check(dashboard)


def test_job_and_instance_can_be_chosen(dashboard: dict[str, Any]) -> None:
    asked = variables(dashboard, "query")
    assert list(asked) == ["job", "instance"]
    for key, variable in asked.items():
        assert variable["label"] == key.capitalize()
        assert variable["multi"] and variable["includeAll"] and variable["allValue"] == ".+"
        assert variable["refresh"] == 2, "it is read again when the time changes"
        assert re.fullmatch(rf"label_values\(.+, {key}\)", variable["query"]["query"])
    assert 'job=~"$job"' in asked["instance"]["query"]["query"]


def test_panels_say_what_they_show(dashboard: dict[str, Any]) -> None:
    for panel in panels(dashboard):
        assert panel["title"] and not panel["title"].endswith("."), panel["id"]
        assert panel["description"].endswith("."), panel["title"]
        assert panel["targets"], panel["title"]
        assert panel["fieldConfig"]["defaults"]["unit"] in UNITS, panel["title"]
    for override in (each for panel in panels(dashboard) for each in panel["fieldConfig"]["overrides"]):
        for changed in override["properties"]:
            assert changed["id"] != "unit" or changed["value"] in UNITS


def test_panels_lie_beside_one_another(dashboard: dict[str, Any]) -> None:
    places = set()
    assert len({panel["id"] for panel in dashboard["panels"]}) == len(dashboard["panels"])
    for panel in dashboard["panels"]:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24
        cells = {(place["x"] + x, place["y"] + y) for x in range(place["w"]) for y in range(place["h"])}
        assert not cells & places, panel["title"]
        places |= cells


@pytest.mark.parametrize("target", PROMETHEUS, ids=name)
def test_a_selector_heeds_job_and_instance(target: Target) -> None:
    found = selectors(target)
    assert found
    for metric, matchers in found:
        if not WITHOUT_JOB.match(metric):
            assert 'job=~"$job"' in matchers and 'instance=~"$instance"' in matchers, metric


@pytest.mark.parametrize("target", PROMETHEUS, ids=name)
def test_a_counter_stands_under_a_rate_over_the_rate_interval(target: Target) -> None:
    expression = target.target["expr"]
    assert set(re.findall(r"\[([^\]]*)\]", expression)) <= {"$__rate_interval"}
    for metric, _ in selectors(target):
        if re.search(r"_(total|sum|count|bucket)$", metric) and metric != LIKE_A_COUNTER:
            uses = re.findall(rf"(\w+)\s*\(\s*{metric}\b", expression)
            assert uses and set(uses) <= {"rate", "increase"}, metric
    for quantile in re.findall(r"histogram_quantile\(([^,]+), (\w+ by \([^)]*\))", expression):
        assert 0 < float(quantile[0]) < 1 and re.search(r"\ble\b", quantile[1]), expression


@pytest.mark.parametrize("target", [each for each in ALL_TARGETS if each.kind == "loki"], ids=name)
def test_log_ranges_follow_the_panel(target: Target) -> None:
    assert set(re.findall(r"\[([^\]]*)\]", target.target["expr"])) <= {"$__auto"}


@pytest.mark.parametrize("target", ALL_TARGETS, ids=name)
def test_series_have_a_legend(target: Target) -> None:
    if target.panel["type"] != "timeseries" or target.kind == "tempo":
        return
    legend = target.target["legendFormat"]
    assert legend
    # A legend speaks of labels that the series have.
    grouped = set(re.split(r",\s*", ",".join(re.findall(r"by \(([^)]*)\)", target.target["expr"]))))
    assert set(re.findall(r"\{\{(\w+)\}\}", legend)) <= grouped


@pytest.mark.parametrize("target", PROMETHEUS, ids=name)
def test_tables_are_of_one_moment_and_curves_of_many(target: Target) -> None:
    is_table = target.panel["type"] == "table"
    assert (target.target["instant"], target.target["range"]) == (is_table, not is_table)
    assert target.target["format"] == ("table" if is_table else "time_series")


def test_every_incident_has_its_indicators() -> None:
    incidents = {path.stem for path in (ROOT / "docs" / "walkthroughs").glob("*.md")} - {"README"}
    assert len(incidents) == 9
    rows = [panel for panel in load(Path(ROOT / "dashboards" / "shop-dashboard.json"))["panels"]]
    headings = " ".join(row["title"] for row in rows if row["type"] == "row")
    assert {incident for incident in incidents if incident not in headings} == set()
