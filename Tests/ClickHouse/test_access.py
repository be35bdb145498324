"""Who may ask the embedded server, and where it listens."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from pathlib import Path

import pytest

from embedded_server import ROOT, EmbeddedServer


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8123", "127.0.0.1.evil.example", "localhost.evil", ""])
def test_a_foreign_host_is_refused(server: EmbeddedServer, host: str) -> None:
    for path in ("/", "/ping", "/clickstack/service-map", "/__ENV.js"):
        assert server.request("GET", path, headers={"Host": host}).status in (400, 403)


@pytest.mark.parametrize(
    "host", ["localhost:8123", "127.0.0.1", "LOCALHOST", "[::1]:8123", "localhost.", "localhost.:8123", "127.0.0.1."]
)
def test_loopback_names_are_welcome(server: EmbeddedServer, host: str) -> None:
    assert server.request("GET", "/", headers={"Host": host}, query="SELECT 1").body == b"1\n"


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "http://localhost:1", "https://evil.example:443", "http://localhost"]
)
def test_a_page_of_another_origin_cannot_ask(server: EmbeddedServer, table: str, origin: str) -> None:
    answer = server.request(body=f"DROP TABLE {table}", database="o11y", headers={"Origin": origin})
    assert answer.status == 403
    assert server.query(f"EXISTS TABLE {table}") == "1\n"
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_a_preflight_is_not_granted(server: EmbeddedServer) -> None:
    answer = server.request(
        "OPTIONS", headers={"Origin": "http://evil.example", "Access-Control-Request-Method": "POST"}
    )
    assert answer.status == 403
    assert not [name for name in answer.headers if name.lower().startswith("access-control-")]


def test_the_servers_own_page_may_ask(server: EmbeddedServer) -> None:
    origin = f"http://127.0.0.1:{server.port}"
    answer = server.request(body="SELECT 1", headers={"Origin": origin, "Sec-Fetch-Site": "same-origin"})
    assert answer.body == b"1\n"


def test_an_image_or_link_of_another_site_cannot_ask(server: EmbeddedServer) -> None:
    for site in ("cross-site", "same-site"):
        answer = server.request("GET", query="SELECT sleep(1)", headers={"Sec-Fetch-Site": site})
        assert answer.status == 403
    page = server.request("GET", "/clickstack/service-map", headers={"Sec-Fetch-Site": "cross-site"})
    assert page.status == 200


def test_a_password_is_asked_where_one_is_set(tmp_path: Path) -> None:
    secret = "s3cret-word"
    server = EmbeddedServer(tmp_path / "data", environment={"CH_USER": "shop", "CH_PASSWORD": secret})
    try:
        basic = base64.b64encode(f"shop:{secret}".encode()).decode()
        wrong = base64.b64encode(b"shop:wrong").decode()
        ways = [
            server.request(body="SELECT 1", headers={"Authorization": f"Basic {basic}"}),
            server.request(body="SELECT 1", headers={"X-ClickHouse-User": "shop", "X-ClickHouse-Key": secret}),
            server.request(body="SELECT 1", user="shop", password=secret),
        ]
        assert [answer.body for answer in ways] == [b"1\n"] * 3
        refusals = [
            server.request(body="SELECT 1"),
            server.request(body="SELECT 1", headers={"Authorization": f"Basic {wrong}"}),
            server.request(body="SELECT 1", headers={"Authorization": "Basic !!!"}),
            server.request(body="SELECT 1", user="default", password=secret),
        ]
        assert [(answer.status, answer.headers["X-ClickHouse-Exception-Code"]) for answer in refusals] == [
            (403, "516")
        ] * 4
        assert server.request("GET", "/ping").status == 200
        assert secret not in server.request("GET", "/__ENV.js").text
        assert secret not in "".join(answer.text for answer in refusals)
        assert secret not in server.data.with_suffix(".log").read_text()
    finally:
        server.stop()


@pytest.mark.parametrize("password", ["pässwörd", "пароль", "密码"])
def test_a_password_may_hold_any_letter(tmp_path: Path, password: str) -> None:
    server = EmbeddedServer(tmp_path / "data", environment={"CH_PASSWORD": password})
    try:

        def basic(word: str) -> str:
            return "Basic " + base64.b64encode(f"default:{word}".encode()).decode()

        def key(word: str) -> dict[str, str]:
            # http.client writes header values as Latin-1: these are the bytes of UTF-8.
            return {"X-ClickHouse-User": "default", "X-ClickHouse-Key": word.encode().decode("latin-1")}

        assert server.request(body="SELECT 1", headers={"Authorization": basic(password)}).body == b"1\n"
        assert server.request(body="SELECT 1", headers=key(password)).body == b"1\n"
        assert server.request(body="SELECT 1", password=password).body == b"1\n"
        wrong = [
            server.request(body="SELECT 1", headers={"Authorization": basic("wröng")}),
            server.request(body="SELECT 1", headers={"Authorization": "Basic ä"}),
            server.request(body="SELECT 1", headers=key("wröng")),
            server.request(body="SELECT 1", headers={"X-ClickHouse-User": "\xff", "X-ClickHouse-Key": "\xfe"}),
            server.request(body="SELECT 1", user="jürgen", password=password),
        ]
        assert [answer.status for answer in wrong] == [403] * 5
    finally:
        server.stop()


def test_the_pages_find_their_connection_at_the_address_they_were_opened_at(server: EmbeddedServer) -> None:
    script = server.request("GET", "/__ENV.js", headers={"Host": f"localhost:{server.port}"}).text
    settings = json.loads(script.removeprefix("window.__ENV = ").rstrip().removesuffix(";"))
    (connection,) = json.loads(settings["NEXT_PUBLIC_HDX_LOCAL_DEFAULT_CONNECTIONS"])
    sources = json.loads(settings["NEXT_PUBLIC_HDX_LOCAL_DEFAULT_SOURCES"])
    assert connection["host"] == f"http://localhost:{server.port}"
    assert {source["from"]["databaseName"] for source in sources} == {"o11y"}
    ids = {source["id"] for source in sources}
    links = {value for source in sources for name, value in source.items() if name.endswith("SourceId")}
    assert links <= ids


def test_pages_outside_the_ui_are_not_served(server: EmbeddedServer) -> None:
    for path in ("/clickstack/../../etc/passwd", "/clickstack/%2e%2e/engine/status", "/clickstack/.extracted-from%00"):
        assert server.request("GET", path).status == 404


@pytest.mark.parametrize(
    ("arguments", "environment", "said"),
    [
        (["--port", "99999"], {}, "--port=99999"),
        ([], {"CLICKHOUSE_HTTP_PORT": "abc"}, "CLICKHOUSE_HTTP_PORT=abc"),
        (["--port", "0"], {"CH_DATABASE": "a b"}, "CH_DATABASE=a b"),
        (["--port", "0", "--schemas", "/nowhere"], {}, "--schemas /nowhere"),
        (["--port", "TAKEN"], {}, "cannot listen on 127.0.0.1:"),
        (["--port", "0", "--data", "IN_USE"], {}, "cannot open"),
    ],
)
def test_what_cannot_start_says_why_in_one_line(
    server: EmbeddedServer, tmp_path: Path, arguments: list[str], environment: dict[str, str], said: str
) -> None:
    words = {"TAKEN": str(server.port), "IN_USE": str(server.data)}
    command = [sys.executable, str(ROOT / "clickhouse" / "embedded"), "--data", str(tmp_path / "data")]
    ended = subprocess.run(
        [*command, *[words.get(word, word) for word in arguments]],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 1
    assert said in ended.stderr
    assert len(ended.stderr.strip().splitlines()) == 1, ended.stderr
