"""A run becomes a file and comes back: the same bytes, the same rows, the same scores, and its labels for one alone."""

from __future__ import annotations

import base64
import json
import shutil
import sys
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from embedded_server import EmbeddedServer

from conftest import ROOT
from small_shop import TROUBLED

sys.path.insert(0, str(ROOT))

from launcher.configuration.settings import Settings  # noqa: E402
from launcher.errors import UserError  # noqa: E402
from launcher.frozen_runs.bundle import Bundle, read_bundle  # noqa: E402
from launcher.frozen_runs.freezing import freeze  # noqa: E402
from launcher.frozen_runs.moments import moved  # noqa: E402
from launcher.frozen_runs.opening import is_sealed, open_bundle, seconds_to_now, unseal_labels  # noqa: E402
from launcher.frozen_runs.sealing import new_key, read_key  # noqa: E402

SECRET = "the answer is quotes"
TABLES = ("otel_traces", "otel_logs")


def settings(server: EmbeddedServer) -> Settings:
    return Settings({"CLICKHOUSE_HTTP_PORT": server.port}, "o11y", "127.0.0.1")


@dataclass(frozen=True)
class Frozen:
    """A run, the key of its scorer, and its bundle."""

    journal: Path
    key: bytes
    bundle: Bundle
    file: Path


@pytest.fixture(scope="module")
def frozen(shop: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory) -> Frozen:
    folder = tmp_path_factory.mktemp("frozen")
    journal = folder / "run-1"
    (journal / "labels").mkdir(parents=True)
    run = {"run_id": "run-1", "seed": 7, "scenario": SECRET, "started_at": TROUBLED[0], "ended_at": TROUBLED[1]}
    (journal / "run.json").write_text(json.dumps(run))
    (journal / "changes.jsonl").write_text(json.dumps({"name": SECRET, "started_at": TROUBLED[0]}) + "\n")
    asked = [{"question": "q1", "from": TROUBLED[0], "to": TROUBLED[1]}]
    (journal / "questions.json").write_text(json.dumps({"questions": asked}))
    label = {
        "question": "q1",
        "scenario": SECRET,
        "t": {"injected": "2026-11-21T10:05:00.000000000Z"},
        "sql": "SELECT 1 WHERE Timestamp >= toDateTime64('2026-11-21 10:05:00.000000000', 9, 'UTC')",
    }
    (journal / "labels" / "q1.json").write_text(json.dumps(label))
    key = new_key(folder / "scorer.key")
    bundle = freeze(settings(shop), journal, key)
    file = folder / "case.tar"
    file.write_bytes(bundle.content())
    return Frozen(journal, key, bundle, file)


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedServer]:
    server = EmbeddedServer(tmp_path_factory.mktemp("fresh") / "data")
    yield server
    server.stop()


def digest(server: EmbeddedServer, table: str) -> str:
    return server.query(f"SELECT count(), sum(cityHash64(*)) FROM {table}")


def test_the_same_run_becomes_the_same_bytes(shop: EmbeddedServer, frozen: Frozen) -> None:
    assert freeze(settings(shop), frozen.journal, frozen.key).content() == frozen.file.read_bytes()
    assert frozen.bundle.counts["otel_traces"] == 18000


def test_nothing_in_the_file_tells_the_answer(frozen: Frozen) -> None:
    content = frozen.file.read_bytes()
    assert SECRET.encode() not in content
    assert b"run-1" not in content
    with tarfile.open(frozen.file) as archive:
        names = archive.getnames()
    assert names[0] == "manifest.json" and names[1:] == sorted(names[1:])
    assert {"manifest.json", "questions.json", "labels.sealed", "telemetry/otel_traces.parquet"} <= set(names)


def test_it_opens_on_a_fresh_engine_with_the_same_rows_and_without_its_labels(
    shop: EmbeddedServer, fresh: EmbeddedServer, frozen: Frozen, tmp_path: Path
) -> None:
    folder = open_bundle(settings(fresh), read_bundle(frozen.file), tmp_path)
    assert [digest(fresh, table) for table in TABLES] == [digest(shop, table) for table in TABLES]
    # What views make of the rows is made again.
    assert fresh.query("SELECT sum(Calls) FROM otel_traces_rollup_5m") == "18000\n"
    assert is_sealed(folder)
    assert SECRET not in "".join(path.read_text(errors="replace") for path in folder.rglob("*") if path.is_file())
    assert json.loads((folder / "questions.json").read_text()) == json.loads(
        (frozen.journal / "questions.json").read_text()
    )
    with pytest.raises(UserError, match="here already"):
        open_bundle(settings(fresh), frozen.bundle, tmp_path)
    unseal_labels(folder, frozen.key)
    for name in ("labels/q1.json", "changes.jsonl"):
        assert (folder / name).read_text() == (frozen.journal / name).read_text()
    assert fresh.query("SELECT count() FROM system.databases WHERE name LIKE 'faultline%'") == "0\n"


