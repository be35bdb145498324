"""ClickHouse's HTTP interface as clients use it."""

from __future__ import annotations

import gzip
import json
import struct

import lz4.frame
import pytest

from embedded_server import EmbeddedServer


def row_binary(number: int, name: str) -> bytes:
    return struct.pack("<Q", number) + bytes([len(name)]) + name.encode()


def test_ping_answers_ok(server: EmbeddedServer) -> None:
    answer = server.request("GET", "/ping")
    assert (answer.status, answer.body) == (200, b"Ok.\n")


def test_a_query_by_get_and_by_post_gives_the_same_rows(server: EmbeddedServer) -> None:
    by_get = server.request("GET", query="SELECT number FROM numbers(3)")
    by_post = server.request("POST", body="SELECT number FROM numbers(3)")
    assert by_get.body == by_post.body == b"0\n1\n2\n"


def test_an_answer_carries_the_headers_that_clients_read(server: EmbeddedServer) -> None:
    answer = server.request(body="SELECT 1 AS one", default_format="JSON", query_id="my-query")
    assert answer.headers["X-ClickHouse-Query-Id"] == "my-query"
    assert answer.headers["X-ClickHouse-Format"] == "JSON"
    assert answer.headers["X-ClickHouse-Timezone"]
    assert answer.headers["X-ClickHouse-Server-Display-Name"]
    assert json.loads(answer.headers["X-ClickHouse-Summary"])["result_rows"] == "1"
    assert answer.headers["Content-Type"] == "application/json; charset=UTF-8"
    assert json.loads(answer.text)["data"] == [{"one": 1}]


def test_the_format_in_the_statement_wins_over_the_default(server: EmbeddedServer) -> None:
    answer = server.request(body="SELECT 1 AS one FORMAT JSONEachRow", default_format="CSV")
    assert answer.body == b'{"one":1}\n'
    assert answer.headers["X-ClickHouse-Format"] == "JSONEachRow"


def test_query_parameters_and_settings_come_in_the_url(server: EmbeddedServer) -> None:
    sql = "SELECT {text:String}, {list:Array(UInt8)}, getSetting('max_threads')"
    text = server.query(sql, param_text="it's", param_list="[1,2]", max_threads="1")
    assert text == "it\\'s\t[1,2]\t1\n"


def test_settings_and_database_of_one_request_do_not_reach_the_next(server: EmbeddedServer) -> None:
    server.request(body="SELECT 1", max_threads="1", database="system")
    text = server.request(body="SELECT getSetting('max_threads') = 1, currentDatabase()").text
    # Where no database is named, the suite's own is meant.
    assert text in ("0\to11y\n", "false\to11y\n")


@pytest.mark.parametrize(
    ("sql", "parameters", "status", "code"),
    [
        ("SELEC 1", {}, 400, 62),
        ("SELECT * FROM nowhere", {}, 404, 60),
        ("SELECT 1", {"database": "nowhere"}, 404, 81),
        ("SELECT 1", {"no_such_setting": "1"}, 404, 115),
        ("SELECT toUInt8('x')", {}, 400, 6),
        ("SELECT {missing:UInt8}", {}, 400, 456),
        ("SELECT throwIf(1)", {}, 500, 395),
        ("SELECT sleepEachRow(1) FROM numbers(5) SETTINGS max_block_size=1", {"max_execution_time": "1"}, 408, 159),
        ("", {}, 400, 62),
    ],
)
def test_an_error_is_the_engines_message_with_its_code(
    server: EmbeddedServer, sql: str, parameters: dict[str, str], status: int, code: int
) -> None:
    answer = server.request(body=sql, **parameters)
    assert answer.text.startswith(f"Code: {code}. DB::Exception: ")
    assert (answer.status, answer.headers["X-ClickHouse-Exception-Code"]) == (status, str(code))


def test_get_only_reads(server: EmbeddedServer, table: str) -> None:
    for sql in (f"INSERT INTO {table} (id) VALUES (1)", f"DROP TABLE {table}", f"INSERT INTO {table} SELECT 1, ''"):
        answer = server.request("GET", query=sql, database="o11y")
        assert answer.headers["X-ClickHouse-Exception-Code"] == "164"
    assert server.query(f"SELECT count() FROM {table}") == "0\n"


