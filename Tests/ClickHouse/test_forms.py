"""Statements that come as a form: curl -F, external data, and clients that send their parameters so."""

from __future__ import annotations

import subprocess
from pathlib import Path

import clickhouse_connect
import pytest

from embedded_server import EmbeddedServer
from test_doors import form


def test_curl_sends_query_and_parameters_as_fields(server: EmbeddedServer) -> None:
    said = subprocess.run(
        ["curl", "--silent", "--noproxy", "*", "-F", "param_id=1", "-F", "query=SELECT {id:Int32}"]
        + [f"http://127.0.0.1:{server.port}/"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.stdout == "1\n"


def test_fields_and_address_are_read_together(server: EmbeddedServer) -> None:
    body, content_type = form({"param_a": "2", "default_format": "JSONEachRow", "max_threads": "1"}, {})
    answer = server.request(
        body=body,
        headers={"Content-Type": content_type},
        query="SELECT {a:Int32} + {b:Int32} AS sum, getSetting('max_threads') AS threads",
        param_b="40",
    )
    assert answer.text == '{"sum":"42","threads":1}\n' or answer.text == '{"sum":42,"threads":1}\n', answer.text


def test_an_external_table_lives_for_one_question(server: EmbeddedServer, tmp_path: Path) -> None:
    rows = tmp_path / "rows.tsv"
    rows.write_text("a\t1\nb\t2\n")
    for session in ([], ["session_id=forms"]):
        for described in ("ext_structure=name String, n UInt8", "ext_types=String,Decimal(9, 2)"):
            column = "n" if "structure" in described else "_2"
            words = ["curl", "--silent", "--noproxy", "*", "--globoff"]
            address = f"http://127.0.0.1:{server.port}/?" + "&".join([*session, described.replace(" ", "%20")])
            said = subprocess.run(
                [*words, "-F", f"query=SELECT sum({column}) FROM ext", "-F", f"ext=@{rows}", address],
                capture_output=True,
                text=True,
                check=False,
            )
            assert said.stdout == "3\n", said.stdout
        address = dict(each.split("=") for each in session)
        assert server.request(body="SELECT * FROM ext", **address).status == 404


@pytest.mark.parametrize(
    ("fields", "files"), [({"query": "SELECT 1 FROM ext"}, {"ext": "1"}), ({}, {}), ({"query": ""}, {})]
)
def test_a_form_that_asks_nothing_is_refused(
    server: EmbeddedServer, fields: dict[str, str], files: dict[str, str]
) -> None:
    body, content_type = form(fields, files)
    answer = server.request(body=body, headers={"Content-Type": content_type})
    assert answer.status == 400
    assert answer.headers["X-ClickHouse-Exception-Code"] in ("36", "62")


def test_a_form_that_ends_early_is_refused(server: EmbeddedServer) -> None:
    for body in (b"", b"--limit", b'--limit\r\nContent-Disposition: form-data; name="query"\r\n\r\nSELECT 1'):
        answer = server.request(body=body, headers={"Content-Type": "multipart/form-data; boundary=limit"})
        assert answer.status == 400, (body, answer.text)
    assert server.request(body=b"x", headers={"Content-Type": "multipart/form-data"}).status == 400


def test_clickhouse_connect_sends_its_parameters_as_a_form(server: EmbeddedServer) -> None:
    with clickhouse_connect.get_client(
        host="127.0.0.1", port=server.port, database="o11y", form_encode_query_params=True
    ) as client:
        assert client.query("SELECT {n:UInt8} + 1", parameters={"n": 41}).first_row == (42,)
        long = client.query("SELECT length({text:String})", parameters={"text": "x" * 100_000})
        assert long.first_row == (100_000,)