def test_the_key_of_another_opens_nothing(frozen: Frozen, tmp_path: Path) -> None:
    folder = tmp_path / "case"
    folder.mkdir()
    (folder / "labels.sealed").write_bytes(frozen.bundle.sealed)
    (folder / "opened.json").write_text(json.dumps({"seconds": 0, "beside": "00" * 32}))
    for key in (frozen.key, new_key(tmp_path / "other.key")):
        with pytest.raises(UserError, match="does not open the labels"):
            unseal_labels(folder, key)
    assert not (folder / "labels").exists()
    assert (tmp_path / "other.key").stat().st_mode & 0o777 == 0o600
    assert read_key(tmp_path / "other.key") != frozen.key
    (tmp_path / "short.key").write_bytes(base64.b64encode(b"short"))
    with pytest.raises(UserError, match="holds no key"):
        read_key(tmp_path / "short.key")
    with pytest.raises(UserError, match="there is no key"):
        read_key(tmp_path / "none.key")


def test_a_damaged_or_foreign_file_is_refused_in_one_line(frozen: Frozen, tmp_path: Path) -> None:
    content = bytearray(frozen.file.read_bytes())
    place = content.index(b"PAR1")
    content[place + 20] ^= 1
    damaged, foreign, short = (tmp_path / name for name in ("damaged.tar", "foreign.tar", "short.tar"))
    damaged.write_bytes(content)
    foreign.write_bytes(b"nothing of ours")
    shutil.copyfile(frozen.file, short)
    with short.open("r+b") as cut:
        cut.truncate(len(content) // 2)
    for file, words in ((damaged, "is damaged"), (foreign, "no frozen run"), (short, "no frozen run")):
        with pytest.raises(UserError, match=words) as refused:
            read_bundle(file)
        assert "\n" not in refused.value.message
    with pytest.raises(UserError, match="there is no"):
        read_bundle(tmp_path / "none.tar")


def test_a_replay_moves_every_time_and_nothing_else(
    shop: EmbeddedServer, fresh: EmbeddedServer, frozen: Frozen, tmp_path: Path
) -> None:
    for table in TABLES:
        fresh.query(f"TRUNCATE TABLE {table}")
    seconds = seconds_to_now(frozen.bundle)
    assert seconds % 300 == 0
    folder = open_bundle(settings(fresh), frozen.bundle, tmp_path, seconds=seconds)
    unseal_labels(folder, frozen.key)
    ends = "SELECT toUnixTimestamp64Nano(min(Timestamp)), toUnixTimestamp64Nano(max(Timestamp)) FROM otel_logs"
    before, after = shop.query(ends), fresh.query(ends)
    assert [int(b) - int(a) for a, b in zip(before.split(), after.split())] == [seconds * 1_000_000_000] * 2
    same = "SELECT sum(cityHash64(TraceId, SpanId, ServiceName, Duration, SpanAttributes)) FROM otel_traces"
    assert fresh.query(same) == shop.query(same)
    label: dict[str, Any] = json.loads((folder / "labels" / "q1.json").read_text())
    injected = moved("2026-11-21T10:05:00.000000000Z", seconds)
    assert label["t"]["injected"] == injected
    assert injected.replace("T", " ").rstrip("Z") in label["sql"]


def test_instants_of_both_spellings_move_and_other_numbers_stay() -> None:
    text = "2026-12-31T23:59:59.5Z toDateTime64('2026-12-31 23:59:59.000000001', 9) 2026-12-31 10 '12:00:00'"
    assert (
        moved(text, 1)
        == "2027-01-01T00:00:00.5Z toDateTime64('2027-01-01 00:00:00.000000001', 9) 2026-12-31 10 '12:00:00'"
    )
    assert moved(text, 0) == text
