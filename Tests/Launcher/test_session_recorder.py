"""The recorder of session replay: taken once, only as it was when it was chosen, and never in the way of the suite."""

from __future__ import annotations

import io
import runpy
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from launcher.configuration.run_folder import RunFolder
from launcher.configuration.settings import read_settings
from launcher.preparation import session_recorder
from launcher.supervision import processes
from launcher.supervision.processes import suite_environment
from launcher.terminal.progress import Progress

from conftest import ROOT

EXTRACTION = ROOT / "session-recorder" / "extract_recorder.py"


@pytest.fixture
def recorder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "session-recorder" / "record.js"
    monkeypatch.setattr(session_recorder, "RECORDER", file)
    monkeypatch.setattr(processes, "RECORDER", file)
    for name in ("SESSION_RECORDER", "FAULTLINE_PYTHON"):
        monkeypatch.delenv(name, raising=False)
    return file


def environment_of(tmp_path: Path, given: dict[str, str]) -> dict[str, str]:
    return suite_environment(read_settings({}), RunFolder(tmp_path), given)


def test_the_shop_is_told_of_the_recorder_that_is_there(recorder: Path, tmp_path: Path) -> None:
    assert "SESSION_RECORDER" not in environment_of(tmp_path, {})
    recorder.parent.mkdir()
    recorder.write_text("recorder")
    assert environment_of(tmp_path, {})["SESSION_RECORDER"] == str(recorder)
    for given in ("off", "/another/record.js"):
        assert environment_of(tmp_path, {"SESSION_RECORDER": given})["SESSION_RECORDER"] == given


def test_what_cannot_be_fetched_is_told_in_a_line(recorder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(words: Sequence[str], **_: Any) -> SimpleNamespace:
        return SimpleNamespace(returncode=1, stdout="trying\nno such package")

    monkeypatch.setattr(subprocess, "run", refused)
    output = io.StringIO()
    session_recorder.prepare_recorder(Progress(output))
    assert "Session replay   off: the session recorder cannot be downloaded (no such package)" in output.getvalue()
    assert not recorder.exists()


@pytest.mark.parametrize(("name", "value"), [("SESSION_RECORDER", "off"), ("FAULTLINE_PYTHON", sys.executable)])
def test_nothing_is_fetched_where_nothing_is_wanted(
    recorder: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: pytest.fail("something was run"))
    monkeypatch.setenv(name, value)
    session_recorder.prepare_recorder(Progress(io.StringIO()))
    assert not recorder.exists()


@pytest.mark.parametrize("has_member", [True, False])
def test_another_file_than_the_chosen_one_is_not_taken(tmp_path: Path, has_member: bool) -> None:
    extraction = runpy.run_path(str(EXTRACTION))
    with zipfile.ZipFile(tmp_path / "some.whl", "w") as wheel:
        wheel.writestr(extraction["MEMBER"] if has_member else "other.js", "something else")
    with pytest.raises(ValueError, match="not what it was" if has_member else "no wheel has"):
        extraction["extract"](tmp_path, tmp_path / "record.js")
    assert not (tmp_path / "record.js").exists()
