"""What the page calls things is what HyperDX's own SDK calls them; where it is not, docs/sessions.md says so."""

from __future__ import annotations

import re
import urllib.request
from collections import defaultdict
from collections.abc import Callable

import pytest
from running_suite import ROOT, RunningSuite
from waiting import until

import hyperdx_sdk
from conftest import OpenShop
from recording_intake import RecordingIntake
from storefront import Storefront

_VIEWS = ("/", "/category/books", "/product/lumen-lamp", "/basket")
_DEFECTS = """
addEventListener("defect", ({ detail }) => {
  if (detail === "thrown") throw new TypeError("thrown");
  Promise.reject(new RangeError("rejected"));
});
"""
_NOT_RECORDED = '{"sample_ratio": 0, "service_version": "1", "deployment_environment": "test", "recorder": null}'

Vocabulary = dict[str, set[str]]
"""Attribute keys by scope, name and kind of span."""


def journey(open_shop: OpenShop, intake: RecordingIntake, during: Callable[[Storefront], None]) -> Vocabulary:
    """Looks around, buys in vain, meets defects, and leaves."""
    shop = open_shop(origin=intake.origin)
    until(lambda: any(span["name"] == "documentLoad" for span in intake.spans()))
    shop.department("books")
    for level in ("log", "warn", "error"):
        shop.say_in_console("hello", level=level)
    shop.scroll(100)
    shop.add("atlas-of-tea")
    during(shop)
    shop.cart()
    shop.pay(test_card="Visa, declined (0002)")
    for defect in ("thrown", "rejected"):
        shop.meet_defect(defect)
    shop.work_for(milliseconds=200)
    shop.look_elsewhere()
    until(lambda: any(span["name"] == "visibility" for span in intake.spans()))
    found: Vocabulary = defaultdict(set)
    for span in intake.spans():
        kind = {1: "", 3: ", client"}[span["kind"]]
        # From when on the visitor is known is the page's affair.
        found[f"{span['scope']}: {span['name']}{kind}"] |= set(span["attributes"]) - {"userEmail"}
    return dict(found)


def page_with(suite: RunningSuite, *scripts: str) -> tuple[str, str]:
    """The storefront's page with scripts before its own."""
    with urllib.request.urlopen(suite.origin("SAMPLE_APP_PORT"), timeout=60) as answer:
        page = answer.read().decode()
    added = "".join(f'<script src="{script}"></script>' for script in scripts)
    return "text/html; charset=utf-8", page.replace('<script type="module"', f'{added}<script type="module"', 1)


@pytest.fixture(scope="module")
def theirs_script(suite: RunningSuite) -> str:
    return hyperdx_sdk.script(suite.origin("CLICKHOUSE_HTTP_PORT"))


def differences(ours: Vocabulary, theirs: Vocabulary) -> dict[str, set[str]]:
    """What only one of both has."""
    found = {f"{span}": {"only theirs"} for span in theirs.keys() - ours.keys()}
    found |= {f"{span}": {"only ours"} for span in ours.keys() - theirs.keys()}
    for span in ours.keys() & theirs.keys():
        keys = {f"+{key}" for key in ours[span] - theirs[span]} | {f"-{key}" for key in theirs[span] - ours[span]}
        if keys:
            found[span] = keys
    return found


def documented() -> dict[str, set[str]]:
    """The rows of the table in docs/sessions.md: the span, what is different, and why."""
    text = (ROOT / "docs" / "sessions.md").read_text()
    rows = re.findall(r"^\| `([^`]+: [^`]+)` \| (.+?) \| .+ \|$", text, re.MULTILINE)
    return {span: set(re.findall(r"`([+-][^`]+)`", what)) or {what} for span, what in rows}


def test_the_page_and_hyperdxs_sdk_differ_where_the_documentation_says_so(
    suite: RunningSuite, open_shop: OpenShop, theirs_script: str
) -> None:
    defects = {"/defects.js": ("text/javascript", _DEFECTS)}
    page = page_with(suite, "/defects.js")
    with RecordingIntake(suite.origin("SAMPLE_APP_PORT"), defects | dict.fromkeys(_VIEWS, page)) as intake:
        ours = journey(open_shop, intake, lambda shop: shop.wait_for_recorder())
        our_resource = set(intake.resource())
    page = page_with(suite, "/sdk.js", "/defects.js")
    files = {
        **defects,
        **dict.fromkeys(_VIEWS, page),
        "/sdk.js": ("text/javascript", theirs_script),
        "/telemetry/settings": ("application/json", _NOT_RECORDED),
    }
    with RecordingIntake(suite.origin("SAMPLE_APP_PORT"), files) as intake:
        theirs = journey(open_shop, intake, lambda shop: shop.act_by_sdk())
        their_resource = set(intake.resource())
    found = differences({**ours, "resource: all": our_resource}, {**theirs, "resource: all": their_resource})
    assert found == documented()
