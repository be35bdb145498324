"""``./demo similar``, ``anomalies`` and ``learn`` on a suite with everything in it: ClickHouse, model and pipeline."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from running_pipeline import HANG_GUARD_SECONDS, ROOT, wait_until

sys.path.append(str(ROOT / "Tests" / "Contract"))

from running_suite import RunningSuite  # noqa: E402

TRACES = {name: f"{number:032x}" for number, name in enumerate(("pool", "declined", "again", "quiet"), 0xFACE)}
POOL = "No connection of the pool became free within 1 second: all 5 are in use"


class Suite:
    """A running suite without load, asked as a person asks it."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.running = RunningSuite(data)

    def demo(self, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """A command of the launcher about this suite."""
        return subprocess.run(
            [str(ROOT / "demo"), *words, "--data", str(self.data)],
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=HANG_GUARD_SECONDS,
            check=False,
        )

    def asked(self, *words: str, **environment: str) -> Any:
        """The JSON that a command prints."""
        answer = self.demo(*words, "--json", **environment)
        assert answer.returncode == 0, answer.stderr
        return json.loads(answer.stdout)

    def sql(self, sql: str) -> str:
        """The answer of its ClickHouse."""
        address = self.running.origin("CLICKHOUSE_HTTP_PORT") + "/?database=o11y"
        with urllib.request.urlopen(address, sql.encode(), timeout=HANG_GUARD_SECONDS) as answer:
            return answer.read().decode().strip()

    def fail(self, name: str, body: str, cause: str = "", service: str = "shop", seconds_ago: int = 0) -> None:
        """An error in a trace."""
        attributes = f"map('cause', '{cause}')" if cause else "map()"
        self.sql(
            "INSERT INTO otel_logs (Timestamp, TraceId, SeverityText, SeverityNumber, ServiceName, Body, LogAttributes)"
            f" SELECT now64(9) - {seconds_ago}, '{TRACES[name]}', 'ERROR', 17, '{service}', '{body}',"
            f" {attributes}"
        )

    def wait_for_vectors(self) -> None:
        """Returns when every template and pattern can be found."""
        texts = "SELECT count() FROM template_texts WHERE Key NOT IN (SELECT Key FROM template_embeddings)"
        wait_until(lambda: self.sql(texts) == "0", "every template has a vector")
        patterns = "SELECT countIf(empty(embedding)) FROM error_patterns FINAL"
        wait_until(lambda: self.sql(patterns) == "0", "every pattern has a vector")


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory, weights: None) -> Iterator[Suite]:
    running = Suite(tmp_path_factory.mktemp("asked") / "run")
    try:
        running.fail("pool", "Reservation failed", POOL, "stock", seconds_ago=7200)
        running.fail("declined", "Payment declined: card 17 was refused by its bank", service="payment")
        running.wait_for_vectors()
        yield running
    finally:
        running.running.stop()


def refusal(answer: subprocess.CompletedProcess[str], status: int) -> str:
    """The one line with which a command says no."""
    assert answer.returncode == status, answer.stdout + answer.stderr
    assert answer.stdout == ""
    assert answer.stderr.count("\n") == 1, answer.stderr
    return answer.stderr


def test_a_text_finds_the_error_that_means_the_same(suite: Suite) -> None:
    found = suite.asked("similar", "the database has no free connection any more")
    assert found["model"] == "all-MiniLM-L6-v2"
    first, *others = found["errors"]
    assert (first["Body"], first["ServiceName"], first["exemplar_trace_id"]) == (
        "Reservation failed", "stock", TRACES["pool"],
    )  # fmt: skip
    assert "all <n> are in use" in first["cause"]
    distances = [row["distance"] for row in found["errors"]]
    assert distances == sorted(distances)
    assert [row["is_similar"] for row in found["errors"]] == [int(each < 0.5) for each in distances]
    # Never fewer than there are: what is beyond the limit is shown and marked.
    assert "Payment declined: card <n> was refused by its bank" in [row["Body"] for row in others]
    assert len(found["patterns"]) == 3
    assert all(row["root_cause"] and row["resolution"] for row in found["patterns"])


def test_a_trace_finds_its_own_kind_first_in_either_case(suite: Suite) -> None:
    found = suite.asked("similar", TRACES["pool"].upper())
    assert found["errors"][0]["Body"] == "Reservation failed"
    assert found["errors"][0]["distance"] < 1e-4
    # What the walkthrough of an exhausted gateway teaches is nearer to it than that of a declined card.
    assert found["patterns"][0]["similarity"] <= found["patterns"][-1]["similarity"]


def test_service_time_and_number_narrow_the_answer(suite: Suite) -> None:
    def bodies(*words: str) -> list[str]:
        return [row["Body"].split()[0] for row in suite.asked("similar", "it failed", *words)["errors"]]

    assert bodies("--service", "payment") == ["Payment"]
    assert bodies("--before", "1h") == ["Reservation"]
    assert set(bodies()) >= {"Reservation", "Payment"}
    assert len(bodies("--limit", "1")) == 1
    assert bodies("--service", "nobody") == []
    assert "without --service and --before" in suite.demo("similar", "it failed", "--service", "nobody").stdout


