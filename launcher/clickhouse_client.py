"""The suite's ClickHouse, asked over its HTTP interface."""

from __future__ import annotations

import base64
import contextlib
import http.client
import os
import urllib.parse
from collections.abc import Iterator, Mapping

from launcher.configuration.settings import Settings
from launcher.errors import UserError

_ANSWER_SECONDS = 600.0


class ClickHouseAnswer:
    """The body of an answer, read piece by piece."""

    def __init__(self, response: http.client.HTTPResponse, port: int) -> None:
        self._response = response
        self._port = port

    def chunks(self) -> Iterator[bytes]:
        """The body as it arrives."""
        while chunk := self._read():
            yield chunk

    def content(self) -> bytes:
        """The whole body."""
        return b"".join(self.chunks())

    def text(self) -> str:
        """The whole body as text."""
        return self.content().decode()

    def _read(self) -> bytes:
        try:
            return self._response.read(65536)
        except (OSError, http.client.HTTPException) as error:
            raise _no_answer(self._port, error) from None


@contextlib.contextmanager
def clickhouse_answer(
    settings: Settings,
    query: str,
    output_format: str,
    parameters: Mapping[str, str] | None = None,
    *,
    rows: bytes | None = None,
    seconds: float = _ANSWER_SECONDS,
) -> Iterator[ClickHouseAnswer]:
    """The answer to a query, to be read inside the block.

    ``parameters`` fill ``{name:Type}`` in the query; ``rows`` follow an INSERT, in the format that it names. Raises
    ``UserError`` with the engine's own message.
    """
    address = {
        "database": settings.database,
        "default_format": output_format,
        **{f"param_{name}": value for name, value in (parameters or {}).items()},
        **({} if rows is None else {"query": query}),
    }
    body = query.encode() if rows is None else rows
    port = settings.ports["CLICKHOUSE_HTTP_PORT"]
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=seconds)
    try:
        try:
            connection.request("POST", "/?" + urllib.parse.urlencode(address), body=body, headers=_credentials())
            response = connection.getresponse()
        except (OSError, http.client.HTTPException) as error:
            raise _no_answer(port, error) from None
        answer = ClickHouseAnswer(response, port)
        if response.status != 200:
            raise UserError(answer.text().strip())
        yield answer
    finally:
        connection.close()


def _credentials() -> dict[str, str]:
    """What the embedded ClickHouse asks for when it was started with a password."""
    password = os.environ.get("CH_PASSWORD")
    if not password:
        return {}
    # Not ClickHouse's own header fields: a password may have letters that a field cannot hold.
    known = f"{os.environ.get('CH_USER') or 'default'}:{password}"
    return {"Authorization": "Basic " + base64.b64encode(known.encode()).decode()}


def _no_answer(port: int, error: Exception) -> UserError:
    reason = "nothing answers" if isinstance(error, ConnectionRefusedError) else f"no answer ({error})"
    return UserError(f"ClickHouse: {reason} on 127.0.0.1:{port}: ./demo up starts it, ./demo status looks")
