"""Serves the extracted UI under ``/clickstack``."""

from __future__ import annotations

import asyncio
import logging
import re
import sys
from pathlib import Path

from aiohttp import web

from embedded_clickhouse.clickstack.extraction import is_extracted
from embedded_clickhouse.clickstack.provisioning import Provisioning

_log = logging.getLogger("embedded-clickhouse")
_ENVIRONMENT = "__ENV.js"
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}


class ClickStackPages:
    """The UI's files by address. They are extracted once, beside the server, when the folder lacks them."""

    def __init__(self, folder: Path, provisioning: Provisioning) -> None:
        self._folder = folder
        self._provisioning = provisioning
        self._files: dict[str, Path] = {}
        self._patterns: list[tuple[re.Pattern[str], Path]] = []
        self._problem: str | None = None
        self._ready: asyncio.Task[None] | None = None

    def add_routes(self, application: web.Application) -> None:
        """The addresses of the UI; its pages load their settings and icons from the server's root."""
        application.router.add_get("/clickstack", self._start)
        application.router.add_get("/clickstack/", self._start)
        application.router.add_get("/clickstack/{path:.+}", self._page)
        application.router.add_get("/{path:favicons/.*}", self._page)
        application.router.add_get(f"/{_ENVIRONMENT}", self._environment)

    def prepare(self) -> None:
        """Begins the extraction where it is needed; pages asked for before its end wait for it."""
        self._ready = asyncio.get_running_loop().create_task(self._prepare())

    async def close(self) -> None:
        """Ends an extraction that still runs."""
        if self._ready is not None:
            self._ready.cancel()
            await asyncio.gather(self._ready, return_exceptions=True)

    async def _prepare(self) -> None:
        if not is_extracted(self._folder):
            await self._extract()
        for file in self._folder.rglob("*"):
            if not file.is_file():
                continue
            address = file.relative_to(self._folder).as_posix()
            self._files[address] = file
            if address.endswith(".html") and "[" in address:
                pattern = re.sub(r"\\\[.*?\\\]", "[^/]+", re.escape(address.removesuffix(".html")))
                self._patterns.append((re.compile(pattern), file))

    async def _extract(self) -> None:
        # In a process of its own: searching half a gigabyte would hold up every other request here.
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "embedded_clickhouse.clickstack.extraction",
            str(self._folder),
            cwd=Path(__file__).parents[2],
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            said, complained = await process.communicate()
        except asyncio.CancelledError:
            process.kill()
            await process.wait()
            raise
        if process.returncode != 0:
            lines = complained.decode(errors="replace").strip().splitlines()
            self._problem = lines[-1] if lines else f"the extraction ended with status {process.returncode}"
            _log.warning("ClickStack UI: %s", self._problem)
        else:
            _log.info("ClickStack UI: %s", said.decode(errors="replace").strip())

    async def _environment(self, request: web.Request) -> web.StreamResponse:
        assert self._ready is not None
        await asyncio.shield(self._ready)
        file = self._files.get(_ENVIRONMENT)
        original = "" if file is None else file.read_text()
        return web.Response(
            text=self._provisioning.environment(original, request.host),
            content_type="text/javascript",
            headers={"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"},
        )

    async def _start(self, request: web.Request) -> web.StreamResponse:
        raise web.HTTPFound("/clickstack/search")

    async def _page(self, request: web.Request) -> web.StreamResponse:
        if (source := self._source_for(request)) is not None:
            raise web.HTTPFound(request.rel_url.update_query(source=source))
        return await self._answer(request.match_info["path"].rstrip("/"))

    def _source_for(self, request: web.Request) -> str | None:
        """The source to add to an address: opened directly, some pages of this version choose none by themselves."""
        path = request.path.rstrip("/")
        if "source" in request.query:
            return None
        if path == "/clickstack/search":
            return self._provisioning.source_of_kind("log")
        if path.startswith("/clickstack/trace/"):
            return self._provisioning.source_of_kind("trace")
        return None

    async def _answer(self, address: str) -> web.StreamResponse:
        assert self._ready is not None
        await asyncio.shield(self._ready)
        file = self._file(address)
        if file is not None:
            return _file_response(file, 200)
        if not self._files:
            return web.Response(status=404, text=f"There is no ClickStack UI here: {self._problem}\n")
        return _file_response(self._files["404.html"], 404)

    def _file(self, address: str) -> Path | None:
        found = self._files.get(address) or self._files.get(address + ".html")
        if found is not None:
            return found
        return next((file for pattern, file in self._patterns if pattern.fullmatch(address)), None)


def _file_response(file: Path, status: int) -> web.FileResponse:
    # What Next.js names by its content never changes; everything else is asked for again.
    unchanging = "_next/static" in file.as_posix()
    return web.FileResponse(
        file,
        status=status,
        headers={
            "Content-Type": _TYPES.get(file.suffix, "application/octet-stream"),
            "Cache-Control": "public, max-age=31536000, immutable" if unchanging else "no-cache",
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
        },
    )
