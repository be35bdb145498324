"""What patterns say of causes holds no word by which answers are compared."""

from __future__ import annotations

import re
from pathlib import Path

from launcher.mechanisms import MECHANISMS, telling_words

ROOT = Path(__file__).resolve().parents[2]


def test_every_mechanism_of_the_labels_has_plain_words() -> None:
    listed = (ROOT / "docs" / "ground-truth.md").read_text().partition("## The answer")[2].partition("## ")[0]
    words = re.findall(r"^`bad_configuration`.*$", listed, re.MULTILINE)
    assert sorted(MECHANISMS) == re.findall(r"`(\w+)`", words[0])


def test_the_plain_words_are_not_the_labels_words() -> None:
    for word, mechanism in MECHANISMS.items():
        said = f"{mechanism.what} {mechanism.remedy}".lower()
        assert not telling_words(said)
        assert word.replace("_", " ") not in said


def test_the_labels_words_are_seen_in_any_spelling() -> None:
    for text in ("it was visa_cache_full", "a lostUpdate", "Payment-Timeout again"):
        assert len(telling_words(text)) == 1, text
    assert not telling_words("Visa cache full: cannot add new item. The payment timed out after a lost reply.")


def test_the_seeded_patterns_hold_none() -> None:
    seeds = (ROOT / "clickhouse" / "schemas" / "33_error_patterns.sql").read_text()
    assert not telling_words(seeds)
