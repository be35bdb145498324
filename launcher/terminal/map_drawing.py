"""The Service Map in box-drawing characters: callers left, called right, and a table of the edges."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from launcher.service_map import Calls, ServiceMap
from launcher.terminal.style import Style
from launcher.terminal.table import table, visible_width

_GAP = 12
_MARGIN = 2

# Which box-drawing character joins these sides.
_JOINTS = {
    frozenset("lr"): "─",
    frozenset("ud"): "│",
    frozenset("lud"): "┤",
    frozenset("rud"): "├",
    frozenset("lrd"): "┬",
    frozenset("lru"): "┴",
    frozenset("lrud"): "┼",
    frozenset("ld"): "╮",
    frozenset("lu"): "╯",
    frozenset("rd"): "╭",
    frozenset("ru"): "╰",
}


def draw_map(service_map: ServiceMap, style: Style, columns: int) -> list[str]:
    """The drawing, where it fits in ``columns``, and the edges: a table, or a list where that is too wide."""
    layers = _layers(service_map)
    widths = [max(_box_width(name, service_map.nodes[name]) for name in layer) for layer in layers]
    drawing: list[str] = []
    if sum(widths) + _GAP * (len(widths) - 1) + _MARGIN <= columns:
        drawing = [*_picture(service_map, layers, widths, style), ""]
    edges = _edge_table(service_map, style)
    if max(visible_width(line) for line in edges) + _MARGIN > columns:
        edges = _edge_list(service_map, style)
    return drawing + edges


def latency(milliseconds: float) -> str:
    """A latency with three digits that matter and its unit."""
    if milliseconds >= 10_000:
        return f"{milliseconds / 1000:.1f} s"
    if milliseconds >= 100:
        return f"{milliseconds:.0f} ms"
    return f"{milliseconds:.1f} ms" if milliseconds >= 10 else f"{milliseconds:.2f} ms"


def _layers(service_map: ServiceMap) -> list[list[str]]:
    """Each service one layer to the right of its furthest caller; an edge that closes a circle does not push."""
    calls: dict[str, list[str]] = {name: [] for name in service_map.nodes}
    for source, target in service_map.edges:
        calls[source].append(target)
    depth = dict.fromkeys(service_map.nodes, 0)

    def push(name: str, path: frozenset[str]) -> None:
        for target in calls[name]:
            if target not in path and depth[target] < depth[name] + 1:
                depth[target] = depth[name] + 1
                push(target, path | {target})

    called = {target for _, target in service_map.edges}
    for name in [name for name in service_map.nodes if name not in called] or list(service_map.nodes)[:1]:
        push(name, frozenset({name}))
    layers: list[list[str]] = [[] for _ in range(max(depth.values()) + 1)]
    for name in service_map.nodes:
        layers[depth[name]].append(name)
    return [layer for layer in layers if layer]


def _box_lines(name: str, calls: Calls, style: Style) -> list[str]:
    if not calls.calls:
        return [style.dim("calls others only"), ""]
    errors = f"{calls.error_percent:.1f} % errors"
    coloured = style.red(errors) if calls.errors else style.green(errors)
    quantiles = f"p50 {latency(calls.p50_ms)}  p95 {latency(calls.p95_ms)}  p99 {latency(calls.p99_ms)}"
    return [f"{calls.calls:,} calls  {coloured}", style.dim(quantiles)]


def _box_width(name: str, calls: Calls) -> int:
    inner = max(visible_width(line) for line in _box_lines(name, calls, Style(False)))
    return max(inner + 4, len(name) + 6)


def _box(name: str, calls: Calls, width: int, style: Style) -> list[str]:
    rows = [f"│ {line}{' ' * (width - 4 - visible_width(line))} │" for line in _box_lines(name, calls, style)]
    return [f"╭─ {style.bold(name)} {'─' * (width - 5 - len(name))}╮", *rows, f"╰{'─' * (width - 2)}╯"]


def _picture(
    service_map: ServiceMap, layers: Sequence[Sequence[str]], widths: Sequence[int], style: Style
) -> list[str]:
    heights = [len(layer) * 5 - 1 for layer in layers]
    height = max(heights)
    rows = [""] * height
    port: dict[str, int] = {}
    for index, layer in enumerate(layers):
        top = (height - heights[index]) // 2
        for place, name in enumerate(layer):
            # Edges leave and arrive at the box's first line below its title.
            port[name] = top + place * 5 + 1
        column = [" " * widths[index]] * height
        for name in layer:
            column[port[name] - 1 : port[name] + 3] = _box(name, service_map.nodes[name], widths[index], style)
        if index > 0:
            wires = _wires(service_map, layers[index - 1], layer, port, height)
            # A wire that leaves a box opens its side.
            rows = [(row[:-1] + "├" if wire[0] == "─" else row) + wire for row, wire in zip(rows, wires)]
        rows = [row + cell for row, cell in zip(rows, column)]
    return [row.rstrip() for row in rows]


def _wires(
    service_map: ServiceMap, left: Sequence[str], right: Sequence[str], port: Mapping[str, int], height: int
) -> list[str]:
    """The edges between two neighbouring layers: each caller has a bus of its own."""
    sides: list[list[set[str]]] = [[set() for _ in range(_GAP)] for _ in range(height)]
    arrows: set[int] = set()
    callers = [name for name in left if any((name, target) in service_map.edges for target in right)]
    for bus, source in enumerate(callers):
        column = 3 + bus * 2 % (_GAP - 5)
        for target in right:
            if (source, target) not in service_map.edges:
                continue
            begin, end = port[source], port[target]
            for x in range(column):
                sides[begin][x] |= {"l", "r"}
            sides[begin][column].add("l")
            step = 1 if end > begin else -1
            for y in range(begin, end, step):
                sides[y][column].add("d" if step > 0 else "u")
                sides[y + step][column].add("u" if step > 0 else "d")
            sides[end][column].add("r")
            for x in range(column + 1, _GAP):
                sides[end][x] |= {"l", "r"}
            arrows.add(end)
    lines = ["".join(_JOINTS.get(frozenset(cell), " ") for cell in row) for row in sides]
    return [line[:-1] + "▶" if y in arrows else line for y, line in enumerate(lines)]


def _edge_list(service_map: ServiceMap, style: Style) -> list[str]:
    lines = []
    for (source, target), calls in service_map.edges.items():
        errors = f"{calls.error_percent:.1f} %"
        lines.append(source)
        lines.append(f"→ {target}")
        lines.append(f"  {calls.calls:,} calls, errors {style.red(errors) if calls.errors else errors}")
        lines.append(style.dim(f"  p50 {latency(calls.p50_ms)}, p95 {latency(calls.p95_ms)}"))
    return lines or ["No calls in that time."]


def _edge_table(service_map: ServiceMap, style: Style) -> list[str]:
    if not service_map.edges:
        return [style.dim("No service calls another in that time.")]
    rows = [[style.dim(title) for title in ("edge", "calls", "errors", "p50", "p95", "p99")]]
    for (source, target), calls in service_map.edges.items():
        errors = f"{calls.error_percent:.1f} %"
        rows.append(
            [
                f"{source} → {target}",
                f"{calls.calls:,}",
                style.red(errors) if calls.errors else errors,
                latency(calls.p50_ms),
                latency(calls.p95_ms),
                latency(calls.p99_ms),
            ]
        )
    return table(rows, right=frozenset({1, 2, 3, 4, 5}))
