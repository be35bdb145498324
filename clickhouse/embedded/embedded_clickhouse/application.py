"""The addresses of the server."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web

from embedded_clickhouse.access import Access
from embedded_clickhouse.clickstack.pages import ClickStackPages
from embedded_clickhouse.query_endpoint import QueryEndpoint

_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def make_application(queries: QueryEndpoint, pages: ClickStackPages, access: Access) -> web.Application:
    """The whole HTTP interface: statements, health and the UI."""

    @web.middleware
    async def guard(request: web.Request, handler: _Handler) -> web.StreamResponse:
        if (why := access.refuses_origin(request.headers)) is not None:
            return web.Response(status=403, text=why + "\n")
        return await handler(request)

    application = web.Application(middlewares=[guard])
    application.router.add_get("/ping", _ok)
    application.router.add_get("/replicas_status", _ok)
    application.router.add_get("/", queries.handle)
    application.router.add_post("/", queries.handle)
    pages.add_routes(application)
    application.router.add_route("*", "/{path:.*}", _unknown)
    return application


async def _ok(request: web.Request) -> web.Response:
    return web.Response(text="Ok.\n")


async def _unknown(request: web.Request) -> web.Response:
    if request.method not in ("GET", "HEAD", "POST"):
        return web.Response(status=501, text=f"{request.method} is not supported: use GET or POST\n")
    return web.Response(
        status=404,
        text=f"There is no handle {request.path}\n\nUse / or /ping for health checks,"
        " POST / for queries and /clickstack for the web interface.\n",
    )
