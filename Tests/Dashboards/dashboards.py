"""The dashboards as Grafana reads them: panels, what they ask, and variables."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "dashboards"
FILES = sorted(FOLDER.glob("*.json"))
DATA_SOURCES = FOLDER / "provisioning" / "datasources" / "faultline.yaml"


@dataclass(frozen=True)
class Target:
    """A question of a panel."""

    dashboard: str
    panel: dict[str, Any]
    target: dict[str, Any]

    @property
    def kind(self) -> str:
        """The type of its data source."""
        return str(self.target["datasource"]["type"])

    @property
    def name(self) -> str:
        return f"{self.dashboard}: {self.panel['title']} {self.target['refId']}"


def load(path: Path) -> dict[str, Any]:
    """A dashboard."""
    return dict(json.loads(path.read_text()))


def panels(dashboard: dict[str, Any]) -> list[dict[str, Any]]:
    """Those that show something: rows are headings."""
    return [panel for panel in dashboard["panels"] if panel["type"] != "row"]


def targets() -> Iterator[Target]:
    """Every question of every dashboard."""
    for path in FILES:
        dashboard = load(path)
        for panel in panels(dashboard):
            for target in panel["targets"]:
                yield Target(dashboard["title"], panel, target)


def variables(dashboard: dict[str, Any], kind: str) -> dict[str, dict[str, Any]]:
    """The template variables of a kind, by name."""
    return {each["name"]: each for each in dashboard["templating"]["list"] if each["type"] == kind}


def data_sources() -> dict[str, dict[str, Any]]:
    """The provisioned data sources by type, with the dollars that Grafana keeps."""
    text = DATA_SOURCES.read_text().replace("$$", "$")
    return {each["type"]: each for each in yaml.safe_load(text)["datasources"]}
