"""Clients in parallel: no one waits for another's long query."""

from __future__ import annotations

import http.client
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from embedded_server import HANG_GUARD_SECONDS, EmbeddedServer

ENDLESS = "SELECT count() FROM numbers(1000000000000) WHERE sipHash64(number) = 1"


def running(server: EmbeddedServer, query_id: str) -> bool:
    return server.query(f"SELECT count() FROM system.processes WHERE Settings['log_comment'] = '{query_id}'") != "0\n"


def wait_until(condition, what: str) -> None:  # type: ignore[no-untyped-def]
    deadline = time.monotonic() + HANG_GUARD_SECONDS
    while not condition():
        assert time.monotonic() < deadline, f"never happened: {what}"
        time.sleep(0.02)


def test_inserts_and_short_queries_pass_a_long_one(server: EmbeddedServer, table: str) -> None:
    with ThreadPoolExecutor(1) as pool:
        long = pool.submit(server.request, body=ENDLESS, query_id="long-one", max_threads="1")
        wait_until(lambda: running(server, "long-one"), "the long query runs")
        for number in range(20):
            server.query(f"INSERT INTO {table} (id, name) VALUES ({number}, 'x')")
        assert server.query(f"SELECT count() FROM {table}") == "20\n"
        assert not long.done()
        server.query("KILL QUERY WHERE Settings['log_comment'] = 'long-one'")
        assert long.result(HANG_GUARD_SECONDS).headers["X-ClickHouse-Exception-Code"] == "394"


def test_inserts_pass_more_long_queries_than_there_are_readers(server: EmbeddedServer, table: str) -> None:
    stop = threading.Event()

    def dashboard(number: int) -> None:
        while not stop.is_set():
            server.request(body=ENDLESS, query_id=f"many-{number}", max_threads="1", max_execution_time="5")

    with ThreadPoolExecutor(40) as pool:
        for number in range(40):
            pool.submit(dashboard, number)
        try:
            # The server's own view of them would wait as they do: the inserts are the proof.
            wait_until(lambda: running(server, "many-0"), "the dashboards run")
            for number in range(10):
                server.query(f"INSERT INTO {table} (id, name) VALUES ({number}, 'x')")
        finally:
            stop.set()
    assert server.query(f"SELECT count() FROM {table}") == "10\n"


def test_many_clients_insert_and_read_at_once(server: EmbeddedServer, table: str) -> None:
    def client(number: int) -> int:
        for step in range(20):
            server.query(f"INSERT INTO {table} (id, name) VALUES ({number * 1000 + step}, 'x')")
            assert int(server.query(f"SELECT count() FROM {table}")) >= step + 1
        return number

    with ThreadPoolExecutor(16) as pool:
        assert sorted(pool.map(client, range(16))) == list(range(16))
    assert server.query(f"SELECT count(), uniqExact(id) FROM {table}") == "320\t320\n"


def test_the_query_of_a_client_that_went_away_is_stopped(server: EmbeddedServer) -> None:
    client = http.client.HTTPConnection("127.0.0.1", server.port, timeout=HANG_GUARD_SECONDS)
    client.request("POST", "/?query_id=dropped&max_threads=1", body=ENDLESS)
    wait_until(lambda: running(server, "dropped"), "the query runs")
    client.close()
    wait_until(lambda: not running(server, "dropped"), "the query stops")


def test_an_insert_whose_client_goes_away_in_the_middle_stores_no_row_of_it(server: EmbeddedServer, table: str) -> None:
    with socket.create_connection(("127.0.0.1", server.port)) as client:
        address = f"/?database=o11y&query_id=half&query=INSERT+INTO+{table}+(id,name)+FORMAT+CSV"
        client.sendall(
            f"POST {address} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n1,a\n2,b\n".encode()
        )
    # A later request on a fresh connection is answered, and nothing of the broken one is kept.
    server.query(f"INSERT INTO {table} (id, name) VALUES (3, 'c')")
    wait_until(lambda: not running(server, "half"), "the insert ends")
    assert server.query(f"SELECT id FROM {table}") == "3\n"


def test_a_result_that_nobody_reads_to_its_end_is_dropped(server: EmbeddedServer) -> None:
    client = http.client.HTTPConnection("127.0.0.1", server.port, timeout=HANG_GUARD_SECONDS)
    client.request("POST", "/?query_id=unread&default_format=RowBinary", body="SELECT number FROM numbers(1000000000)")
    response = client.getresponse()
    assert len(response.read(1000)) == 1000
    response.close()
    client.close()
    wait_until(lambda: not running(server, "unread"), "the query stops")


def test_the_server_ends_in_time_while_an_endless_insert_runs(tmp_path: Path) -> None:
    server = EmbeddedServer(tmp_path / "data")
    server.query("CREATE TABLE endless (n UInt64) ENGINE = Null")
    with ThreadPoolExecutor(1) as pool:
        insert = pool.submit(
            server.request,
            body="INSERT INTO endless SELECT number FROM numbers(1000000000000)",
            database="o11y",
            query_id="endless",
            max_threads="1",
        )
        wait_until(lambda: running(server, "endless"), "the insert runs")
        assert server.stop() == 0
        assert insert.exception(HANG_GUARD_SECONDS) is not None or insert.result().status != 200


def test_a_client_stops_its_query_by_the_id_that_it_gave(server: EmbeddedServer) -> None:
    with ThreadPoolExecutor(1) as pool:
        stopped = pool.submit(server.request, body=ENDLESS, query_id="mine-1", log_comment="why not")
        asked = "SELECT count() FROM system.processes WHERE query_id = 'mine-1'"
        wait_until(lambda: server.query(asked) == "1\n", "the query has the client's id")
        assert server.query("SELECT p.initial_query_id FROM system.processes AS p WHERE p.query_id = 'mine-1'")
        killed = server.query("KILL QUERY WHERE query_id = {id:String} SYNC", param_id="mine-1")
        answer = stopped.result(HANG_GUARD_SECONDS)
    assert killed != ""
    assert answer.headers["X-ClickHouse-Exception-Code"] == "394", answer.text
    assert answer.headers["X-ClickHouse-Query-Id"] == "mine-1"
    assert server.query("KILL QUERY WHERE query_id = 'mine-1' SYNC") == ""
