"""Questions about a run, and answers to them, without a look at the labels."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from conftest import ROOT, DemoSuite


@pytest.fixture
def journal(suite: DemoSuite) -> Path:
    """A run of the load that has not ended."""
    folder = suite.data / "truth" / "run-1"
    folder.mkdir(parents=True)
    (folder / "run.json").write_text(json.dumps({"run_id": "run-1"}))
    return folder


def handed_in(suite: DemoSuite, folder: Path, document: object) -> tuple[int, str]:
    file = folder / "mine.json"
    file.write_text(json.dumps(document))
    answer = suite.demo("rca", "submit", str(file))
    return answer.returncode, answer.stdout + answer.stderr


def test_every_scenario_is_listed_and_nothing_of_what_it_does(suite: DemoSuite) -> None:
    listed = suite.demo("rca", "list").stdout.splitlines()
    names = [line.split()[0] for line in listed]
    assert names == sorted(path.stem for path in (ROOT / "Shared" / "ShopStories" / "scenarios").glob("*.yaml"))
    assert all(len(line.split()) <= 2 for line in listed)


def test_a_scenario_that_is_not_there_starts_nothing(suite: DemoSuite) -> None:
    answer = suite.demo("rca", "start", "nowhere")
    assert answer.returncode == 2
    assert answer.stderr == "demo: no scenario is called nowhere: ./demo rca list has their names\n"
    assert suite.process_ids() == []


def test_a_scenario_replaces_one_that_is_over_and_no_other(suite: DemoSuite, journal: Path) -> None:
    assert suite.demo("rca", "start", "calm").returncode == 0
    first = set(suite.process_ids())
    again = suite.demo("rca", "start", "calm")
    assert again.returncode == 3
    assert "a load is under way" in again.stderr
    assert set(suite.process_ids()) == first
    (journal / "run.json").write_text(json.dumps({"run_id": "run-1", "ended_at": "2026-11-21T10:00:00Z"}))
    assert suite.demo("rca", "start", "calm").returncode == 0
    assert not first & set(suite.process_ids())
    assert {process["state"] for process in suite.status().values()} == {"running"}


def test_there_are_no_questions_before_the_load_is_done(suite: DemoSuite, journal: Path) -> None:
    answer = suite.demo("rca", "ask")
    assert answer.returncode == 3
    assert "the load is not done" in answer.stderr


def test_the_questions_are_printed_and_nothing_else(suite: DemoSuite, journal: Path) -> None:
    (journal / "questions.json").write_text('{"questions": []}\n')
    (journal / "labels").mkdir()
    (journal / "labels" / "q1.json").write_text('{"scenario": "the answer"}')
    answer = suite.demo("rca", "ask")
    assert (answer.returncode, answer.stdout) == (0, '{"questions": []}\n')


def test_answers_are_handed_in_under_the_name_of_their_method(suite: DemoSuite, journal: Path, tmp_path: Path) -> None:
    sheet = {"method": "my agent/2", "answers": [{"question": "q1", "root": []}]}
    status, said = handed_in(suite, tmp_path, sheet)
    assert (status, said.split(";")[0]) == (0, "my agent/2: 1 answers handed in")
    assert json.loads((journal / "answers" / "my-agent-2.json").read_text()) == sheet


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({"answers": []}, "is no file of answers"),
        ([], "is no file of answers"),
        ({"method": "oracle", "answers": []}, "oracle and naive are taken"),
        ({"method": "..", "answers": []}, "is no name for a method"),
    ],
)
def test_what_is_no_answer_is_refused_in_one_line(
    suite: DemoSuite, journal: Path, tmp_path: Path, document: object, words: str
) -> None:
    status, said = handed_in(suite, tmp_path, document)
    assert status == 2
    assert words in said
    assert len(said.splitlines()) == 1
    assert not (journal / "answers").exists()


@pytest.fixture
def mcp_server(suite: DemoSuite, tmp_path: Path) -> Path:
    """A faultline-mcp that only writes down how it was started."""
    told = tmp_path / "told.json"
    program = suite.binaries / "faultline-mcp"
    program.write_text(
        f"#!{sys.executable}\nimport json, os, sys\n"
        f"json.dump({{'words': sys.argv[1:], 'environment': dict(os.environ)}}, open({str(told)!r}, 'w'))\n"
    )
    program.chmod(0o755)
    return told


def test_the_server_of_the_environment_is_told_of_the_suite_and_speaks_alone(
    suite: DemoSuite, mcp_server: Path
) -> None:
    answer = suite.demo("rca", "mcp", "--method", "mine", "--queries", "7", "--unbounded")
    assert (answer.returncode, answer.stdout) == (0, "")
    started = json.loads(mcp_server.read_text())
    words = started["words"]
    assert words[words.index("--data") + 1] == str(suite.data)
    assert words[words.index("--launcher") + 1] == str(ROOT / "demo")
    assert words[words.index("--method") + 1] == "mine" and words[words.index("--queries") + 1] == "7"
    assert "--unbounded" in words and "--allow-start" not in words and "--http" not in words
    environment = started["environment"]
    assert environment["CLICKHOUSE_HTTP_PORT"] == str(suite.ports["CLICKHOUSE_HTTP_PORT"])
    assert "MCP_TOKEN" not in environment


def test_over_http_it_gets_a_token_that_is_kept_and_never_shown(suite: DemoSuite, mcp_server: Path) -> None:
    tokens = set()
    for _ in range(2):
        answer = suite.demo("rca", "mcp", "--http")
        token = json.loads(mcp_server.read_text())["environment"]["MCP_TOKEN"]
        assert answer.returncode == 0 and len(token) >= 16
        assert token not in answer.stdout + answer.stderr and "mcp-token" in answer.stderr
        tokens.add(token)
    kept = suite.data / "mcp-token"
    assert tokens == {kept.read_text().strip()}
    assert kept.stat().st_mode & 0o077 == 0


def test_a_language_model_needs_its_name(suite: DemoSuite, journal: Path) -> None:
    (journal / "questions.json").write_text('{"questions": []}\n')
    answer = suite.demo("rca", "agent", "--llm", "openai")
    assert answer.returncode == 2
    assert answer.stderr == "demo: --llm needs --model, the name of the model\n"
