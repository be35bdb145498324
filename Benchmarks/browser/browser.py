"""What the storefront's page costs its visitors by telling of itself: one JSON object a line.

The page as it is alternates with the same page without its recorder, both behind the same server, in a real Chromium.
Script time is what the page's main thread spends in JavaScript (DevTools' ScriptDuration, in time of the processor); a
cost is the difference.

BROWSER_BENCH_ROUNDS (3) visits of each kind are made, with BROWSER_BENCH_SECONDS (30) of use without a pause and as
many in which nobody touches anything, and BROWSER_BENCH_LOADS (100) pairs of loads with nothing in the cache. Each pair
has its own difference, for the machine may be slower at another time; the interval is where the median of all pairs'
differences lies with 95 % (by the sign test, which asks for no distribution).
"""

from __future__ import annotations

import gzip
import math
import os
import statistics
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "Benchmarks"), str(ROOT), str(ROOT / "Tests" / "Browser")]

from harness.figures import figure  # noqa: E402
from harness.suite import Suite  # noqa: E402
from launcher.preparation.session_recorder import fetch_missing  # noqa: E402
from launcher.terminal.progress import Progress  # noqa: E402
from recording_intake import RecordingIntake  # noqa: E402
from storefront import Storefront  # noqa: E402

ROUNDS = int(os.environ.get("BROWSER_BENCH_ROUNDS", "3"))
SECONDS = float(os.environ.get("BROWSER_BENCH_SECONDS", "30"))
LOADS = int(os.environ.get("BROWSER_BENCH_LOADS", "100"))
ASSETS = ROOT / "Services" / "SampleApp" / "Storefront" / "Assets"
_KINDS = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}

MOST_SCRIPT_KB = 75
MOST_USED = 0.02
MOST_IDLE = 0.003
MOST_SENT_KB = 200
LATEST_SECONDS = 10

# The interface of telemetry.js, and nothing behind it.
_NOTHING = """
export const trackUserAction = () => {}, trackError = () => {}, trackApiCall = () => {}, trackRoute = () => {};
export const identify = () => {}, createSpan = () => ({ setAttribute() { return this; }, end() {} });
export const trackedFetch = (...request) => fetch(...request);
"""


@dataclass
class Costs:
    """What was measured of one kind of page, a value a visit."""

    used: list[float] = field(default_factory=list)
    """Seconds of script for each second of use."""
    idle: list[float] = field(default_factory=list)
    sent: list[float] = field(default_factory=list)
    """Bytes a minute of use."""
    rounds: list[float] = field(default_factory=list)
    """How often a minute the visitor went through the whole shop."""
    paints: list[float] = field(default_factory=list)
    """First contentful paint, milliseconds."""


def main() -> None:
    """Starts the suite, visits it, prints."""
    fetch_missing(Progress(sys.stderr))
    with tempfile.TemporaryDirectory(prefix="faultline-bench-") as folder, Suite(Path(folder)) as suite:
        report_size(suite)
        report_delay(suite)
        # The server has the page's files itself: to fetch each from the shop first takes it longer than the shop.
        files = {f"/assets/{path.relative_to(ASSETS)}": (_KINDS[path.suffix], path.read_text()) for path in assets()}
        nothing = {"/assets/telemetry/telemetry.js": ("text/javascript", _NOTHING)}
        whole, bare = Costs(), Costs()
        with RecordingIntake(suite.shop, files) as with_it, RecordingIntake(suite.shop, files | nothing) as without:
            for _ in range(ROUNDS):
                visit(with_it, whole)
                visit(without, bare)
            compare_paints(with_it, without, whole, bare)
        report(whole, bare)


def assets() -> list[Path]:
    """The files of the page, but for the page."""
    return [path for path in ASSETS.rglob("*") if path.suffix in _KINDS]


def report(whole: Costs, bare: Costs) -> None:
    """Prints what the visits came to."""
    report_cost("browser.script.use", whole.used, bare.used, MOST_USED)
    report_cost("browser.script.idle", whole.idle, bare.idle, MOST_IDLE)
    figure(
        "browser.sent",
        round(statistics.median(whole.sent) / 1000, 1),
        "KB/min",
        {"at_most": MOST_SENT_KB, "visits": ROUNDS, "rounds": round(statistics.median(whole.rounds), 1)},
    )
    report_paints(whole.paints, bare.paints)


def report_paints(whole: list[float], bare: list[float]) -> None:
    """By how much something is seen later than without, with what the loads were."""
    differences = sorted(one - other for one, other in zip(whole, bare, strict=True))
    low, high = median_interval(differences)
    detail: dict[str, object] = {
        "interval": [round(low, 1), round(high, 1)],
        "with": quartiles(whole),
        "without": quartiles(bare),
        "pairs": len(differences),
    }
    figure("browser.first_contentful_paint.later", round(statistics.median(differences), 1), "ms", detail)


def quartiles(values: list[float]) -> list[float]:
    """A quarter, half and three quarters of the values are below these."""
    return [round(value, 1) for value in statistics.quantiles(values, n=4)]


