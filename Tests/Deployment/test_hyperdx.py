"""What HyperDX finds set up at its first start."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "hyperdx"

needs_node = pytest.mark.skipif(shutil.which("node") is None, reason="there is no node; HyperDX's image brings its own")


def defaults(kind: str, **environment: str) -> list[dict[str, Any]]:
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith(("CH_", "HYPERDX_"))}
    answer = subprocess.run(
        ["node", str(FOLDER / "defaults.mjs"), kind],
        env={**surroundings, **environment},
        stdout=subprocess.PIPE,
        check=True,
        timeout=60,
    )
    return json.loads(answer.stdout)


@needs_node
def test_the_connection_is_that_of_the_environment() -> None:
    (connection,) = defaults(
        "connections", HYPERDX_CLICKHOUSE_URL="https://cloud:8443", CH_USER="reader", CH_PASSWORD='a "quoted" $word'
    )
    assert connection == {
        "name": "Local ClickHouse",
        "host": "https://cloud:8443",
        "username": "reader",
        "password": 'a "quoted" $word',
    }


@needs_node
def test_the_sources_are_in_the_database_of_the_environment() -> None:
    assert {source["from"]["databaseName"] for source in defaults("sources")} == {"o11y"}
    assert {source["from"]["databaseName"] for source in defaults("sources", CH_DATABASE="shop")} == {"shop"}


def test_sources_name_one_another_and_tables_that_there_are() -> None:
    sources = json.loads((FOLDER / "sources.json").read_text())
    connections = {connection["name"] for connection in json.loads((FOLDER / "connections.json").read_text())}
    schemas = "".join(file.read_text() for file in (ROOT / "clickhouse" / "schemas").glob("*.sql"))
    names = {source["name"] for source in sources}
    for source in sources:
        assert source["connection"] in connections
        assert {value for key, value in source.items() if key.endswith("SourceId")} <= names
        tables = [source["from"]["tableName"], *source.get("metricTables", {}).values()]
        assert all(f"CREATE TABLE IF NOT EXISTS {table}\n" in schemas for table in tables if table)


def test_the_set_up_page_names_every_field_of_every_source() -> None:
    page = (ROOT / "docs" / "HYPERDX_UI_SETUP.md").read_text()
    for source in json.loads((FOLDER / "sources.json").read_text()):
        for key, value in source.items():
            if key.endswith("Expression"):
                assert f"`{value}`" in page, (source["name"], key)
        for table in [source["from"]["tableName"], *source.get("metricTables", {}).values()]:
            assert f"`{table}`" in page


def test_the_troubleshooting_page_names_files_that_there_are() -> None:
    for page in (
        "HYPERDX_UI_SETUP.md",
        "HYPERDX_TROUBLESHOOTING.md",
        "docker-compose.md",
        "scaling-out.md",
        "security.md",
        "export-elsewhere.md",
    ):
        text = (ROOT / "docs" / page).read_text()
        for target in re.findall(r"\]\(([^)#]+)[^)]*\)", text):
            if "://" not in target:
                assert (ROOT / "docs" / target).exists(), (page, target)
