"""Grafana's own description of dashboards reads each of them, and writes it again with nothing lost."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from dashboards import FILES, load, panels

pytestmark = pytest.mark.skipif(sys.version_info < (3, 11), reason="grafana-foundation-sdk wants Python 3.11")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_sdk_reads_it(path: Path) -> None:
    from grafana_foundation_sdk.cog.encoder import JSONEncoder  # noqa: PLC0415
    from grafana_foundation_sdk.cog.plugins import register_default_plugins  # noqa: PLC0415
    from grafana_foundation_sdk.models.dashboard import Dashboard  # noqa: PLC0415

    register_default_plugins()
    written = load(path)
    read = json.loads(JSONEncoder().encode(Dashboard.from_json(load(path))))
    lost = list(differences(written, read, path.stem))
    assert not lost, "\n".join(lost)
    assert [panel["title"] for panel in panels(read)] == [panel["title"] for panel in panels(written)]


def differences(written: Any, read: Any, place: str) -> Any:
    """What the description does not know, or knows as something else; empty values are as good as none."""
    if isinstance(written, dict):
        for key, value in written.items():
            if key in (read or {}):
                yield from differences(value, read[key], f"{place}.{key}")
            elif value not in (None, "", [], {}, False):
                yield f"{place}.{key}: {value}"
    elif isinstance(written, list):
        if len(written) != len(read):
            yield f"{place}: {len(written)} became {len(read)}"
        for index, (one, other) in enumerate(zip(written, read)):
            yield from differences(one, other, f"{place}[{index}]")
    elif written != read:
        yield f"{place}: {written} became {read}"
