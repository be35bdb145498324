"""The mechanisms of the labels in plain words, as a pattern tells them.

A pattern lies beside the telemetry, where whoever looks for a cause reads it. So it says what happened, and never the
labels' own words, which are what answers are compared by.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from launcher.configuration.locations import ROOT

_DEFINITIONS = ROOT / "Services" / "GroundTruth" / "Incidents" / "Definitions"


@dataclass(frozen=True)
class Mechanism:
    """What goes wrong, and what helps in general."""

    what: str
    remedy: str


MECHANISMS: Mapping[str, Mechanism] = {
    "bad_configuration": Mechanism(
        "a setting has a value that cannot work",
        "Set it back, and check it at the start of the process.",
    ),
    "cache_stampede": Mechanism(
        "many requests compute the same entry again at the moment it expires",
        "Let one request compute it while the others wait or get the old entry.",
    ),
    "cache_without_eviction": Mechanism(
        "a cache keeps every entry, slows down as it grows and refuses new ones when it is full",
        "Bound it and drop what was used longest ago. A restart empties it.",
    ),
    "certificate_expiry": Mechanism("a certificate is past its last day", "Renew it, and watch how long it lasts."),
    "connection_pool_exhaustion": Mechanism(
        "long statements hold every connection to the database, and the others wait in line",
        "Give the long statements connections of their own, and bound the wait.",
    ),
    "cpu_saturation": Mechanism("the processor has too much to do", "Add processors, or do less for a request."),
    "deadlock": Mechanism(
        "two pieces of work wait for what the other one holds", "Take what is shared always in the same order."
    ),
    "defective_release": Mechanism("a new release does something wrong", "Roll it back, then correct it."),
    "dependency_outage": Mechanism("what it depends on is away", "Restore that; until then answer without it."),
    "disk_full": Mechanism("there is no room left on the volume", "Make room, and bound what is written."),
    "dns_failure": Mechanism("the name of a host leads nowhere", "Correct the record or the name."),
    "lock_contention": Mechanism(
        "one long transaction holds the file, and everybody else waits for its end",
        "Let readers go on beside a writer (write-ahead logging), or write in small transactions.",
    ),
    "lost_update": Mechanism(
        "two requests read the same state and the later one overwrites what the earlier one wrote",
        "Check the version when writing, and read again when it has changed.",
    ),
    "memory_leak": Mechanism("memory is taken and never given back", "Find what is kept. A restart helps for a while."),
    "missing_idempotency_key": Mechanism(
        "a request that is sent again is carried out a second time",
        "Send a key with each, and refuse what has none. Undo what was done twice.",
    ),
    "network_loss": Mechanism("packets get lost on the way", "Mend the way; until then use another."),
    "poison_message": Mechanism(
        "one entry of a queue can never be handled, is taken up again and again, and the rest waits behind it",
        "Set aside what fails several times, and look at it apart.",
    ),
    "retry_storm": Mechanism(
        "every failed call is repeated at once, and the added load keeps the other side down",
        "Allow few repeated calls for each call, and pause in between.",
    ),
    "slow_query": Mechanism("a statement reads far more than it needs", "Give it an index, or ask for less."),
    "thread_starvation": Mechanism(
        "work that blocks holds every thread, and the rest waits for one", "Move what blocks to threads of its own."
    ),
    "unbounded_growth": Mechanism(
        "a list that only ever gets longer is read from its beginning for each request",
        "Seal and set aside its old entries, so that it stays short. A restart helps for a while.",
    ),
}
"""By the word of docs/ground-truth.md."""


def telling_words(text: str) -> Sequence[str]:
    """The labels' own words in a text, as a file or a program spells them: names of incidents and mechanisms."""
    names = [path.stem for path in sorted(_DEFINITIONS.glob("*.yaml"))]
    words = [word for word in (*names, *MECHANISMS) if "_" in word]
    return [word for word in words if re.search(word.replace("_", "[-_]?"), text, re.IGNORECASE)]
