"""Every template gets exactly one vector, whatever ends in the middle and whatever a text holds."""

from __future__ import annotations

import json
import random
import signal
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from embedded_server import EmbeddedServer

from running_pipeline import MODEL, Endpoint, Pipeline, free_port, wait_until

KINDS = 120


@pytest.fixture
def clickhouse(tmp_path: Path) -> Iterator[EmbeddedServer]:
    server = EmbeddedServer(tmp_path / "data", "--port", str(free_port()))
    yield server
    server.stop()


class PickyEndpoint:
    """An endpoint that refuses whole requests for one word, asks for patience, and counts what it gets."""

    def __init__(self) -> None:
        outer = self
        self.refused_word = "forbidden"
        self.busy = 0
        self.requests = 0
        self.longest = 0
        self.keys: set[str] = set()
        self.dimension = 3

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                outer.requests += 1
                outer.keys.add(self.headers.get("Authorization", ""))
                outer.longest = max([outer.longest, *(len(text) for text in question["input"])])
                if outer.busy > 0:
                    outer.busy -= 1
                    self.answer(503, {"error": {"message": "busy"}})
                elif any(outer.refused_word in text or not text.strip() for text in question["input"]):
                    self.answer(400, {"error": {"message": "no such words"}})
                else:
                    data = [
                        {"index": index, "embedding": [1.0] + [0.0] * (outer.dimension - 1)}
                        for index in range(len(question["input"]))
                    ]
                    # Any order is allowed.
                    self.answer(200, {"data": data[::-1]})

            def answer(self, status: int, document: dict[str, Any]) -> None:
                body = json.dumps(document).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}/v1/embeddings"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()


@pytest.fixture
def picky() -> Iterator[PickyEndpoint]:
    running = PickyEndpoint()
    yield running
    running.close()


def fail(server: EmbeddedServer, bodies: str, count: int = 1) -> None:
    """Errors whose bodies are an expression of ``number``."""
    server.query(
        "INSERT INTO otel_logs (Timestamp, TraceId, SeverityText, SeverityNumber, ServiceName, Body)"
        f" SELECT now64(9), lower(hex(number)), 'ERROR', 17, 'shop', {bodies} FROM numbers({count})"
    )


def vectors(server: EmbeddedServer, model: str = MODEL) -> tuple[int, int]:
    """Stored rows of a model and how many templates they are for."""
    text = server.query(f"SELECT count(), uniqExact(Key) FROM template_embeddings WHERE Model = '{model}'")
    rows, keys = text.split()
    return int(rows), int(keys)


def test_poisoned_texts_stop_no_other(clickhouse: EmbeddedServer, picky: PickyEndpoint) -> None:
    fail(clickhouse, "concat('fine ', char(97 + number % 26), char(97 + intDiv(number, 26)))", 40)
    for poison in ("''", "repeat('x', 1000000)", "unhex('66ff80fe61')", "unhex('000102')", "'a forbidden word'"):
        fail(clickhouse, poison)
    picky.busy = 2
    pipeline = Pipeline(clickhouse.port, picky.address, EMBEDDING_API_KEY="sk-secret")
    try:
        wait_until(lambda: vectors(clickhouse) == (44, 44), "all but the refused text have a vector")
        wait_until(
            lambda: clickhouse.query("SELECT countIf(embedding_model != '') FROM error_patterns FINAL") == "9\n",
            "the patterns have theirs",
        )
    finally:
        pipeline.kill()
    assert picky.longest <= 4000
    assert picky.keys == {"Bearer sk-secret"}
    assert clickhouse.query("SELECT groupUniqArray(Dimension) FROM template_embeddings") == "[3]\n"
    assert clickhouse.query("SELECT groupUniqArray(length(embedding)) FROM error_patterns FINAL") == "[3]\n"


def test_another_model_adds_rows_beside_the_old_ones(clickhouse: EmbeddedServer, picky: PickyEndpoint) -> None:
    fail(clickhouse, "concat('fine ', char(97 + number))", 20)
    for model, dimension in (("small", 3), ("large", 5)):
        picky.dimension = dimension
        pipeline = Pipeline(clickhouse.port, picky.address, EMBEDDING_MODEL=model)
        try:
            wait_until(lambda: vectors(clickhouse, model) == (20, 20), f"vectors of {model}")  # noqa: B023
        finally:
            pipeline.kill()
    found = clickhouse.query("SELECT Model, Dimension, count() FROM template_embeddings GROUP BY 1, 2 ORDER BY 2")
    assert found == "small\t3\t20\nlarge\t5\t20\n"


def test_kill_9_of_anything_leaves_one_vector_a_template(clickhouse: EmbeddedServer, endpoint: Endpoint) -> None:
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    address = f"http://127.0.0.1:{endpoint.port}/v1/embeddings"
    pipeline = Pipeline(clickhouse.port, address, EMBEDDING_BATCH="2")
    stored = 0
    try:
        for round_ in range(9):
            # Written while everything is up: what is killed below is what is tested.
            fail(clickhouse, f"concat('kind ', char(97 + {round_}), ' ', char(97 + number % 26))", 14)
            stored += 14
            time.sleep(chance.uniform(0, 0.4))
            victim = (clickhouse, endpoint, pipeline)[round_ % 3]
            if victim is clickhouse:
                clickhouse.stop(signal.SIGKILL)
                clickhouse.start()
            else:
                victim.kill()
                victim.start()
        wait_until(lambda: vectors(clickhouse)[1] == stored, f"{stored} templates have a vector")
        assert vectors(clickhouse) == (stored, stored)
    finally:
        pipeline.kill()
        if endpoint.process.poll() is not None:
            endpoint.start()
