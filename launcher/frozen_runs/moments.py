"""Instants to the nanosecond where they are only moved, and to the microsecond where they are compared."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

_INSTANT = re.compile(r"(\d{4}-\d\d-\d\d)([T ])(\d\d:\d\d:\d\d)(?=\.\d{1,9}(?:Z|')|Z)")


def read_moment(text: str) -> datetime:
    """An instant of RFC 3339 in UTC. Raises ``ValueError``."""
    whole, _, fraction = text.rstrip("Z").partition(".")
    seconds = datetime.strptime(whole, "%Y-%m-%dT%H:%M:%S").replace(tzinfo=timezone.utc)
    return seconds.replace(microsecond=int((fraction + "000000")[:6]))


def sql_moment(moment: datetime) -> str:
    """As a value in ClickHouse's SQL."""
    return f"toDateTime64('{moment.astimezone(timezone.utc):%Y-%m-%d %H:%M:%S.%f}', 9, 'UTC')"


def moved(text: str, seconds: int) -> str:
    """The text with every instant in it so many seconds later: those of RFC 3339, and those of ClickHouse's SQL."""

    def later(found: re.Match[str]) -> str:
        date, between, clock = found.groups()
        moment = datetime.strptime(f"{date} {clock}", "%Y-%m-%d %H:%M:%S") + timedelta(seconds=seconds)
        return f"{moment:%Y-%m-%d}{between}{moment:%H:%M:%S}"

    return _INSTANT.sub(later, text) if seconds else text
