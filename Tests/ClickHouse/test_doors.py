"""What a statement cannot reach: files, addresses and programs of the machine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from embedded_server import Answer, EmbeddedServer

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
    assert answer.headers["X-ClickHouse-Exception-Code"] in ("62", "164", "497"), answer.text
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
]


@pytest.mark.parametrize("statement", READS)
def test_a_file_cannot_be_read(server: EmbeddedServer, secret: Path, statement: str) -> None:
    for method in ("GET", "POST"):
        refused(server.request(method, query=statement.format(file=secret), database="o11y"))


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


def form(fields: dict[str, str], files: dict[str, str]) -> tuple[bytes, str]:
    """A form as curl -F sends it, and its content type."""
    parts = [f'name="{name}"\r\n\r\n{value}' for name, value in fields.items()]
    parts += [f'name="{name}"; filename="{name}"\r\n\r\n{rows}' for name, rows in files.items()]
    body = "".join(f"--limit\r\nContent-Disposition: form-data; {part}\r\n" for part in parts) + "--limit--\r\n"
    return body.encode(), "multipart/form-data; boundary=limit"
