"""The schema files that nobody needs, on the embedded engine: an HNSW index, and vectors made inside SQL."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from embedded_server import EmbeddedServer

from running_pipeline import ROOT, Endpoint, free_port

QUERIES = ROOT / "clickhouse" / "queries"
OPTIONAL = ROOT / "clickhouse" / "optional"
TEMPLATES = 3000
NEAREST = 10


@pytest.fixture(scope="module")
def clickhouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedServer]:
    """A server that may call an endpoint, as its owner decides."""
    server = EmbeddedServer(tmp_path_factory.mktemp("optional") / "data", "--port", str(free_port()), "--allow-sources")
    yield server
    server.stop()


def run(server: EmbeddedServer, file: Path) -> None:
    """Runs the statements of a file, as a client does."""
    lines = [line for line in file.read_text().splitlines() if not line.startswith("--")]
    for statement in "\n".join(lines).split(";"):
        if statement.strip():
            server.query(statement)


def rows(server: EmbeddedServer, sql: str, **parameters: str) -> list[dict[str, Any]]:
    named = {f"param_{name}": value for name, value in parameters.items()}
    return [json.loads(line) for line in server.query(sql, default_format="JSONEachRow", **named).splitlines()]


def fill(server: EmbeddedServer) -> None:
    server.query(
        "INSERT INTO log_templates SELECT number + 1, ['shop', 'stock', 'payment'][1 + number % 3], 'ERROR',"
        " concat('kind ', toString(number)), '', now64(9) - 9000, now64(9) - 4000, 1, 'a'"
        f" FROM numbers({TEMPLATES})"
    )
    # Around a hundred middles, as templates are around causes.
    server.query(
        "INSERT INTO template_embeddings (Key, Model, Dimension, Embedding)"
        " SELECT number + 1, 'all-MiniLM-L6-v2', 384, arrayMap(i -> toFloat32(sipHash64(number % 100, i) % 2001 - 1000."
        " + (sipHash64(number, i, 1) % 401 - 200.)), range(384))"
        f" FROM numbers({TEMPLATES}) SETTINGS max_block_size = 8192"
    )


def test_the_index_is_used_and_finds_what_the_exact_search_finds(clickhouse: EmbeddedServer) -> None:
    fill(clickhouse)
    exact, by_index = ((QUERIES / f"similar_error_search{form}.sql").read_text() for form in ("", "_hnsw"))
    questions = clickhouse.query(
        "SELECT toString(Embedding) FROM template_embeddings WHERE Key % 300 = 7 ORDER BY Key FORMAT TSVRaw"
    ).splitlines()
    given = "ifNull({query_embedding:Nullable(String)}, '[]')"

    def bodies(sql: str, question: str, **more: str) -> set[str]:
        found = rows(clickhouse, sql.replace(given, f"'{question}'"), limit=str(NEAREST), **more)
        assert len(found) == NEAREST
        return {row["Body"] for row in found}

    wanted = [bodies(exact, question, older_than="0") for question in questions]
    # Without the index the same query is exact.
    assert [bodies(by_index, question) for question in questions] == wanted
    run(clickhouse, OPTIONAL / "vector_index.sql")
    inner = re.search(r"SELECT Key, cosineDistance.*?LIMIT 100", by_index, re.DOTALL)
    assert inner
    given_names = f"WITH 'all-MiniLM-L6-v2' AS chosen_model, {questions[0]} AS reference"
    plan = clickhouse.query(f"EXPLAIN indexes = 1 {given_names} {inner[0]}")
    assert "vector_similarity" in plan, plan
    found = [bodies(by_index, question) for question in questions]
    recall = sum(len(one & other) for one, other in zip(found, wanted)) / (NEAREST * len(questions))
    assert recall >= 0.9
    # A filter that a third passes finds as many as are asked for.
    assert len(bodies(by_index, questions[0], service="stock")) == NEAREST


def test_the_index_refuses_vectors_of_another_length(clickhouse: EmbeddedServer) -> None:
    run(clickhouse, OPTIONAL / "vector_index.sql")
    answer = clickhouse.request(
        body="INSERT INTO template_embeddings (Key, Model, Dimension, Embedding) SELECT 1, 'm', 2, [1., 0.]",
        database="o11y",
    )
    assert answer.status != 200


def test_text_becomes_a_vector_inside_sql_where_the_engine_can(clickhouse: EmbeddedServer, endpoint: Endpoint) -> None:
    url = f"http://127.0.0.1:{endpoint.port}/v1/embeddings"
    clickhouse.query(f"CREATE NAMED COLLECTION embeddings AS provider = 'openai', endpoint = '{url}', api_key = 'none'")
    run(clickhouse, OPTIONAL / "ai_embed.sql")
    near, far = clickhouse.query(
        "SELECT cosineDistance(embed('the payment gateway is slow'), embed('no answer from the payment gateway yet')),"
        " cosineDistance(embed('the payment gateway is slow'), embed('no space left on device'))"
    ).split()
    assert float(near) < 0.6 < float(far)
    # By nothing but a query window: a text, and what is nearest to it.
    _, answer = endpoint.embeddings("kind 7")
    assert answer["data"][0]["embedding"][:3] == pytest.approx(
        json.loads(clickhouse.query("SELECT arraySlice(embed('kind 7'), 1, 3)")), abs=1e-4
    )
