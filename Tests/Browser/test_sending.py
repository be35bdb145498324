"""How the page sends: nothing twice, nothing lost, and never more than it may keep."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from collections.abc import Iterator

import pytest
from running_suite import RunningSuite
from waiting import until

from conftest import OpenShop
from recording_intake import RecordingIntake

_LAMP = "lumen-lamp"


@pytest.fixture
def intake(suite: RunningSuite) -> Iterator[RecordingIntake]:
    with RecordingIntake(suite.origin("SAMPLE_APP_PORT")) as running:
        yield running


def ids(intake: RecordingIntake) -> Counter[str]:
    return Counter(span["spanId"] for span in intake.spans())


def names(intake: RecordingIntake) -> Counter[str]:
    return Counter(span["name"] for span in intake.spans())


def test_batches_are_compressed_and_the_last_ones_come_as_the_page_ends(
    open_shop: OpenShop, intake: RecordingIntake
) -> None:
    shop = open_shop(origin=intake.origin)
    shop.wait_for_recorder()
    until(lambda: names(intake)["documentLoad"] and intake.replay())
    assert all(batch.compressed for batch in intake.batches)
    shop.add(_LAMP)
    shop.leave()
    (last,) = until(lambda: [batch for batch in intake.batches if '"name": "visibility"' in json.dumps(batch.document)])
    assert not last.compressed
    until(lambda: names(intake)["Add to cart"] == 1)
    assert set(ids(intake).values()) == {1}


@pytest.mark.parametrize("status", [429, 503])
def test_what_could_not_be_taken_is_sent_again_once(open_shop: OpenShop, intake: RecordingIntake, status: int) -> None:
    intake.statuses = itertools.repeat(status, 3)
    shop = open_shop(origin=intake.origin)
    shop.wait_for_recorder()
    until(lambda: names(intake)["documentLoad"] and intake.replay())
    assert set(ids(intake).values()) == {1}
    assert [event["type"] for event in intake.replay()[:2]] == [4, 2]


def test_what_is_refused_is_dropped_and_told(open_shop: OpenShop, intake: RecordingIntake) -> None:
    intake.statuses = itertools.repeat(413, 2)
    shop = open_shop(origin=intake.origin)
    shop.wait_for_recorder()
    until(lambda: next(intake.statuses, None) is None)
    shop.add(_LAMP)
    shop.leave()
    # Pieces of the last batch come in any order.
    until(lambda: names(intake)["records dropped"])
    (told,) = (span for span in intake.spans() if span["name"] == "records dropped")
    assert sum(int(told["attributes"][f"telemetry.dropped.{kind}"]) for kind in ("spans", "replay")) > 0


def test_a_page_that_has_too_much_to_say_tells_how_much_it_left_out(
    open_shop: OpenShop, intake: RecordingIntake
) -> None:
    intake.statuses = itertools.repeat(503)
    shop = open_shop(origin=intake.origin)
    shop.wait_for_recorder()
    shop.say_in_console("x" * 1_000, times=2_000)
    intake.statuses = iter(())
    until(lambda: names(intake)["console.log"] > 300)
    shop.leave()
    until(lambda: names(intake)["records dropped"])
    lost = sum(int(span["attributes"].get("telemetry.dropped.spans", 0)) for span in intake.spans())
    assert 0 < lost < 2_000
    assert set(ids(intake).values()) == {1}


def test_a_session_that_is_not_recorded_sends_nothing_and_begins_no_trace(
    suite: RunningSuite, open_shop: OpenShop
) -> None:
    settings = '{"sample_ratio": 0, "service_version": "1", "deployment_environment": "test", "recorder": null}'
    with RecordingIntake(
        suite.origin("SAMPLE_APP_PORT"), {"/telemetry/settings": ("application/json", settings)}
    ) as intake:
        shop = open_shop(origin=intake.origin)
        shop.add(_LAMP)
        shop.cart()
        shop.leave()
        shop.open()
        assert intake.batches == []
