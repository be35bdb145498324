"""Who may ask: the Host and Origin of a request, and the user."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Mapping
from dataclasses import dataclass

from embedded_clickhouse import agent_user
from embedded_clickhouse.errors import ClickHouseError, refused

_LOOPBACK_NAMES = frozenset(["localhost", "127.0.0.1", "[::1]"])


@dataclass(frozen=True)
class Access:
    """The rules of one server."""

    host_names: frozenset[str]
    """What a Host header may name besides loopback; without it a foreign name that resolves here could ask."""
    user: str | None = None
    password: str | None = None
    """``None`` when no password is asked."""
    agent_password: str | None = None
    """The password of the agent's user; without one that user is open where the other is, and else there is none."""

    def refuses_origin(self, headers: Mapping[str, str]) -> str | None:
        """Why a page that caused this request may not, in a sentence; ``None`` when it may."""
        host = headers.get("Host", "")
        if _host_name(host) not in _LOOPBACK_NAMES | self.host_names:
            return f"Host {host!r} is not this server: ask it as localhost, or start it with --allow-host"
        origin = headers.get("Origin")
        if origin is not None and origin.lower() not in (f"http://{host.lower()}", f"https://{host.lower()}"):
            return f"Origin {origin!r} is foreign: only this server's own pages may ask"
        return None

    def refuses_site(self, headers: Mapping[str, str]) -> str | None:
        """The same for requests that carry no Origin, such as images and links of another site."""
        if headers.get("Sec-Fetch-Site", "none").lower() not in ("none", "same-origin"):
            return "another site may not send queries here"
        return None

    def authenticate(self, query: Mapping[str, str], headers: Mapping[str, str]) -> bool:
        """Whether it is the agent's user who asks.

        Raises ``ClickHouseError`` unless the request knows the user's password, where there is one.
        """
        user, password = _credentials(query, headers) if self._asks_who() else _user(query, headers)
        if user == agent_user.NAME:
            open_to_agents = self.password is None and self.agent_password is None
            expected = self.agent_password or ""
            if not open_to_agents and not (expected and hmac.compare_digest(_bytes(password), _bytes(expected))):
                raise _authentication_failed(user)
            return True
        if self.password is None:
            return False
        same_user = hmac.compare_digest(_bytes(user), _bytes(self.user or "default"))
        same_password = hmac.compare_digest(_bytes(password), _bytes(self.password))
        if not (same_user and same_password):
            raise _authentication_failed(user)
        return False

    def _asks_who(self) -> bool:
        return self.password is not None or self.agent_password is not None


def _authentication_failed(user: str) -> ClickHouseError:
    return refused(
        516,
        "AUTHENTICATION_FAILED",
        f"{_bytes(user).decode(errors='replace')}: Authentication failed: password is incorrect,"
        " or there is no user with such name",
    )


def _host_name(host: str) -> str:
    name = host.strip().lower()
    if name.startswith("["):
        return name[: name.find("]") + 1]
    name = name.rpartition(":")[0] if ":" in name else name
    # A name that ends in a dot is the same name, written in full (RFC 1034, 3.1).
    return name.removesuffix(".")


def _bytes(text: str) -> bytes:
    """The text as it came over the wire: what is not UTF-8 in a header stands for its bytes."""
    return text.encode("utf-8", "surrogateescape")


def _credentials(query: Mapping[str, str], headers: Mapping[str, str]) -> tuple[str, str]:
    if "X-ClickHouse-User" in headers:
        return headers["X-ClickHouse-User"], headers.get("X-ClickHouse-Key", "")
    scheme, _, encoded = headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            user, _, password = base64.b64decode(encoded, validate=True).decode().partition(":")
        except ValueError:
            raise refused(
                516, "AUTHENTICATION_FAILED", "The Authorization header is not base64 of user:password"
            ) from None
        return user, password
    return query.get("user", "default"), query.get("password", "")


def _user(query: Mapping[str, str], headers: Mapping[str, str]) -> tuple[str, str]:
    """The same where no password is asked, and a header that cannot be read matters to nobody."""
    try:
        return _credentials(query, headers)
    except ClickHouseError:
        return "", ""
