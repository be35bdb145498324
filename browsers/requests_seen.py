"""The requests that a page makes, as the browser tells of them (Chrome DevTools Protocol, domain Network)."""

from __future__ import annotations

import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_HELD = 512
"""How many requests may be under way at once; a page has a handful."""
# What no visitor asks for: the page's own telemetry, and how the services are.
_NOT_A_VISITORS = ("/telemetry/", "/ready", "/health")


@dataclass(frozen=True)
class SeenRequest:
    """One request of a page to the shop, and what became of it."""

    method: str
    path: str
    """With its query."""
    started: int
    """Nanoseconds since 1970."""
    duration: int
    """To the end of the answer, in nanoseconds."""
    status: int | None
    """``None`` without an answer."""
    trace: str | None
    """That the answer named in its ``traceresponse`` field."""
    problem: str | None
    """Why there was no answer."""


@dataclass
class _UnderWay:
    method: str
    path: str
    wall: float
    clock: float
    status: int | None = None
    trace: str | None = None


class RequestsSeen:
    """Puts the browser's events about requests together."""

    def __init__(self, origin: str) -> None:
        self._origin = origin
        self._under_way: dict[str, _UnderWay] = {}
        self._done: list[SeenRequest] = []

    def take(self, event: Mapping[str, Any]) -> None:
        """Takes one event over."""
        told = event["params"]
        name = event["method"]
        if name == "Network.requestWillBeSent":
            self._begin(told)
            return
        request = self._under_way.get(told.get("requestId", ""))
        if request is None:
            return
        if name == "Network.responseReceived":
            response = told["response"]
            request.status = int(response["status"])
            request.trace = _trace({key.lower(): value for key, value in response["headers"].items()})
        elif name == "Network.loadingFinished":
            self._end(told["requestId"], told["timestamp"], None)
        elif name == "Network.loadingFailed":
            self._end(told["requestId"], told["timestamp"], told.get("errorText") or "failed")

    def taken(self) -> list[SeenRequest]:
        """Those that are over, in the order of their ends; each is given once."""
        done, self._done = self._done, []
        return done

    def _begin(self, told: Mapping[str, Any]) -> None:
        parts = urllib.parse.urlsplit(told["request"]["url"])
        ours = f"{parts.scheme}://{parts.netloc}" == self._origin and not parts.path.startswith(_NOT_A_VISITORS)
        if told.get("type") not in ("Fetch", "XHR") or not ours or len(self._under_way) >= _HELD:
            return
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        self._under_way[told["requestId"]] = _UnderWay(
            told["request"]["method"], path, told["wallTime"], told["timestamp"]
        )

    def _end(self, key: str, clock: float, problem: str | None) -> None:
        request = self._under_way.pop(key)
        self._done.append(
            SeenRequest(
                method=request.method,
                path=request.path,
                started=int(request.wall * 1e9),
                duration=max(0, int((clock - request.clock) * 1e9)),
                status=request.status,
                trace=request.trace,
                problem=problem if request.status is None else None,
            )
        )


def _trace(headers: Mapping[str, str]) -> str | None:
    """The trace id of W3C Trace Context Level 2, section 4."""
    parts = headers.get("traceresponse", "").split("-")
    return parts[1] if len(parts) >= 4 and len(parts[1]) == 32 else None
