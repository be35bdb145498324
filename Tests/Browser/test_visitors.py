"""Visitors with a real browser do what people do, and every request of theirs is in the journal with its trace."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from running_suite import ROOT, RunningSuite
from waiting import until

sys.path.insert(0, str(ROOT / "browsers"))

from requests_seen import RequestsSeen  # noqa: E402
from visitors import Visitors  # noqa: E402

_GUARD_SECONDS = 120
_EMAIL = "Somebody.Named@example.com"


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """The folder of a run that goes on, beside one that is over and one that never was."""
    for name, record in {
        "2": {"run_id": "2", "started_at": "2026-01-02T00:00:00Z", "ended_at": None},
        "3": {"run_id": "3", "started_at": "2026-01-03T00:00:00Z", "ended_at": "2026-01-03T01:00:00Z"},
        "4": {"run_id": "4", "started_at": "2026-01-04T00:00:00Z", "ended_at": None, "made": True},
    }.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "run.json").write_text(json.dumps(record))
    return tmp_path / "2"


def test_people_look_around_and_buy_and_every_request_has_its_trace(suite: RunningSuite, run: Path) -> None:
    with visiting(suite, run):
        until(lambda: "checkout" in steps(run), "somebody orders", _GUARD_SECONDS)
    lines = journal(run)
    assert {"browse", "product", "cart", "checkout"} <= steps(run)
    for line in lines:
        assert line["actual"].get("status") in line["expected"]["statuses"], line
        assert line["visit_id"].startswith("browser-") and line["user"].endswith("@example.com")
    ids = ", ".join(f"'{line['trace_id']}'" for line in lines)
    asked = f"SELECT uniqExact(TraceId) FROM otel_traces WHERE TraceId IN ({ids}) AND ParentSpanId != ''"
    until(
        lambda: number(suite, asked) == len({line["trace_id"] for line in lines}),
        "each trace is stored",
        _GUARD_SECONDS,
    )


def test_who_is_named_comes_when_due_and_tries_again_when_the_order_fails(suite: RunningSuite, run: Path) -> None:
    due = {"visitors": [{"email": _EMAIL, "due_at": "2026-01-02T00:00:00.5Z"}]}
    (run / "visitors.json").write_text(json.dumps(due))
    suite.arm("SAMPLE_APP_ADMIN_PORT", "bad_release", 300, 1)
    try:
        with visiting(suite, run):
            until(lambda: any(line["user"] != _EMAIL for line in journal(run)), "the visit is over", _GUARD_SECONDS)
    finally:
        suite.disarm("SAMPLE_APP_ADMIN_PORT", "bad_release")
    checkouts = [line for line in journal(run) if line["user"] == _EMAIL and line["step"] == "checkout"]
    assert [line["actual"]["status"] for line in checkouts] == [500, 500]
    assert {line["expected"]["statuses"][0] for line in checkouts} == {200}
    assert len({line["visit_id"] for line in journal(run) if line["user"] == _EMAIL}) == 1


def test_a_chromium_that_dies_is_started_again_and_nothing_is_left_running(suite: RunningSuite, run: Path) -> None:
    command = [sys.executable, str(ROOT / "browsers"), "--shop", suite.origin("SAMPLE_APP_PORT")]
    command += ["--journal", str(run.parent), "--count", "1", "--hurry", "20"]
    mark = f"test-visitors-{os.getpid()}"
    driver = subprocess.Popen(command, env={**os.environ, "BROWSERS_TEST_MARK": mark}, stderr=subprocess.DEVNULL)
    try:
        until(lambda: journal(run), "somebody was there", _GUARD_SECONDS)
        before = marked(mark, b"--headless")
        assert before
        for pid in before:
            kill(pid)
        visits = len(visits_of(run))
        until(lambda: len(visits_of(run)) > visits + 1, "others come", _GUARD_SECONDS)
        assert not set(before) & set(marked(mark, b"--headless"))
    finally:
        driver.send_signal(signal.SIGTERM)
        status = driver.wait(_GUARD_SECONDS)
    assert status == 0
    until(lambda: marked(mark, b"") == [], "everything has ended", _GUARD_SECONDS)


def test_what_is_no_visitors_request_is_left_out() -> None:
    seen = RequestsSeen("http://shop:1")
    for number, (url, kind) in enumerate(
        {
            "http://shop:1/products?q=tea": "Fetch",
            "http://shop:1/ready": "Fetch",
            "http://shop:1/telemetry/v1/traces": "Fetch",
            "http://shop:1/shop.css": "Stylesheet",
            "http://other:1/products": "Fetch",
        }.items()
    ):
        request = {"url": url, "method": "GET"}
        told = {"requestId": str(number), "request": request, "type": kind, "wallTime": 10.0, "timestamp": 1.0}
        seen.take({"method": "Network.requestWillBeSent", "params": told})
        headers = {"TraceResponse": f"00-{'a' * 32}-{'b' * 16}-01"}
        answer = {"requestId": str(number), "response": {"status": 200, "headers": headers}}
        seen.take({"method": "Network.responseReceived", "params": answer})
        seen.take({"method": "Network.loadingFinished", "params": {"requestId": str(number), "timestamp": 1.5}})
    (only,) = seen.taken()
    assert (only.path, only.status, only.trace) == ("/products?q=tea", 200, "a" * 32)
    assert (only.started, only.duration) == (10_000_000_000, 500_000_000)
    assert seen.taken() == []


@contextmanager
def visiting(suite: RunningSuite, run: Path) -> Iterator[None]:
    """One browser, whose people are in a hurry."""
    visitors = Visitors(suite.origin("SAMPLE_APP_PORT"), run.parent, seed=1, hurry=20)
    thread = threading.Thread(target=visitors.run, args=(1,))
    thread.start()
    try:
        yield
    finally:
        visitors.leaving.set()
        thread.join()


def journal(run: Path) -> list[dict[str, Any]]:
    try:
        return [json.loads(line) for line in (run / "browsers.jsonl").read_text().splitlines()]
    except OSError:
        return []


def steps(run: Path) -> set[str]:
    return {line["step"] for line in journal(run)}


def visits_of(run: Path) -> set[str]:
    return {line["visit_id"] for line in journal(run)}


def number(suite: RunningSuite, query: str) -> int:
    address = suite.origin("CLICKHOUSE_HTTP_PORT") + "/?" + urllib.parse.urlencode({"database": "o11y"})
    with urllib.request.urlopen(address, query.encode(), timeout=60) as answer:
        return int(answer.read())


def marked(mark: str, word: bytes) -> list[int]:
    """The processes of a test that still run and have a word in their command line."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and mark.encode() in (entry / "environ").read_bytes():
                state = (entry / "stat").read_text().rpartition(")")[2].split()[0]
                if state != "Z" and word in (entry / "cmdline").read_bytes():
                    found.append(int(entry.name))
        except OSError:
            continue
    return found


def kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
