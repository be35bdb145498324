"""The data sources that Grafana is given: each speaks to the query service, and each knows the others."""

from __future__ import annotations

import re

import yaml

from dashboards import DATA_SOURCES, FOLDER, ROOT, data_sources


def test_all_are_the_query_service_under_its_own_paths() -> None:
    urls = {kind: source["url"] for kind, source in data_sources().items()}
    assert urls == {
        "prometheus": "$QUERY_SERVICE_URL/prometheus",
        "loki": "$QUERY_SERVICE_URL",
        "tempo": "$QUERY_SERVICE_URL/tempo",
        "jaeger": "$QUERY_SERVICE_URL/jaeger",
    }
    for source in data_sources().values():
        assert source["access"] == "proxy" and source["editable"] is False
    assert [kind for kind, source in data_sources().items() if source.get("isDefault")] == ["prometheus"]


def test_what_one_names_is_there() -> None:
    kinds = {source["uid"]: kind for kind, source in data_sources().items()}
    assert len(kinds) == 4
    for kind in ("tempo", "jaeger"):
        wired = data_sources()[kind]["jsonData"]
        assert kinds[wired["tracesToLogsV2"]["datasourceUid"]] == "loki"
        assert kinds[wired["tracesToMetrics"]["datasourceUid"]] == "prometheus"
        assert kinds[wired["serviceMap"]["datasourceUid"]] == "prometheus"
        assert wired["nodeGraph"]["enabled"] is True
    assert data_sources()["tempo"]["jsonData"]["streamingEnabled"] == {"search": False, "metrics": False}
    for each in data_sources()["prometheus"]["jsonData"]["exemplarTraceIdDestinations"]:
        assert kinds[each["datasourceUid"]] == "tempo"
    for each in data_sources()["loki"]["jsonData"]["derivedFields"]:
        assert kinds[each["datasourceUid"]] == "tempo"


def test_no_variable_of_grafanas_is_taken_for_one_of_the_environment() -> None:
    text = "\n".join(line for line in DATA_SOURCES.read_text().splitlines() if not line.lstrip().startswith("#"))
    assert set(re.findall(r"(?<!\$)\$(?!\$)(\w+|\{\w+)", text)) == {"QUERY_SERVICE_URL"}


def test_dashboards_come_from_the_folder_that_is_mounted() -> None:
    (provider,) = yaml.safe_load((FOLDER / "provisioning" / "dashboards" / "faultline.yaml").read_text())["providers"]
    assert provider["type"] == "file" and provider["allowUiUpdates"] is False
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]["grafana"]
    assert f"./dashboards:{provider['options']['path']}:ro,z" in compose["volumes"]
