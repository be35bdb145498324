"""The Service Map as a drawing."""

from __future__ import annotations

from launcher.service_map import Calls, ServiceMap, from_rows
from launcher.terminal.map_drawing import draw_map, latency
from launcher.terminal.style import Style
from launcher.terminal.table import visible_width

from conftest import ROOT  # noqa: F401  (puts the launcher on the path)

SHOP, STOCK, MONEY = "sample-ecommerce-app", "inventory-service", "payment-service"


def calls(count: int = 10, errors: int = 0) -> Calls:
    return Calls(count, errors, 1.5, 12.25, 150.0)


def the_map() -> ServiceMap:
    return ServiceMap(
        {SHOP: calls(1204), STOCK: calls(600), MONEY: calls(90, 9)},
        {(SHOP, STOCK): calls(600), (SHOP, MONEY): calls(90, 9)},
    )


def test_callers_are_left_of_what_they_call_and_every_edge_arrives() -> None:
    picture = draw_map(the_map(), Style(False), 120)
    row_of = {name: next(y for y, line in enumerate(picture) if f"╭─ {name}" in line) for name in (SHOP, STOCK, MONEY)}
    assert picture[row_of[SHOP]].index(SHOP) < picture[row_of[STOCK]].index(STOCK)
    assert picture[row_of[STOCK] + 1][picture[row_of[STOCK]].index("╭─ inv") - 1] == "▶"
    assert picture[row_of[MONEY] + 1][picture[row_of[MONEY]].index("╭─ pay") - 1] == "▶"
    assert any("10.0 % errors" in line for line in picture)
    assert any(line.startswith(f"{SHOP} → {MONEY}") and "10.0 %" in line for line in picture)


def test_colours_do_not_move_anything() -> None:
    plain = draw_map(the_map(), Style(False), 120)
    coloured = draw_map(the_map(), Style(True), 120)
    assert [visible_width(line) for line in plain] == [visible_width(line) for line in coloured]


def test_a_narrower_terminal_gets_the_table_alone() -> None:
    lines = draw_map(the_map(), Style(False), 92)
    assert not any("╭" in line for line in lines)
    assert any(f"{SHOP} → {STOCK}" in line for line in lines)


def test_forty_columns_are_enough() -> None:
    lines = draw_map(the_map(), Style(False), 40)
    assert max(visible_width(line) for line in lines) + 2 <= 40
    assert SHOP in lines and f"→ {MONEY}" in lines
    assert any("10.0 %" in line for line in lines)


def test_circles_and_services_that_call_themselves_end() -> None:
    circle = ServiceMap(
        {name: calls() for name in "abc"},
        {("a", "b"): calls(), ("b", "c"): calls(), ("c", "a"): calls(), ("c", "b"): calls()},
    )
    lines = draw_map(circle, Style(False), 200)
    assert sum("→" in line for line in lines) == 4


def test_a_map_without_edges_says_so() -> None:
    lines = draw_map(ServiceMap({SHOP: calls()}, {}), Style(False), 120)
    assert "No service calls another in that time." in lines


def test_rows_become_nodes_and_edges_and_a_caller_without_calls_is_a_node() -> None:
    row = {"calls": "5", "errors": "1", "p50_ms": 1.0, "p95_ms": 2.0, "p99_ms": 3.0}
    service_map = from_rows([{"service": STOCK, **row}], [{"source_service": SHOP, "target_service": STOCK, **row}])
    assert list(service_map.edges) == [(SHOP, STOCK)]
    assert set(service_map.nodes) == {SHOP, STOCK}
    assert service_map.nodes[SHOP].calls == 0
    assert service_map.as_json()["edges"][0]["error_percent"] == 20.0


def test_latencies_keep_three_digits() -> None:
    assert [latency(value) for value in (0.1234, 12.34, 234.5, 23456.0)] == ["0.12 ms", "12.3 ms", "234 ms", "23.5 s"]
