"""The endpoint speaks OpenAI's embeddings API, and refuses what it cannot do."""

from __future__ import annotations

import base64
import json
import math
import struct
from typing import Any

import pytest

from running_pipeline import Endpoint


def test_a_string_or_a_list_gives_unit_vectors_in_order(endpoint: Endpoint) -> None:
    status, one = endpoint.embeddings("the card was declined")
    assert status == 200
    assert one["object"] == "list"
    assert one["usage"]["prompt_tokens"] == one["usage"]["total_tokens"] > 3
    texts = [
        "a much longer text about a connection pool that has no connection left for anybody",
        "the card was declined",
    ]
    _, several = endpoint.embeddings(texts)
    assert [item["index"] for item in several["data"]] == [0, 1]
    first, second = (item["embedding"] for item in several["data"])
    assert len(first) == len(second) == 384
    assert math.isclose(sum(value * value for value in first), 1, abs_tol=1e-4)
    # Padding to a neighbour's length changes little.
    assert sum(a * b for a, b in zip(second, one["data"][0]["embedding"])) > 0.99


def test_base64_is_the_same_vector(endpoint: Endpoint) -> None:
    _, plain = endpoint.embeddings("no space left on device")
    _, coded = endpoint.embeddings("no space left on device", encoding_format="base64", dimensions=384)
    unpacked = struct.unpack("<384f", base64.b64decode(coded["data"][0]["embedding"]))
    assert all(math.isclose(a, b, abs_tol=1e-6) for a, b in zip(plain["data"][0]["embedding"], unpacked))


@pytest.mark.parametrize(
    ("given", "more", "status", "parameter"),
    [
        ("x", {"dimensions": 256}, 400, "dimensions"),
        ("x", {"dimensions": True}, 400, "dimensions"),
        ("x", {"encoding_format": "int8"}, 400, "encoding_format"),
        ("x", {"model": "another"}, 404, "model"),
        ("", {}, 400, "input"),
        (["a", "  "], {}, 400, "input"),
        ([], {}, 400, "input"),
        ([1, 2], {}, 400, "input"),
        (["x"] * 2049, {}, 400, "input"),
        ("x" * 100_001, {}, 400, "input"),
        (["a", "\ud800"], {}, 400, "input"),
    ],
)
def test_what_cannot_be_done_is_refused(
    endpoint: Endpoint, given: Any, more: dict[str, Any], status: int, parameter: str
) -> None:
    answered, document = endpoint.embeddings(given, **more)
    assert (answered, document["error"]["param"]) == (status, parameter)


def test_what_is_no_request_is_refused(endpoint: Endpoint) -> None:
    for body, status in (
        (b"{", 400),
        (b"[]", 400),
        (b"\xff", 400),
        (b"[" * 100_000, 400),
        (b'"' + b"x" * (9 << 20), 413),
    ):
        assert endpoint.ask("POST", "/v1/embeddings", body)[0] == status
    assert endpoint.ask("GET", "/v1/models")[1]["data"][0]["id"] == "all-MiniLM-L6-v2"
    assert json.dumps(endpoint.ask("GET", "/health")[1])
