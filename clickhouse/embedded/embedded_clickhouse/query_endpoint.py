"""``/``: a statement in, its result out, as ClickHouse's HTTP interface defines it."""

from __future__ import annotations

import asyncio
import json
import logging
import uuid
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from typing import Any, TypeVar

from aiohttp import ClientPayloadError, web

from embedded_clickhouse import agent_user
from embedded_clickhouse.access import Access
from embedded_clickhouse.content_coding import chosen_coding, decoder, encode
from embedded_clickhouse.engine import Engine, QueryContext
from embedded_clickhouse.errors import ClickHouseError, refused
from embedded_clickhouse.execution import Answer, Rest, Statement, Summary, execute
from embedded_clickhouse.form import Form, is_form, read_form
from embedded_clickhouse.output_formats import content_type
from embedded_clickhouse.statement import is_insert

_log = logging.getLogger("embedded-clickhouse")
_T = TypeVar("_T")

# Parameters of the HTTP interface itself; param_* are query parameters and everything else is a setting.
_OWN_PARAMETERS = frozenset(
    ["query", "database", "default_format", "query_id", "user", "password", "quota_key", "role", "stacktrace"]
    + ["session_id", "session_timeout", "session_check", "close_session", "compress", "decompress", "buffer_size"]
    + ["wait_end_of_query", "client_protocol_version", "enable_http_compression", "http_zlib_compression_level"]
    + [
        "send_progress_in_http_headers",
        "http_headers_progress_interval_ms",
        "http_response_headers",
        "add_http_cors_header",
    ]
    + ["cancel_http_readonly_queries_on_client_close"]
)
_READ_AHEAD_BYTES = 1024 * 1024
_READERS = 32
_WRITERS = 32
_WAITING_AT_MOST = 512
_BODY_IDLE_SECONDS = 60


