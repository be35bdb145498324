"""Browsers that visit the shop one after another, for as long as a run of the load goes on."""

from __future__ import annotations

import itertools
import random
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from selenium.common.exceptions import WebDriverException

from browser import Browser, BrowserGone
from journal import NamedVisit, Run, Visiting, named_visits, open_run
from person import GaveUp, Leaving, Person
from visits import PlannedVisit, named, planned, step_of

MOST_BYTES = 600 << 20
"""What a Chromium may take before it is started anew."""
_MOST_VISITS = 25
"""And how many visits it may have had: a fresh one forgets whatever the last ones left."""
_BETWEEN_VISITS_SECONDS = (2.0, 6.0)
_LOOK_FOR_A_RUN_SECONDS = 1.0
_LONGEST_PAUSE_SECONDS = 30.0
_KEEP_FREE_SECONDS = 45.0
"""Who is due within this time finds a browser free: about as long as a visit takes."""


@dataclass
class Visitors:
    """All browsers of a suite."""

    shop: str
    journal: Path
    seed: int
    hurry: float = 1
    leaving: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._numbers = itertools.count()
        self._claims = threading.Lock()
        self._claimed: set[tuple[Path, NamedVisit]] = set()

    def run(self, count: int) -> None:
        """Visits with so many browsers at once, until ``leaving`` is set; returns when all of them have ended."""
        threads = [threading.Thread(target=self._one_browser, name=f"browser {number}") for number in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _one_browser(self) -> None:
        """Keeps one browser alive: a longer pause each time it does not even start."""
        pause = 1.0
        while not self.leaving.is_set():
            try:
                browser = Browser(self.shop)
            except BrowserGone as error:
                _say(f"Chromium did not start: {error}")
                self.leaving.wait(pause)
                pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)
                continue
            pause = 1.0
            try:
                self._use(browser)
            except BrowserGone as error:
                _say(f"Chromium has ended and is started again: {error}")
            finally:
                browser.close()

    def _use(self, browser: Browser) -> None:
        """Visits with a browser until it is worn out."""
        for _ in range(_MOST_VISITS):
            run = self._await_run()
            if run is None:
                return
            number = next(self._numbers)
            self._visit(browser, run, self._somebody_named(run) or planned(self.seed, number), number)
            if browser.resident_bytes() > MOST_BYTES:
                _say(f"Chromium takes more than {MOST_BYTES >> 20} MB and is started again")
                return
            if self.leaving.wait(random.uniform(*_BETWEEN_VISITS_SECONDS) / self.hurry):
                return

    def _await_run(self) -> Run | None:
        """The run that goes on, once there is one; ``None`` when the suite stops."""
        while not self.leaving.is_set():
            if (run := open_run(self.journal)) is not None:
                return run
            self.leaving.wait(_LOOK_FOR_A_RUN_SECONDS)
        return None

    def _somebody_named(self, run: Run) -> PlannedVisit | None:
        """Somebody whom the scenario names and who is due, after a wait until they are; each comes once."""
        soon = time.time() + _KEEP_FREE_SECONDS
        with self._claims:
            waiting = [visit for visit in named_visits(run) if (run.folder, visit) not in self._claimed]
            first = min(waiting, key=lambda visit: visit.due, default=None)
            if first is None or first.due > soon:
                return None
            self._claimed.add((run.folder, first))
        self.leaving.wait(max(0.0, first.due - time.time()))
        return named(first.email)

    def _visit(self, browser: Browser, run: Run, visit: PlannedVisit, number: int) -> None:
        visiting = Visiting(f"browser-{number}", visit.user, visit.visitor_class, visit.name)
        person = Person(browser, random.Random(f"{self.seed}/{number}/hands"), self.leaving, self.hurry)
        outcome = "ended with its browser"
        try:
            outcome = _walk(visit, person)
            browser.note_requests()
            browser.become_somebody_else()
        finally:
            seen = browser.noted_requests()
            for request in seen:
                step = step_of(request.method, request.path)
                run.append(visiting, step, request, visit.expected.get(step, (200,)))
            lost = f", {run.dropped} requests not written down" if run.dropped else ""
            _say(f"visit {number}: {visit.name} {outcome}, {len(seen)} requests{lost}")


def _walk(visit: PlannedVisit, person: Person) -> str:
    """Makes the visit; how it went, in words. Raises ``BrowserGone``."""
    try:
        visit.walk(person, visit.user)
    except Leaving:
        return "left, since the suite stops"
    except GaveUp as error:
        return f"gave up: {error}"
    except WebDriverException as error:
        return f"gave up: {(error.msg or type(error).__name__).splitlines()[0]}"
    return "done"


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