def median_interval(ordered: list[float]) -> tuple[float, float]:
    """Between which of the values the median of all such values lies, with 95 %."""
    count = len(ordered)
    outside, below = 0.0, 0
    while (outside := outside + math.comb(count, below) / 2**count) <= 0.025:
        below += 1
    first = max(0, below - 1)
    return ordered[first], ordered[count - 1 - first]


def report_size(suite: Suite) -> None:
    """What a browser loads for it, compressed as a server may compress it."""
    recorder = fetched(f"{suite.shop}/telemetry/recorder.js")
    own = [fetched(f"{suite.shop}/assets/telemetry/{path.name}") for path in sorted(ASSETS.glob("telemetry/*.js"))]
    sizes = [len(gzip.compress(text, 9)) for text in (recorder, *own)]
    detail: dict[str, object] = {
        "at_most": MOST_SCRIPT_KB,
        "recorder": round(sizes[0] / 1000, 1),
        "own": round(sum(sizes[1:]) / 1000, 1),
        "raw": round((len(recorder) + sum(map(len, own))) / 1000, 1),
    }
    figure("browser.script.size", round(sum(sizes) / 1000, 1), "KB gzip", detail)


def report_delay(suite: Suite) -> None:
    """How long it takes from a click until its span is stored."""
    delays = []
    for _ in range(ROUNDS):
        shop = opened(suite.shop)
        try:
            shop.wait_for_recorder()
            began = time.time()
            shop.add("lumen-lamp")
            here = f"SpanName = 'Add to cart' AND Timestamp > fromUnixTimestamp64Milli(toInt64({int(began * 1000)}))"
            while not suite.stored_spans(here):
                if time.time() - began > 60:
                    raise TimeoutError("the span of a click was not stored within a minute")
                time.sleep(0.05)
            delays.append(time.time() - began)
        finally:
            shop.close()
    figure("browser.stored_after", round(statistics.median(delays), 2), "s", {"at_most": LATEST_SECONDS})


def visit(intake: RecordingIntake, costs: Costs) -> None:
    """A visit in use, and then left alone."""
    shop = opened(intake.origin)
    try:
        # The load is no part of either.
        time.sleep(5)
        sent = sum(batch.bytes for batch in intake.batches)
        rounds: list[int] = []
        share, seconds = script_share(shop, lambda: rounds.append(use(shop)))
        costs.used.append(share)
        costs.rounds.append(sum(rounds) * 60 / seconds)
        # What is on its way counts.
        time.sleep(3)
        costs.sent.append((sum(batch.bytes for batch in intake.batches) - sent) * 60 / seconds)
        costs.idle.append(script_share(shop, lambda: time.sleep(SECONDS))[0])
    finally:
        shop.close()


def use(shop: Storefront) -> int:
    """Shops without a pause; how often it went through the whole shop."""
    end = time.monotonic() + SECONDS
    rounds = 0
    while time.monotonic() < end:
        rounds += 1
        shop.open_home()
        for pixels in (300, 900):
            shop.scroll(pixels)
        shop.department("books")
        shop.add("atlas-of-tea")
        shop.product("The Atlas of Tea")
        shop.search("lamp")
        shop.cart()
        shop.pay(test_card="Visa, declined (0002)")
    return rounds


def compare_paints(with_it: RecordingIntake, without: RecordingIntake, whole: Costs, bare: Costs) -> None:
    """Loads with nothing in the cache, by turns."""
    shops = [(opened(with_it.origin), whole), (opened(without.origin), bare)]
    try:
        for _ in range(LOADS):
            for shop, costs in shops:
                shop.leave()
                shop.empty_cache()
                shop.open()
                costs.paints.append(shop.first_contentful_paint())
            # Each kind comes first as often as the other.
            shops.reverse()
    finally:
        for shop, _ in shops:
            shop.close()


def opened(origin: str) -> Storefront:
    """The shop in a new browser."""
    shop = Storefront(origin, ROOT / "run" / "bench")
    shop.open()
    return shop


def script_share(shop: Storefront, action: Callable[[], None]) -> tuple[float, float]:
    """How much of its time the page spends in script meanwhile, and how long that was."""
    before, began = shop.script_seconds(), time.monotonic()
    action()
    seconds = time.monotonic() - began
    return (shop.script_seconds() - before) / seconds, seconds


def report_cost(name: str, whole: list[float], bare: list[float], at_most: float) -> None:
    """A difference of medians, in per cent of a core."""
    cost = statistics.median(whole) - statistics.median(bare)
    detail: dict[str, object] = {
        "at_most": 100 * at_most,
        "with": [round(100 * share, 2) for share in whole],
        "without": [round(100 * share, 2) for share in bare],
    }
    figure(name, round(100 * cost, 2), "% of a core", detail)


def fetched(address: str) -> bytes:
    """What is there."""
    with urllib.request.urlopen(address, timeout=60) as answer:
        content: bytes = answer.read()
        return content


if __name__ == "__main__":
    main()