def test_what_a_person_reads_names_distance_cause_remedy_and_trace(suite: Suite) -> None:
    page = suite.demo("similar", "no connection of the pool became free").stdout
    assert "similar" in page and "beyond the model's limit" in page
    for words in ("cause ", "remedy ", "stock ERROR: Reservation failed", f"trace {TRACES['pool']}", "1 times, from"):
        assert words in page, page


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("similar", "  "), 2, "an empty text is like nothing"),
        (("similar", "f" * 32), 2, "has no warning and no error in its logs"),
        (("similar", "x", "--limit", "0"), 2, "is not a number from 1 to 10000"),
        (("similar", "x", "--limit", "-3"), 2, "see ./demo help"),
        (("similar", "x", "--before", "soon"), 2, "is not a duration"),
        (("similar",), 2, "required"),
        (("anomalies", "--since", "0m"), 2, "is not a duration"),
        (("anomalies", "--limit", "many"), 2, "is not a number"),
        (("learn", TRACES["pool"]), 2, "--cause is missing"),
        (("learn", TRACES["pool"], "--cause", " "), 2, "--cause is missing"),
        (("learn", "f" * 32, "--cause", "x"), 2, "nothing to recognize it by"),
        (("learn", "nowhere"), 2, "is neither a trace id"),
        (("learn", "nowhere", "--cause", "x"), 2, "--cause belongs to a trace"),
        (("learn", TRACES["pool"], "--cause", "it was visa-cache-full"), 2, "a word of the labels"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_one_line(
    suite: Suite, words: tuple[str, ...], status: int, said: str
) -> None:
    assert said in refusal(suite.demo(*words), status)


@pytest.mark.parametrize(
    ("environment", "status", "said"),
    [
        ({"EMBEDDING_ENDPOINT": "off"}, 2, "texts cannot be looked for, trace ids can"),
        ({"EMBEDDING_ENDPOINT": "http://127.0.0.1:1/v1/embeddings"}, 1, "a trace id needs none"),
        ({"EMBEDDING_ENDPOINT": "http://user:secret@[x"}, 2, "must be the URL of an embeddings API"),
        ({"EMBEDDING_DIMENSIONS": "many"}, 2, "must be a whole number"),
        ({"EMBEDDING_DIMENSIONS": "256"}, 1, "has 384 dimensions"),
        ({"EMBEDDING_MODEL": "text-embedding-3-small"}, 1, "the model here is 'all-MiniLM-L6-v2'"),
    ],
)
def test_an_endpoint_that_cannot_answer_is_one_line(
    suite: Suite, environment: dict[str, str], status: int, said: str
) -> None:
    line = refusal(suite.demo("similar", "it failed", **environment), status)
    assert said in line
    assert "secret" not in line


def test_a_trace_needs_no_endpoint(suite: Suite) -> None:
    found = suite.asked("similar", TRACES["pool"], EMBEDDING_ENDPOINT="off")
    assert found["errors"][0]["exemplar_trace_id"] == TRACES["pool"]


def test_an_error_whose_template_has_no_vector_of_the_model_says_who_makes_them(suite: Suite) -> None:
    line = refusal(suite.demo("similar", TRACES["pool"], EMBEDDING_MODEL="another"), 1)
    assert "no vector of another yet: is embedding-pipeline up?" in line


def test_strange_traces_say_why_and_what_is_new_has_an_exemplar(suite: Suite) -> None:
    before = suite.asked("anomalies", "--since", "5m")
    columns = (
        "(TraceId, Timestamp, Duration, ServiceName, SpanName, SpanSequence, SpanCount, ErrorCount, WorstDeviation,"
        " Score, IsAnomaly, AnomalyType, Reason, Structure)"
    )
    reason = "payment POST /process twice or more in one POST /checkout: seen 0 times in 4642"
    suite.sql(
        f"INSERT INTO trace_summaries {columns} SELECT '{TRACES['again']}', now64(9) - 10, 90000000, 'shop',"
        f" 'POST /checkout', 'a -> b -> b', 3, 1, 0.5, 3.7, 1, 'structure', '{reason}', 1"
    )
    suite.sql(
        f"INSERT INTO trace_summaries {columns} SELECT '{TRACES['quiet']}', now64(9) - 10, 40000000, 'shop',"
        " 'POST /checkout', 'a -> b', 2, 0, 0.1, 0.2, 0, '', '', 2"
    )
    found = suite.asked("anomalies", "--since", "5m", "--limit", "1")
    assert found["since_seconds"] == 300
    assert int(found["summarized"]) >= int(before["summarized"]) + 2
    assert int(found["flagged"]) >= int(before["flagged"]) + 1
    assert [(row["TraceId"], row["reason"]) for row in found["traces"]] == [(TRACES["again"], reason)]
    assert {row["exemplar_trace_id"] for row in suite.asked("anomalies", "--since", "1h")["new"]} >= {
        TRACES["declined"], TRACES["again"],
    }  # fmt: skip
    page = suite.demo("anomalies").stdout
    assert f"structure   {reason}" in page
    assert f"90 ms, 1 errors; trace {TRACES['again']}" in page
    # What is not flagged is a neighbour of what is, not an answer.
    assert TRACES["quiet"] not in page.split("First seen")[0]


def test_a_note_is_found_the_next_time_and_a_better_one_replaces_it(suite: Suite) -> None:
    cause = "reports of the accountants keep every connection"
    answer = suite.demo("learn", TRACES["pool"], "--cause", cause, "--resolution", "Reports got their own pool.")
    signature = "Reservation failed: No connection of the pool became free within <n> second: all <n> are in use"
    assert (answer.returncode, answer.stdout) == (0, f"Learned: {signature}\n"), answer.stderr
    suite.wait_for_vectors()
    learned = suite.asked("similar", TRACES["pool"])["patterns"][0]
    assert (learned["error_signature"], learned["root_cause"], learned["is_similar"]) == (signature, cause, 1)
    assert learned["related_trace_ids"] == [TRACES["pool"]]
    # Again, with another cause and no word of the remedy: one pattern, which keeps it, and counts the trace once.
    assert suite.demo("learn", TRACES["pool"], "--cause", "it was an index").returncode == 0
    suite.wait_for_vectors()
    kept = suite.sql(
        "SELECT count(), any(root_cause), any(resolution), any(occurrence_count), uniqExact(pattern_id)"
        " FROM error_patterns FINAL WHERE service_name = 'stock'"
    )
    assert kept == "1\tit was an index\tReports got their own pool.\t1\t1"
    by_text = suite.asked("similar", "no connection of the pool became free within a second")["patterns"][0]
    assert by_text["root_cause"] == "it was an index"


def label(question: str, sql: str, **more: Any) -> dict[str, Any]:
    root = {"service": "stock", "operation": "reserve", "mechanism": "connection_pool_exhaustion"}
    scope = {"sql": sql}
    return {"question": question, "scenario": "payment_timeout", "valid": True, "root": [root], "scope": scope, **more}


def test_a_scored_run_is_learned_in_plain_words(suite: Suite, tmp_path: Path) -> None:
    # More traces than an address or a statement has room for.
    suite.sql(
        "INSERT INTO otel_logs (Timestamp, TraceId, SeverityText, SeverityNumber, ServiceName, Body)"
        " SELECT now64(9), lower(hex(sipHash128(number))), 'ERROR', 17, 'stock', concat('Report ', toString(number),"
        " ' holds the line') FROM numbers(20000)"
    )
    sql = "SELECT lower(hex(sipHash128(number))) AS trace_id FROM numbers(20000)"
    (tmp_path / "labels").mkdir()
    labels = [
        label("q1", sql),
        label("q2", sql, valid=False),
        label("q3", sql, root=[]),
        label("q4", "SELECT 'f' AS trace_id"),
    ]
    for each in labels:
        (tmp_path / "labels" / f"{each['question']}.json").write_text(json.dumps(each))
    for _ in range(2):
        answer = suite.demo("learn", str(tmp_path))
        assert answer.returncode == 0, answer.stderr
        assert answer.stdout.splitlines()[0] == "Learned (q1): Report <n> holds the line"
        assert [line.partition(":")[0] for line in answer.stdout.splitlines()[1:]] == [
            "Not learned (q2)", "Not learned (q3)", "Not learned (q4)",
        ]  # fmt: skip
    learned = suite.sql(
        "SELECT root_cause, resolution, occurrence_count, length(related_trace_ids) FROM error_patterns FINAL"
        " WHERE error_signature LIKE 'Report%'"
    )
    cause, remedy, count, related = learned.split("\t")
    assert cause.startswith("stock: long statements hold every connection") and cause.endswith("(reserve).")
    assert remedy.startswith("Give the long statements")
    assert (count, related) == ("20000", "20")


def test_a_folder_without_labels_says_how_they_are_made(suite: Suite, tmp_path: Path) -> None:
    assert f"./demo score {tmp_path} makes them" in refusal(suite.demo("learn", str(tmp_path)), 2)
    (tmp_path / "labels").mkdir()
    (tmp_path / "labels" / "q1.json").write_text("{")
    assert "is no label" in refusal(suite.demo("learn", str(tmp_path)), 2)


def test_no_pattern_has_a_word_of_the_truth(suite: Suite) -> None:
    built = os.environ.get("FAULTLINE_BIN_DIR") or str(ROOT / ".build" / "release")
    where = suite.running.origin("CLICKHOUSE_HTTP_PORT").rpartition(":")[2]
    audit = subprocess.run(
        [f"{built}/faultline-score", "audit"],
        env={**os.environ, "CH_HOST": "127.0.0.1", "CLICKHOUSE_HTTP_PORT": where},
        capture_output=True,
        text=True,
        check=False,
    )
    assert audit.returncode == 0, audit.stdout + audit.stderr
