"""What HyperDX finds set up at its first start."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
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


def register(*answers: tuple[int, str]) -> tuple[int, str, list[dict[str, str]]]:
    """Runs the job against a HyperDX that gives these answers: its status, what it said, what it sent."""
    sent: list[dict[str, str]] = []

    class HyperDX(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.path == "/api/register/password"
            sent.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            status, text = answers[min(len(sent), len(answers)) - 1]
            self.send_response(status)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *arguments: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), HyperDX)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        job = subprocess.run(
            ["node", str(FOLDER / "register.mjs")],
            env={
                "PATH": os.environ["PATH"],
                "HYPERDX_URL": f"http://127.0.0.1:{server.server_port}",
                "HYPERDX_PASSWORD": "Very-secret-42",
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=60,
        )
    finally:
        server.shutdown()
        server.server_close()
    return job.returncode, job.stdout, sent


@needs_node
def test_the_account_is_registered_once_hyperdx_answers() -> None:
    status, said, sent = register((502, "starting"), (200, "{}"))
    assert status == 0 and len(sent) == 2
    assert sent[1] == {
        "email": "demo@faultline.example",
        "password": "Very-secret-42",
        "confirmPassword": "Very-secret-42",
    }
    assert "Very-secret-42" not in said


@needs_node
def test_an_account_that_is_there_is_left_alone() -> None:
    assert register((409, '{"error":"teamAlreadyExists"}'))[0] == 0


@needs_node
def test_a_refused_account_says_why() -> None:
    status, said, sent = register((400, "password is too weak"))
    assert status == 1 and len(sent) == 1 and "password is too weak" in said


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


def load_dashboards(**environment: str) -> tuple[int, str, list[tuple[str, str, Any]]]:
    """Runs the loader against a HyperDX that has the sources and one dashboard: status, words, requests."""
    sent: list[tuple[str, str, Any]] = []
    has = {
        "/api/sources": [{"id": f"id-of-{name}", "name": name} for name in ("Logs", "Traces", "Metrics", "Sessions")],
        "/api/dashboards": [{"_id": "former", "name": "Shop: health"}],
        "/api/webhooks?service=generic": {"data": []},
        "/api/alerts": {"data": []},
    }

    class HyperDX(BaseHTTPRequestHandler):
        def answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            sent.append((self.command, self.path, json.loads(self.rfile.read(length) or "null")))
            signed_in = self.headers.get("Cookie") == "connect.sid=known"
            login = self.path == "/api/login/password"
            found = has[self.path] if self.command == "GET" else {"id": "new", "data": {"_id": "hook"}}
            text = json.dumps(found).encode()
            self.send_response(200 if login or signed_in else 401)
            if login:
                self.send_header("Set-Cookie", "connect.sid=known; Path=/; HttpOnly")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        do_GET = do_POST = do_PATCH = do_PUT = answer

        def log_message(self, *_: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), HyperDX)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith("HYPERDX_")}
    try:
        ended = subprocess.run(
            ["node", str(FOLDER / "load-dashboards.mjs")],
            env={**surroundings, "HYPERDX_URL": f"http://127.0.0.1:{server.server_port}", **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=60,
            check=False,
        )
    finally:
        server.shutdown()
        server.server_close()
    return ended.returncode, ended.stdout, sent


@needs_node
def test_dashboards_are_loaded_with_the_ids_of_their_sources_and_replace_their_like() -> None:
    status, said, sent = load_dashboards()
    assert status == 0, said
    written = {path: (method, body) for method, path, body in sent if "dashboards" in path and method != "GET"}
    assert {path: method for path, (method, _) in written.items()} == {
        "/api/dashboards/former": "PATCH",
        "/api/dashboards": "POST",
    }
    for _, body in written.values():
        assert {tile["config"]["source"] for tile in body["tiles"]} <= {"id-of-Logs", "id-of-Traces", "id-of-Metrics"}
    assert not any("alerts" in path for _, path, _ in sent)
    assert "no alerts" in said


@needs_node
def test_alerts_are_made_for_tiles_that_there_are() -> None:
    status, said, sent = load_dashboards(HYPERDX_WEBHOOK="http://127.0.0.1:9/hook")
    assert status == 0, said
    alerts = [body for method, path, body in sent if (method, path) == ("POST", "/api/alerts")]
    assert len(alerts) == len(json.loads((FOLDER / "alerts.json").read_text())) > 0
    tiles = {
        tile["id"] for file in (FOLDER / "dashboards").glob("*.json") for tile in json.loads(file.read_text())["tiles"]
    }
    for alert in alerts:
        assert alert["tileId"] in tiles and alert["dashboardId"] in ("former", "new")
        assert alert["channel"] == {"type": "webhook", "webhookId": "hook"}
        assert alert["source"] == "tile" and alert["thresholdType"] == "above"


def test_dashboards_name_sources_metrics_and_attributes_that_there_are() -> None:
    sources = {source["name"] for source in json.loads((FOLDER / "sources.json").read_text())}
    for file in (FOLDER / "dashboards").glob("*.json"):
        tiles = json.loads(file.read_text())["tiles"]
        assert len({tile["id"] for tile in tiles}) == len(tiles)
        assert {tile["config"]["source"] for tile in tiles} <= sources
        for tile in tiles:
            for selected in tile["config"]["select"]:
                assert (tile["config"]["source"] == "Metrics") == ("metricName" in selected), tile["config"]["name"]