class QueryEndpoint:
    """Takes statements from HTTP to the engine's threads.

    Reading and writing statements have threads of their own: an insert never waits for a dashboard.
    """

    def __init__(self, engine: Engine, access: Access, display_name: str) -> None:
        self._engine = engine
        self._access = access
        self._readers = ThreadPoolExecutor(_READERS, "read")
        self._writers = ThreadPoolExecutor(_WRITERS, "write")
        self._cancels = ThreadPoolExecutor(2, "cancel")
        self._inside = 0
        self._agents_inside = 0
        self._headers = {
            "X-ClickHouse-Server-Display-Name": display_name,
            "X-ClickHouse-Timezone": engine.timezone,
        }

    def close(self) -> None:
        """Stops what still runs and waits for its end."""
        self._engine.cancel_all()
        for pool in (self._readers, self._writers, self._cancels):
            pool.shutdown(wait=True, cancel_futures=True)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answers one request."""
        query_id = request.query.get("query_id") or request.headers.get("X-ClickHouse-Query-Id") or str(uuid.uuid4())
        headers = {**self._headers, "X-ClickHouse-Query-Id": query_id}
        if (why := self._access.refuses_site(request.headers)) is not None:
            return web.Response(status=403, text=why + "\n")
        try:
            agent = self._access.authenticate(request.query, request.headers)
            if request.method in ("GET", "HEAD") and "query" not in request.query:
                return web.Response(text="Ok.\n", headers=headers)
            if not agent:
                return await self._query(request, query_id, headers, agent=False)
            if self._agents_inside >= agent_user.QUERIES_AT_ONCE:
                raise refused(
                    202,
                    "TOO_MANY_SIMULTANEOUS_QUERIES",
                    f"{agent_user.NAME} has {self._agents_inside} queries running: wait for one to end",
                )
            self._agents_inside += 1
            try:
                return await self._query(request, query_id, headers, agent=True)
            finally:
                self._agents_inside -= 1
        except ClickHouseError as error:
            return _error_response(error, headers)

    async def _query(
        self, request: web.Request, query_id: str, headers: dict[str, str], *, agent: bool
    ) -> web.StreamResponse:
        if self._inside >= _WAITING_AT_MOST:
            raise refused(
                202, "TOO_MANY_SIMULTANEOUS_QUERIES", f"{self._inside} queries are running or waiting: try later"
            )
        self._inside += 1
        try:
            form = await read_form(request) if is_form(request) else Form()
            body = _Body(request)
            head = await body.read_ahead()
            parameters = {**request.query, **form.fields}
            if agent:
                # It has no sessions of its own, and others' are not its to end.
                parameters.pop("close_session", None)
            statement = _statement(request, parameters, query_id, body, form, agent=agent)
            coded = bool(request.headers.get("Content-Encoding")) and not statement.text
            writes = coded or is_insert(statement.text or head)
            pool = self._writers if writes else self._readers
            answer = await self._run(pool, lambda: execute(self._engine, statement), None if writes else query_id)
            headers["X-ClickHouse-Format"] = answer.format
            headers["Content-Type"] = content_type(answer.format)
            return await self._send(request, parameters, query_id, headers, answer)
        finally:
            self._inside -= 1

    async def _run(self, pool: ThreadPoolExecutor, work: Callable[[], _T], cancelled_by: str | None) -> _T:
        """The result of blocking work. When the client is gone, the query of that id is stopped."""
        future = asyncio.get_running_loop().run_in_executor(pool, work)
        try:
            return await asyncio.shield(future)
        except asyncio.CancelledError:
            future.cancel()
            if cancelled_by is not None:
                _log.info("query %s: its client is gone, it is stopped", cancelled_by)
                self._cancels.submit(self._engine.cancel, cancelled_by)
            future.add_done_callback(_drop)
            raise

    async def _send(
        self,
        request: web.Request,
        parameters: Mapping[str, str],
        query_id: str,
        headers: dict[str, str],
        answer: Answer,
    ) -> web.StreamResponse:
        headers["X-ClickHouse-Summary"] = _summary_text(answer.summary)
        if answer.rest is None:
            content = answer.content
            coding = None
            if parameters.get("enable_http_compression") == "1" and content:
                coding = chosen_coding(request.headers.get("Accept-Encoding", ""))
            if coding is not None:
                content = await self._run(self._readers, lambda: encode(content, coding), None)
                headers["Content-Encoding"] = coding
            if parameters.get("close_session") == "1" and (session := parameters.get("session_id")):
                await self._run(self._readers, lambda: self._engine.end_session(session), None)
            return web.Response(body=content, headers=headers)
        return await self._stream(request, query_id, headers, answer.content, answer.rest)

    async def _stream(
        self,
        request: web.Request,
        query_id: str,
        headers: dict[str, str],
        block: bytes,
        rest: Rest,
    ) -> web.StreamResponse:
        response = web.StreamResponse(headers=headers)
        try:
            await response.prepare(request)
            while block:
                await response.write(block)
                block = await self._run(self._readers, rest.next_block, query_id)
            await response.write_eof()
        except ClickHouseError as error:
            # The status is sent already: the message goes into the body, which then stops short of its end.
            await response.write(f"\n__exception__\n{error.message}\n".encode())
            if request.transport is not None:
                request.transport.close()
        finally:
            self._readers.submit(rest.close)
        return response


class _Body:
    """A request body that worker threads read while the event loop receives it."""

    def __init__(self, request: web.Request) -> None:
        self._request = request
        self._loop = asyncio.get_running_loop()
        self._head = bytearray()
        self._ended = not request.can_read_body

    async def read_ahead(self) -> bytes:
        """The beginning of the body: nearly always all of it, and then no thread waits for the network."""
        while not self._ended and len(self._head) < _READ_AHEAD_BYTES:
            self._head += await self._receive()
        return bytes(self._head)

    def pieces(self) -> Iterator[bytes]:
        """All of the body; called on a worker thread. Raises ``ClickHouseError`` when the client goes or stalls."""
        if self._head:
            yield bytes(self._head)
        while not self._ended:
            yield asyncio.run_coroutine_threadsafe(self._receive(), self._loop).result()

    async def _receive(self) -> bytes:
        try:
            piece = await asyncio.wait_for(self._request.content.readany(), _BODY_IDLE_SECONDS)
        except asyncio.TimeoutError:
            raise refused(209, "SOCKET_TIMEOUT", f"No more of the body came for {_BODY_IDLE_SECONDS} s") from None
        except (ClientPayloadError, web.RequestPayloadError, ConnectionError, OSError) as error:
            raise refused(210, "NETWORK_ERROR", f"The body ended early: {error}") from None
        self._ended = not piece
        return piece


def _statement(
    request: web.Request, query: Mapping[str, str], query_id: str, body: _Body, form: Form, *, agent: bool
) -> Statement:
    for name in ("compress", "decompress"):
        if query.get(name) == "1":
            raise refused(48, "NOT_IMPLEMENTED", f"{name}=1 is not supported: use HTTP content codings")
    no_settings = _OWN_PARAMETERS | form.table_parameters
    settings = {n: v for n, v in query.items() if n not in no_settings and not n.startswith("param_")}
    context = QueryContext(
        query_id=query_id,
        database=query.get("database") or request.headers.get("X-ClickHouse-Database"),
        settings=settings,
        read_only=request.method != "POST",
        session_id=query.get("session_id") or None,
        session_seconds=_session_seconds(query.get("session_timeout", "60")),
        session_must_exist=query.get("session_check") == "1",
        agent=agent,
    )
    return Statement(
        text=query.get("query", "").encode(),
        pieces=body.pieces(),
        decoder=decoder(request.headers.get("Content-Encoding", "")),
        default_format=query.get("default_format") or request.headers.get("X-ClickHouse-Format") or "TabSeparated",
        parameters={n.removeprefix("param_"): v for n, v in query.items() if n.startswith("param_")},
        context=context,
        # Temporary tables of a session must go before its next statement.
        whole=query.get("wait_end_of_query") == "1" or request.method == "HEAD" or bool(form.tables),
        external_tables=form.tables,
    )


def _session_seconds(text: str) -> float:
    if not text.isdigit() or int(text) > 3600:
        raise refused(374, "INVALID_SESSION_TIMEOUT", f"Invalid session timeout: {text!r}: seconds, at most 3600")
    return float(text)


def _summary_text(summary: Summary) -> str:
    return json.dumps({name: str(value) for name, value in asdict(summary).items()}, separators=(",", ":"))


def _error_response(error: ClickHouseError, headers: Mapping[str, str]) -> web.Response:
    return web.Response(
        status=error.http_status,
        text=error.message + "\n",
        headers={**headers, "X-ClickHouse-Exception-Code": str(error.code)},
    )


def _drop(future: asyncio.Future[Any]) -> None:
    """Ends a query whose client has gone, and consumes its error."""
    if future.cancelled() or future.exception() is not None:
        return
    answer = future.result()
    if isinstance(answer, Answer) and answer.rest is not None:
        asyncio.get_running_loop().run_in_executor(None, answer.rest.close)
