"""When a session ends, by a clock that is put forward: the page's code and its cookie are as they are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from running_suite import RunningSuite
from waiting import until

from conftest import OpenShop
from recording_intake import RecordingIntake
from storefront import Storefront


@pytest.fixture
def intake(suite: RunningSuite) -> Iterator[RecordingIntake]:
    # What is sent here is of a time to come: nobody else shall see it.
    with RecordingIntake(suite.origin("SAMPLE_APP_PORT")) as running:
        yield running


@pytest.fixture
def shop(open_shop: OpenShop, intake: RecordingIntake) -> Storefront:
    opened = open_shop(origin=intake.origin)
    opened.own_clock()
    opened.open()
    opened.wait_for_recorder()
    return opened


def said(intake: RecordingIntake, text: str) -> list[dict[str, Any]]:
    """What the page sent of a line in its console."""
    return [span for span in intake.spans() if span["attributes"].get("message") == text]


def test_a_session_ends_when_nobody_has_done_anything_for_a_quarter_of_an_hour(
    shop: Storefront, intake: RecordingIntake
) -> None:
    first = shop.session()
    for _ in range(3):
        shop.let_pass(minutes=14)
        assert shop.session() == first
        shop.touch()
    shop.let_pass(minutes=16)
    shop.say_in_console("nobody is there")
    assert shop.session() == ""
    shop.touch()
    second = shop.session()
    assert second not in ("", first)
    shop.say_in_console("somebody is there")
    (span,) = until(lambda: said(intake, "somebody is there"))
    assert (span["resource"]["rum.sessionId"], span["resource"]["session.previous_id"]) == (second, first)
    assert said(intake, "nobody is there") == [], "it belongs to no session"


def test_a_session_ends_after_four_hours_however_much_is_done(shop: Storefront, intake: RecordingIntake) -> None:
    first = shop.session()
    for _ in range(17):
        shop.let_pass(minutes=14)
        shop.touch()
        assert shop.session() == first
    shop.let_pass(minutes=3)
    shop.touch()
    second = shop.session()
    assert second != first
    shop.say_in_console("a fifth hour")
    (span,) = until(lambda: said(intake, "a fifth hour"))
    assert (span["resource"]["rum.sessionId"], span["resource"]["session.previous_id"]) == (second, first)
