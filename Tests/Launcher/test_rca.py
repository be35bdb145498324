"""Questions about a run, and answers to them, without a look at the labels."""

from __future__ import annotations

import json
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