@pytest.mark.parametrize(
    ("format_name", "rows"),
    [
        ("JSONEachRow", b'{"id":1,"name":"a"}\n{"id":2,"name":"b"}\n'),
        ("CSV", b'1,"a"\n2,"b"\n'),
        ("TabSeparated", b"1\ta\n2\tb\n"),
        ("Values", b"(1,'a'),(2,'b')"),
        ("RowBinary", row_binary(1, "a") + row_binary(2, "b")),
        (
            "Native",
            b"\x02\x02\x02id\x06UInt64" + struct.pack("<QQ", 1, 2) + b"\x04name\x06String\x01a\x01b",
        ),
    ],
)
def test_rows_are_inserted_in_any_format(server: EmbeddedServer, table: str, format_name: str, rows: bytes) -> None:
    in_url = server.request(body=rows, query=f"INSERT INTO {table} (id, name) FORMAT {format_name}", database="o11y")
    statement = f"INSERT INTO {table} (id, name) /* FORMAT Null */ FORMAT {format_name}\n".encode()
    in_body = server.request(body=statement + rows, database="o11y")
    assert (in_url.status, in_body.status) == (200, 200), in_url.text + in_body.text
    assert json.loads(in_body.headers["X-ClickHouse-Summary"])["written_rows"] == "2"
    assert server.query(f"SELECT id, name, doubled, count() FROM {table} GROUP BY ALL ORDER BY id") == (
        "1\ta\t2\t2\n2\tb\t4\t2\n"
    )


def test_materialized_columns_are_left_out_when_no_column_is_named(server: EmbeddedServer, table: str) -> None:
    server.request(body=row_binary(21, "a"), query=f"INSERT INTO {table} FORMAT RowBinary", database="o11y")
    assert server.query(f"SELECT id, name, doubled FROM {table}") == "21\ta\t42\n"


def test_encoded_bodies_are_decoded(server: EmbeddedServer, table: str) -> None:
    rows = b"".join(b'{"id":%d,"name":"gzip"}\n' % number for number in range(50_000))
    insert = f"INSERT INTO {table} (id, name) FORMAT JSONEachRow"
    in_url = server.request(
        body=gzip.compress(rows), query=insert, database="o11y", headers={"Content-Encoding": "gzip"}
    )
    in_body = server.request(
        body=lz4.frame.compress(insert.encode() + b"\n" + rows), database="o11y", headers={"Content-Encoding": "lz4"}
    )
    assert (in_url.status, in_body.status) == (200, 200), in_url.text + in_body.text
    assert server.query(f"SELECT count(), uniqExact(id) FROM {table}") == "100000\t50000\n"


def test_a_body_that_is_not_what_it_says_is_refused_and_nothing_is_stored(server: EmbeddedServer, table: str) -> None:
    answer = server.request(
        body=b"not gzip",
        query=f"INSERT INTO {table} (id) FORMAT CSV",
        database="o11y",
        headers={"Content-Encoding": "gzip"},
    )
    assert answer.status >= 400
    assert answer.text.startswith("Code: ")
    assert server.query(f"SELECT count() FROM {table}") == "0\n"


def test_rows_that_cannot_be_read_are_refused(server: EmbeddedServer, table: str) -> None:
    answer = server.request(
        body=b'{"id":"many"}\n', query=f"INSERT INTO {table} (id) FORMAT JSONEachRow", database="o11y"
    )
    assert answer.status == 400
    assert server.query(f"SELECT count() FROM {table}") == "0\n"


def test_an_answer_is_compressed_when_the_client_and_the_setting_ask(server: EmbeddedServer) -> None:
    sql = "SELECT repeat('faultline', 10000)"
    asked = {"Accept-Encoding": "gzip"}
    plain = server.request(body=sql, headers=asked)
    packed = server.request(body=sql, headers=asked, enable_http_compression="1")
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body


def test_a_large_result_arrives_whole(server: EmbeddedServer) -> None:
    answer = server.request(body="SELECT number FROM numbers(1000000)", default_format="RowBinary")
    assert len(answer.body) == 8_000_000
    assert answer.body[-8:] == struct.pack("<Q", 999_999)


def test_a_session_keeps_temporary_tables_and_settings(server: EmbeddedServer) -> None:
    def ask(sql: str, **parameters: str) -> str:
        return server.request(body=sql, session_id="s1", **parameters).text

    assert ask("CREATE TEMPORARY TABLE kept (a UInt8)") == ""
    assert ask("INSERT INTO kept VALUES (7)") == ""
    assert ask("SET max_block_size = 1234") == ""
    assert ask("SELECT a, getSetting('max_block_size') FROM kept", max_block_size="99") == "7\t99\n"
    assert ask("SELECT a, getSetting('max_block_size') FROM kept") == "7\t1234\n"
    assert server.request(body="SELECT * FROM kept").status == 404


def test_unknown_addresses_and_methods_are_refused(server: EmbeddedServer) -> None:
    assert server.request("GET", "/nowhere").status == 404
    assert server.request("DELETE", "/").status in (405, 501)
