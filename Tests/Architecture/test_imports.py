"""Modules import one another only as docs/architecture.md says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = [path for room in ("Shared", "Services") for path in sorted((ROOT / room).iterdir()) if path.is_dir()]
MODULES = {path.name for path in FOLDERS if path.name != "CSystem"}
C_SHIMS = {f"C{path.name}" for path in (ROOT / "Shared" / "CSystem").iterdir()}
IMPORT = re.compile(r"^(?:@\w+ )?(?:public |package |internal )?import (?:\w+ )?(\w+)", re.MULTILINE)
DISPATCH = {"HTTPCore", "SQLitePool", "OTelSDK"}
"""The modules with threads of their own: event loops, connections, and the export."""


def imports(module: Path) -> set[str]:
    """Everything that the sources of a module import."""
    return {name for file in module.rglob("*.swift") for name in IMPORT.findall(file.read_text())}


def allowed() -> dict[str, set[str]]:
    """The modules of this project that each one may import: the first block under the heading."""
    page = (ROOT / "docs" / "architecture.md").read_text()
    block = page.split("## Who may import whom", 1)[1].split("```")[1]
    rules: dict[str, set[str]] = {}
    for line in block.strip().splitlines():
        importer, imported = line.split("->")
        rules[importer.strip()] = {name.strip() for name in imported.split(",")} - {""}
    return rules


def test_the_page_lists_every_module() -> None:
    assert set(allowed()) == MODULES


@pytest.mark.parametrize("module", FOLDERS, ids=lambda path: path.name)
def test_a_module_imports_what_the_page_allows(module: Path) -> None:
    if module.name not in MODULES:
        pytest.skip("C only")
    found = imports(module) & (MODULES | C_SHIMS)
    assert found == allowed()[module.name], "the page and the imports differ"


def test_the_page_has_no_circle() -> None:
    rules = allowed()
    done: set[str] = set(C_SHIMS)
    while left := set(rules) - done:
        free = {module for module in left if rules[module] <= done}
        assert free, f"a circle among {sorted(left)}"
        done |= free


def test_dispatch_stays_where_threads_are_made() -> None:
    assert {path.name for path in FOLDERS if "Dispatch" in imports(path)} == DISPATCH


def test_nothing_that_a_service_links_uses_swiftnio() -> None:
    assert not [path.name for path in FOLDERS if any(name.startswith("NIO") for name in imports(path))]
