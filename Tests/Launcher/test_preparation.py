"""What is prepared, and when nothing needs to be."""

from __future__ import annotations

import io
import json
import os
import re
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from launcher import preparation
from launcher.commands import bench
from launcher.configuration.run_folder import RunFolder
from launcher.configuration.settings import read_settings
from launcher.errors import UserError
from launcher.preparation import swift_build
from launcher.supervision.processes import suite_environment
from launcher.terminal.progress import Progress

from conftest import ROOT


@pytest.fixture
def built_tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout whose executables were just built by hand."""
    (tmp_path / "Package.swift").write_text("// swift")
    for folder in ("Services/Shop", "Shared/Core", ".build/release"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "Services/Shop/Shop.swift").write_text("struct Shop {}")
    for path in [tmp_path, *tmp_path.rglob("*")]:
        os.utime(path, (time.time() - 60, time.time() - 60))
    for product in swift_build.PRODUCTS:
        (tmp_path / ".build/release" / product).write_text("binary")
    monkeypatch.delenv("FAULTLINE_BIN_DIR", raising=False)
    monkeypatch.setattr(swift_build, "ROOT", tmp_path)
    monkeypatch.setattr(swift_build, "_STAMP", tmp_path / ".build" / "stamp")
    monkeypatch.setattr(swift_build, "executables", lambda: tmp_path / ".build" / "release")
    return tmp_path


def stamp(tree: Path, products: Sequence[str] = swift_build.PRODUCTS) -> None:
    (tree / ".build" / "stamp").write_text(stamp_of(products))
    later = time.time() + 1
    os.utime(tree / ".build" / "stamp", (later, later))


def stamp_of(products: Sequence[str] = swift_build.PRODUCTS) -> str:
    return json.dumps({"sources": swift_build._fingerprint(), "products": products})


def test_a_tree_built_by_hand_or_by_the_launcher_is_not_built_again(built_tree: Path) -> None:
    assert swift_build.up_to_date()
    stamp(built_tree)
    assert swift_build.up_to_date()


@pytest.mark.parametrize("stamped", [False, True])
@pytest.mark.parametrize("change", ["edit", "add", "remove", "lose a binary"])
def test_any_change_of_the_sources_is_seen(built_tree: Path, stamped: bool, change: str) -> None:
    if stamped:
        stamp(built_tree)
    shop = built_tree / "Services/Shop/Shop.swift"
    if change == "edit":
        shop.write_text("struct Shop { }")
    elif change == "add":
        (built_tree / "Shared/Core/New.swift").write_text("")
    elif change == "remove":
        shop.unlink()
    else:
        (built_tree / ".build/release/collector").unlink()
    assert not swift_build.up_to_date()


def test_an_edit_during_the_launchers_own_build_is_built_again(built_tree: Path) -> None:
    before = stamp_of()
    (built_tree / "Services/Shop/Shop.swift").write_text("struct Shop { }")
    linked = [built_tree / ".build/release" / product for product in swift_build.PRODUCTS]
    for age, path in enumerate([*linked, built_tree / ".build" / "stamp"], start=1):
        path.write_text(before)
        os.utime(path, (time.time() + age, time.time() + age))
    assert not swift_build.up_to_date()


def test_what_asks_a_suite_is_built_when_it_is_wanted(built_tree: Path) -> None:
    stamp(built_tree, swift_build.SUITE)
    assert swift_build.up_to_date(swift_build.SUITE)
    # It is there, of whatever sources.
    assert not swift_build.up_to_date()


def test_the_suite_is_what_the_package_says() -> None:
    manifest = (ROOT / "Package.swift").read_text()
    products = manifest.split("let suiteProducts")[1].split("\n]")[0]
    assert set(re.findall(r'\.executable\(name: "([^"]+)"', products)) == set(swift_build.SUITE)


def test_a_stamp_that_says_something_else_is_none(built_tree: Path) -> None:
    stamp(built_tree)
    for text in ("", "[]", swift_build._fingerprint()):
        (built_tree / ".build" / "stamp").write_text(text)
        os.utime(built_tree / ".build" / "stamp", (time.time() + 1, time.time() + 1))
        assert not swift_build.up_to_date()


def test_packages_are_installed_while_the_executables_are_built(monkeypatch: pytest.MonkeyPatch) -> None:
    building, installing = threading.Event(), threading.Event()
    monkeypatch.setattr(preparation, "install_missing", lambda packages, progress: None)
    monkeypatch.setattr(preparation, "require_swift", lambda: None)
    monkeypatch.setattr(preparation, "up_to_date", lambda products: False)
    monkeypatch.setattr(preparation, "prebuilt", lambda: False)
    monkeypatch.setattr(preparation, "given_python", lambda: False)

    def build(progress: Progress, products: Sequence[str]) -> None:
        building.set()
        assert installing.wait(30), "Nothing is installed until the executables are built."

    def install(files: Sequence[Path], progress: Progress) -> None:
        assert building.wait(30), "Nothing is built until the packages are installed."
        installing.set()

    monkeypatch.setattr(preparation, "build_executables", build)
    monkeypatch.setattr(preparation, "install_requirements", install)
    preparation.prepare(Progress(io.StringIO()))
    assert installing.is_set()


def test_a_failed_installation_is_told_when_the_build_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preparation, "install_missing", lambda packages, progress: None)
    monkeypatch.setattr(preparation, "prebuilt", lambda: True)
    monkeypatch.setattr(preparation, "given_python", lambda: False)

    def install(files: Sequence[Path], progress: Progress) -> None:
        raise UserError("could not install")

    monkeypatch.setattr(preparation, "install_requirements", install)
    with pytest.raises(UserError, match="could not install"):
        preparation.prepare(Progress(io.StringIO()))


def test_the_persons_own_variables_win_and_one_name_for_all_services_is_left_out(tmp_path: Path) -> None:
    settings = read_settings({"COLLECTOR_HTTP_PORT": "5318"})
    folder = RunFolder(tmp_path)
    untouched = suite_environment(settings, folder, {})
    assert untouched["OTEL_EXPORTER_OTLP_ENDPOINT"] == "http://127.0.0.1:5318"
    given = {"OTEL_EXPORTER_OTLP_ENDPOINT": "https://elsewhere.example", "OTEL_SERVICE_NAME": "everything"}
    environment = suite_environment(settings, folder, given)
    assert environment["OTEL_EXPORTER_OTLP_ENDPOINT"] == "https://elsewhere.example"
    assert "OTEL_SERVICE_NAME" not in environment


@pytest.mark.parametrize(
    ("bind", "url"),
    [
        ("0.0.0.0", "http://127.0.0.1:8000"),
        ("::", "http://[::1]:8000"),
        ("::1", "http://[::1]:8000"),
        ("10.1.2.3", "http://10.1.2.3:8000"),
    ],
)
def test_the_shop_is_reached_where_it_listens(bind: str, url: str) -> None:
    assert read_settings({"BIND_HOST": bind}).url("SAMPLE_APP_PORT") == url


def test_benchmarks_are_found_by_name_and_only_figures_reach_standard_output(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "load").mkdir()
    for script in (tmp_path / "run-http", tmp_path / "load" / "run"):
        script.write_text('#!/bin/sh\necho building\necho \'{"name": "http.rps", "value": 1}\'\nexit 4\n')
        script.chmod(0o755)
    (tmp_path / "run-notes.txt").write_text("not a program")
    scripts = bench.benchmark_scripts(tmp_path)
    assert list(scripts) == ["http", "load"]
    assert bench._pass_figures_through(scripts["http"]) == 4
    captured = capfd.readouterr()
    assert captured.out == '{"name": "http.rps", "value": 1}\n'
    assert captured.err == "building\n"
