"""What a statement cannot reach: files, addresses and programs of the machine."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from embedded_server import ROOT, Answer, EmbeddedServer

SECRET = "the-secret-of-this-file"


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    file = tmp_path / "secret.txt"
    file.write_text(SECRET + "\n")
    return file


@pytest.fixture
def outside(tmp_path: Path) -> Iterator[Path]:
    """A folder in which nothing may appear."""
    folder = tmp_path / "outside"
    folder.mkdir()
    yield folder
    assert list(folder.iterdir()) == []


def refused(answer: Answer) -> None:
    assert answer.status in (400, 403, 404, 500, 501), answer.text
    assert answer.headers["X-ClickHouse-Exception-Code"] in ("48", "62", "164", "452", "497"), answer.text
    assert SECRET not in answer.text


READS = [
    "SELECT * FROM file('{file}', LineAsString)",
    "SELECT file('{file}')",
    "SELECT `fi\\x6ce`('{file}')",
    "SELECT \"file\" /* ( */ ('{file}')",
    "SELECT $$'$$, file('{file}') -- '",
    "DESCRIBE file('{file}')",
    "SELECT * FROM `default`.`{file}`",
    "CREATE VIEW peek AS SELECT file('{file}')",
    "CREATE FUNCTION peek AS x -> file(x)",
    "CREATE TABLE peek (a String DEFAULT file('{file}')) ENGINE = Memory",
    "CREATE TABLE peek (a String) ENGINE = File(LineAsString, '{file}')",
    "CREATE TABLE peek ENGINE = Memory AS SELECT * FROM file('{file}', LineAsString)",
    "CREATE DATABASE peek ENGINE = Filesystem('/')",
    "CREATE DICTIONARY peek (a String) PRIMARY KEY a SOURCE(FILE(path '{file}' format 'LineAsString')) LAYOUT(FLAT())",
    "INSERT INTO otel_logs (Body) FROM INFILE '{file}' FORMAT LineAsString",
    "INSERT INTO otel_logs (Body) FROM /**/ INFILE '{file}' FORMAT LineAsString",
    "SELECT 1; SELECT file('{file}')",
    "SELECT arrayMap(file, ['{file}'])",
    "SELECT arrayMap(file AS f, ['{file}'])",
    "SELECT arrayMap(`fi\\x6ce`, ['{file}'])",
    "SELECT * APPLY file FROM (SELECT '{file}' AS a)",
    "SELECT * APPLY(file) FROM (SELECT '{file}' AS a)",
    "SELECT 1 AS a SETTINGS additional_result_filter = 'throwIf(1, file(\\'{file}\\'))'",
    "SELECT count() FROM otel_logs SETTINGS additional_table_filters = {{'o11y.otel_logs': 'file(\\'{file}\\') = 1'}}",
    "SELECT 1 AS a SETTINGS select = 'file(\\'{file}\\')'",
    "SELECT 1 AS a SETTINGS filter = 'throwIf(1, file(\\'{file}\\'))'",
    "SELECT * FROM format(JSONEachRow, 'a String DEFAULT file(\\'{file}\\'), b UInt8', '{{\"b\":1}}')",
    "SELECT * FROM format('JSONEachRow', concat('a String DEFAULT fi', 'le(\\'{file}\\'), b UInt8'), '{{\"b\":1}}')",
    "WITH concat('a String DEFAULT fi', 'le(\\'{file}\\'), b UInt8') AS s SELECT * FROM format(JSON, s, '{{\"b\":1}}')",
    "SELECT * FROM format(Values, 'a String', '(file(\\'{file}\\'))')",
    "INSERT INTO otel_logs (Body) SELECT a FROM input('a String, b UInt8') FORMAT Values (file('{file}'), 1)",
    "INSERT INTO otel_logs (Body) SETTINGS input_format_values_interpret_expressions = 1 VALUES (file('{file}'))",
    "SELECT 1 AS a SETTINGS format_template_row = '{file}' FORMAT Template",
    "SELECT 1 AS a SETTINGS format_template_resultset = '{file}' FORMAT Template",
    "SELECT 1 AS a SETTINGS format_schema = '{file}:M' FORMAT Protobuf",
    "SELECT * FROM eval('SELECT file(\\'{file}\\')') SETTINGS allow_experimental_eval_table_function = 1",
]


@pytest.mark.parametrize("statement", READS)
def test_a_file_cannot_be_read(server: EmbeddedServer, secret: Path, statement: str) -> None:
    for method in ("GET", "POST"):
        refused(server.request(method, query=statement.format(file=secret), database="o11y"))


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("additional_result_filter", "throwIf(1, file('{file}'))"),
        ("select", "file('{file}')"),
        ("order", "file('{file}')"),
        ("format_template_row", "{file}"),
        ("format_schema", "{file}:M"),
        ("dialect", "kusto"),
    ],
)
def test_no_setting_of_the_address_reads(server: EmbeddedServer, secret: Path, setting: str, value: str) -> None:
    refused(server.request(query="SELECT 1 AS a", **{setting: value.format(file=secret)}))


@pytest.mark.parametrize("name", ["file", "`file`", "fi\\x6ce"])
def test_no_parameter_names_what_reads(server: EmbeddedServer, secret: Path, name: str) -> None:
    refused(server.request(query=f"SELECT arrayMap({{f:Identifier}}, ['{secret}'])", param_f=name))
    refused(server.request(body=f"SET param_f = '{name}'", session_id="names"))


WRITES = [
    "INSERT INTO FUNCTION file('{folder}/a.csv', 'CSV', 'a UInt8') SELECT 1",
    "INSERT INTO FUNCTION file('{folder}/b.csv', 'CSV', 'a UInt8') VALUES (1)",
    "SELECT 1 INTO OUTFILE '{folder}/c.csv'",
    "SELECT 1 into--\n outfile '{folder}/d.csv'",
    "SELECT $$ ' $$ INTO OUTFILE '{folder}/e.csv'",
    "CREATE TABLE out (a UInt8) ENGINE = MergeTree ORDER BY a SETTINGS disk = disk(type = local, path = '{folder}/f/')",
    "CREATE TABLE out (a UInt8) ENGINE = EmbeddedRocksDB(0, '{folder}/g') PRIMARY KEY a",
    "CREATE DATABASE out ENGINE = SQLite('{folder}/h.db')",
    "BACKUP TABLE otel_logs TO File('{folder}/i')",
    "ATTACH TABLE out FROM '{folder}' (a UInt8) ENGINE = MergeTree ORDER BY a",
    "SELECT 1 AS a SETTINGS output_format_schema = '{folder}/j.proto' FORMAT Protobuf",
    "SELECT * FROM format(CSV, 'a UInt8', 'x\n1') SETTINGS input_format_allow_errors_num = 1,"
    " input_format_record_errors_file_path = '{folder}/k.csv', errors_output_format = 'CSV'",
]


@pytest.mark.parametrize("settings", [{}, {"readonly": "1"}, {"readonly": "0"}])
@pytest.mark.parametrize("statement", WRITES)
def test_a_file_cannot_be_written(
    server: EmbeddedServer, outside: Path, statement: str, settings: dict[str, str]
) -> None:
    for method in ("GET", "POST"):
        refused(server.request(method, query=statement.format(folder=outside), database="o11y", **settings))


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM url('http://127.0.0.1:9/', LineAsString, 'a String')",
        "SELECT * FROM remote('127.0.0.1:9', system.one)",
        "SELECT * FROM s3('http://127.0.0.1:9/bucket/key', 'CSV', 'a UInt8')",
        "SELECT * FROM mysql('127.0.0.1:9', 'a', 'b', 'c', 'd')",
        "SELECT * FROM executable('id', 'CSV', 'a String')",
        "CREATE TABLE out (a String) ENGINE = URL('http://127.0.0.1:9/', LineAsString)",
        "CREATE TABLE out (a String) ENGINE = Executable('id', 'CSV')",
        "CREATE TABLE out (a UInt8) ENGINE = MergeTree ORDER BY a"
        " SETTINGS disk = disk(type = web, endpoint = 'http://127.0.0.1:9/')",
        "CREATE DATABASE out ENGINE = PostgreSQL('127.0.0.1:9', 'a', 'b', 'c')",
        "CREATE DATABASE out ENGINE = DataLakeCatalog('http://127.0.0.1:9') SETTINGS warehouse = 'a'",
        "CREATE USER u",
        "GRANT ALL ON *.* TO default",
        "SYSTEM SHUTDOWN",
        "SELECT 1 SETTINGS format_avro_schema_registry_url = 'http://127.0.0.1:9/'",
        "SELECT 1 SETTINGS url_base = 'http://127.0.0.1:9/'",
    ],
)
def test_no_address_is_asked_and_no_program_run(server: EmbeddedServer, statement: str) -> None:
    refused(server.request(query=statement, database="o11y"))


def test_rows_of_values_hold_no_expression_that_reads(server: EmbeddedServer, secret: Path, table: str) -> None:
    for name in ("file", "`fi\\x6ce`", '"fi\\x6ce"'):
        answer = server.request(body=f"INSERT INTO {table} VALUES (1, {name}('{secret}'))", database="o11y")
        assert answer.status != 200, answer.text
    assert server.query(f"SELECT count() FROM {table}") == "0\n"
    server.query(f"INSERT INTO {table} VALUES (1 + 1, 'it''s a row, isn\\'t it'), (3, upper('c'))")
    server.query(f"INSERT INTO {table} VALUES (4, 'a file')")
    assert server.query(f"SELECT id, name FROM {table} ORDER BY id") == "2\tit\\'s a row, isn\\'t it\n3\tC\n4\ta file\n"


def test_the_structure_of_an_external_table_reads_nothing(server: EmbeddedServer, secret: Path) -> None:
    body, content_type = form({"query": "SELECT b FROM ext"}, {"ext": "1"})
    for structure in (f"a UInt8, b String DEFAULT file('{secret}')", f"a UInt8) ENGINE = File('CSV', '{secret}') --"):
        refused(
            server.request(body=body, headers={"Content-Type": content_type}, ext_structure=structure, ext_format="CSV")
        )


def test_what_only_looks_like_it_is_answered(server: EmbeddedServer) -> None:
    assert server.query("SELECT 'file(1) INTO OUTFILE \\'x\\'' AS file") == "file(1) INTO OUTFILE \\'x\\'\n"
    assert server.query("SELECT count() FROM otel_logs WHERE Body LIKE '%file(%' AND Body != 'a\\\\b'") == "0\n"
    assert server.query("SELECT file FROM (SELECT 1 AS file) AS profile") == "1\n"
    assert server.query("SELECT abs(p.file) AS a, p.file FROM (SELECT 1 AS file) AS p") == "1\t1\n"
    assert server.query("SELECT format('{} of a file', 1 + 1)") == "2 of a file\n"
    assert (
        server.query("SELECT * FROM format(JSONEachRow, 'a String', '{\"a\": \"file(\\'x\\')\"}')") == "file(\\'x\\')\n"
    )
    assert (
        server.query("SELECT {a:String}, dummy FROM system.{t:Identifier}", param_a="file", param_t="one")
        == "file\t0\n"
    )


def test_the_person_who_starts_it_may_allow_them(tmp_path: Path, secret: Path) -> None:
    server = EmbeddedServer(tmp_path / "data", "--allow-sources")
    try:
        assert server.query(f"SELECT * FROM file('{secret}', LineAsString)") == SECRET + "\n"
        for statement in (f"INSERT INTO FUNCTION file('{tmp_path}/w.csv', 'CSV', 'a UInt8') SELECT 1",):
            refused(server.request("GET", query=statement, database="o11y"))
        refused(server.request(body=f"SELECT 1 INTO OUTFILE '{tmp_path}/w.csv'"))
        assert not (tmp_path / "w.csv").exists()
    finally:
        server.stop()


def landlock() -> bool:
    return ctypes.CDLL(None).syscall(444, None, ctypes.c_size_t(0), 1) > 0


@pytest.mark.skipif(not landlock(), reason="this kernel has no Landlock")
def test_what_the_checks_let_through_reaches_nothing_outside(tmp_path: Path, secret: Path) -> None:
    data, outside = tmp_path / "own", tmp_path / "outside.txt"
    data.mkdir()
    script = (
        "import os, socket, sys\n"
        "from pathlib import Path\n"
        "from embedded_clickhouse.confinement import confine\n"
        f"assert confine([], [Path({str(data)!r})], Path({str(data)!r}))\n"
        f"Path({str(data)!r}, 'mine').write_text('mine')\n"
        f"for act in (lambda: open({str(secret)!r}), lambda: open({str(outside)!r}, 'w'), lambda: os.listdir('/'),\n"
        "            lambda: open('/etc/passwd'), lambda: socket.create_connection(('127.0.0.1', 9))):\n"
        "    try:\n"
        "        act()\n"
        "        print('reached')\n"
        "    except PermissionError:\n"
        "        print('refused')\n"
    )
    answer = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "PYTHONPATH": str(ROOT / "clickhouse" / "embedded")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.stdout.split() == ["refused"] * 5, answer.stdout + answer.stderr
    assert (data / "mine").read_text() == "mine" and not outside.exists()


@pytest.mark.skipif(not landlock(), reason="this kernel has no Landlock")
def test_every_thread_of_the_server_is_confined(server: EmbeddedServer) -> None:
    server.query("SELECT sum(number) FROM numbers_mt(10000000)")
    threads = list(Path(f"/proc/{server.process.pid}/task").iterdir())
    assert len(threads) > 4
    assert all("NoNewPrivs:\t1" in (thread / "status").read_text() for thread in threads)


def form(fields: dict[str, str], files: dict[str, str]) -> tuple[bytes, str]:
    """A form as curl -F sends it, and its content type."""
    parts = [f'name="{name}"\r\n\r\n{value}' for name, value in fields.items()]
    parts += [f'name="{name}"; filename="{name}"\r\n\r\n{rows}' for name, rows in files.items()]
    body = "".join(f"--limit\r\nContent-Disposition: form-data; {part}\r\n" for part in parts) + "--limit--\r\n"
    return body.encode(), "multipart/form-data; boundary=limit"
