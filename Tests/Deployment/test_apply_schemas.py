"""The schema job waits for its server, runs every file in order, and keeps the password to itself."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "not-for-the-process-list"

# Answers after it was asked three times, and notes what it was given.
CLIENT = """#!/bin/sh
echo "$@" >> "$NOTES"
[ "$CLICKHOUSE_PASSWORD" = "$EXPECTED" ] || exit 3
[ "$(grep -c 'SELECT 1' "$NOTES")" -ge "$ANSWERS_AFTER" ] || { echo 'Connection refused' >&2; exit 210; }
"""


@pytest.fixture
def client(tmp_path: Path) -> Path:
    program = tmp_path / "clickhouse"
    program.write_text(CLIENT)
    program.chmod(0o755)
    # Two seconds a try are for a real server.
    pause = tmp_path / "sleep"
    pause.write_text("#!/bin/sh\n")
    pause.chmod(0o755)
    return tmp_path


def apply(
    folder: Path, answers_after: int = 1, **environment: str
) -> tuple[subprocess.CompletedProcess[str], list[str]]:
    notes = folder / "notes"
    notes.touch()
    result = subprocess.run(
        [str(ROOT / "clickhouse" / "apply-schemas")],
        env={
            "PATH": f"{folder}:{os.environ['PATH']}",
            "NOTES": str(notes),
            "ANSWERS_AFTER": str(answers_after),
            "CH_PASSWORD": PASSWORD,
            "EXPECTED": PASSWORD,
            **environment,
        },
        capture_output=True,
        text=True,
        timeout=60,
    )
    return result, notes.read_text().splitlines()


def test_every_file_is_run_in_order(client: Path) -> None:
    result, calls = apply(client, CH_DATABASE="shop")
    assert result.returncode == 0, result.stderr
    assert "CREATE DATABASE IF NOT EXISTS shop" in calls[1]
    files = [call.partition("--queries-file ")[2].split()[0] for call in calls if "--queries-file" in call]
    files = [name.rpartition("/")[2] for name in files]
    assert files == sorted(file.name for file in (ROOT / "clickhouse" / "schemas").glob("*.sql"))
    assert all("--database shop" in call for call in calls if "--queries-file" in call)


def test_the_cloud_is_asked_over_tls_and_nobody_sees_the_password(client: Path) -> None:
    result, calls = apply(client, CH_HOST="abc.clickhouse.cloud", CH_SECURE="true", CH_USER="writer")
    assert result.returncode == 0, result.stderr
    assert all("--host abc.clickhouse.cloud --user writer --secure --port 9440" in call for call in calls)
    assert PASSWORD not in "\n".join([*calls, result.stdout, result.stderr])


def test_it_waits_for_a_server_that_sleeps(client: Path) -> None:
    result, calls = apply(client, answers_after=4, CH_WAIT="60")
    assert result.returncode == 0, result.stderr
    assert sum("SELECT 1" in call for call in calls) == 4


def test_it_gives_up_with_what_the_server_said(client: Path) -> None:
    result, calls = apply(client, answers_after=1000, CH_WAIT="6", CH_HOST="away")
    assert result.returncode == 1
    assert "away cannot be asked after 6 s" in result.stderr and "Connection refused" in result.stderr
    assert not any("CREATE" in call for call in calls)


def test_a_name_that_is_no_database_is_refused_before_anything_is_asked(client: Path) -> None:
    result, calls = apply(client, CH_DATABASE="o11y; DROP DATABASE o11y")
    assert result.returncode == 1 and calls == []
    assert result.stderr.startswith("CH_DATABASE=")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"CH_HOST": "abc.eu-central-1.aws.clickhouse.cloud"}, "--secure --port 9440"),
        ({"CH_HOST": "abc.clickhouse.cloud", "CH_SECURE": "false"}, "--port 9000"),
        ({"CH_HOST": "clickhouse", "CH_PORT": "", "CH_SECURE": ""}, "--port 9000"),
    ],
)
def test_the_cloud_is_asked_over_tls_unless_told_otherwise(client: Path, given: dict[str, str], expected: str) -> None:
    result, calls = apply(client, **given)
    assert result.returncode == 0, result.stderr
    assert all(f"--user default {expected} " in f"{call} " for call in calls)


def test_retention_is_given_to_the_files_and_a_wrong_one_refused(client: Path) -> None:
    _, calls = apply(client, REPLAY_RETENTION_DAYS="3", SESSION_RETENTION_DAYS="")
    files = [call for call in calls if "--queries-file" in call]
    given = "--param_replay_days 3 --param_session_days 30 --param_rollup_days 365"
    assert files and all(given in call for call in files)
    result, calls = apply(client, REPLAY_RETENTION_DAYS="3); DROP TABLE otel_traces")
    assert result.returncode == 1 and result.stderr.startswith("REPLAY_RETENTION_DAYS=")
