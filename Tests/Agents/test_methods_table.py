"""What methods scored becomes a table, and how hard a case is follows from the scores alone."""

from __future__ import annotations

import sys
import urllib.request

import pytest
from embedded_server import EmbeddedServer

from conftest import ROOT

sys.path.insert(0, str(ROOT))

from launcher.commands.case_runs import CASES  # noqa: E402
from launcher.commands.methods_table import lines  # noqa: E402
from launcher.frozen_runs.comparison import LEVELS, METHODS, Outcome  # noqa: E402
from launcher.frozen_runs.counting_proxy import counting_proxy  # noqa: E402
from launcher.frozen_runs.difficulty import difficulty  # noqa: E402


def outcome(method: str, right: int, scenario: str = "calm", valid: bool = True) -> Outcome:
    """An answer that is exactly right at the first so many levels."""
    exact = {level: float(place < right) for place, level in enumerate(LEVELS)}
    return Outcome(method, scenario, 1, scenario, valid, exact, 1, 0, 1, 1, 2.5, 10, 15000, 3.5)


@pytest.mark.parametrize(
    ("naive", "agent", "expected"),
    [
        (1, 3, "easy"),
        (0, 3, "medium"),
        (1, 2, "medium"),
        (1, 1, "hard"),
        (0, 2, "hard"),
        (0, 0, "hard"),
        (3, 3, "easy"),
    ],
)
def test_difficulty_follows_from_the_scores_of_naive_rule_and_agent(naive: int, agent: int, expected: str) -> None:
    scored = [outcome("naive", naive), outcome("reference-agent", agent)]
    assert difficulty(scored) == expected
    # What the oracle finds makes nothing easier.
    assert difficulty([*scored, outcome("oracle", 3)]) == expected


def test_void_labels_are_shown_and_count_in_no_mean() -> None:
    outcomes = [outcome(method, 3, scenario) for method in METHODS for scenario in ("payment_timeout", "calm")]
    outcomes += [outcome(method, 0, "bad_release", valid=False) for method in METHODS]
    shown = lines(outcomes, lambda rows: [" ".join(row) for row in rows])
    assert "incidents (1) reference-agent 1.00 1.00 1.00 1.00 0.00 1.00 1.00 2.5 10.0 15.0 3.5" in shown
    assert "calm (1) oracle 1.00 1.00 1.00 1.00 0.00 1.00 1.00 2.5 10.0 15.0 3.5" in shown
    assert any(line.startswith("bad_release (void) 1 hard") for line in shown)


def test_every_case_is_a_scenario_that_is_built_in() -> None:
    built_in = {path.stem for path in (ROOT / "Shared" / "ShopStories" / "scenarios").glob("*.yaml")}
    assert len(set(CASES)) == len(CASES) >= 12
    assert set(CASES) <= built_in


def test_the_proxy_passes_questions_on_and_counts_them(shop: EmbeddedServer) -> None:
    with counting_proxy(shop.port) as proxy:
        for _ in range(3):
            question = urllib.request.Request(f"http://127.0.0.1:{proxy.port}/?database=o11y", data=b"SELECT 'four'")
            with urllib.request.urlopen(question, timeout=60) as answer:
                assert answer.read() == b"four\n"
        assert (proxy.queries, proxy.answer_bytes) == (3, 15)
