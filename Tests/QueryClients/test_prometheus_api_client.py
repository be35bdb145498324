"""PyPI's prometheus-api-client asks the query service, unmodified."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest
from prometheus_api_client import PrometheusApiClientException, PrometheusConnect

from conftest import END
from running_query_service import RunningQueryService


@pytest.fixture(scope="session")
def client(service: RunningQueryService) -> PrometheusConnect:
    return PrometheusConnect(url=service.url, disable_ssl=True)


def at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, timezone.utc)


def test_connects(client: PrometheusConnect) -> None:
    assert client.check_prometheus_connection()


def test_lists_metrics_and_labels(client: PrometheusConnect) -> None:
    assert {"http_server_requests_total", "target_info"} <= set(client.all_metrics())
    assert {"__name__", "job", "instance", "http_route"} <= set(client.get_label_names())
    assert client.get_label_values("http_route") == ["/a", "/b"]
    assert client.get_metric_metadata("http_server_requests_total")[0]["type"] == "counter"


def test_queries(client: PrometheusConnect) -> None:
    (sample,) = client.custom_query("sum(rate(http_server_requests_total[5m]))", params={"time": END})
    assert sample["value"] == [END, "2"]
    series = client.custom_query_range("http_server_requests_total", at(END - 60), at(END), "30")
    assert [len(each["values"]) for each in series] == [3, 3]
    data = client.get_metric_range_data("http_server_requests_total", {"http_route": "/a"}, at(END - 50), at(END))
    assert [value for _, value in data[0]["values"]][-1] == "600"


def test_a_refusal_is_an_exception(client: PrometheusConnect) -> None:
    with pytest.raises(PrometheusApiClientException, match="parse error"):
        client.custom_query("sum((")
