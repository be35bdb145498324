"""A server in front of a running shop that keeps what browsers send of themselves, instead of passing it on."""

from __future__ import annotations

import gzip
import http.client
import json
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

_NOT_PASSED_ON = {"connection", "transfer-encoding", "content-length", "host"}


@dataclass(frozen=True)
class Batch:
    """A request of a browser's."""

    path: str
    compressed: bool
    bytes: int
    document: dict[str, Any]


class RecordingIntake:
    """The shop, but for its intake of telemetry and the files that are given here."""

    def __init__(self, shop: str, files: Mapping[str, tuple[str, str]] | None = None) -> None:
        self._shop = urlsplit(shop)
        self._files = files or {}
        self.batches: list[Batch] = []
        self.statuses: Iterator[int] = iter(())
        """How the next batches are answered; 202 when there are no more."""
        intake = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_any(self) -> None:
                intake._answer(self)

            do_GET = do_POST = do_PATCH = do_DELETE = do_OPTIONS = handle_any

            def log_message(self, format: str, *arguments: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.origin = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> RecordingIntake:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def spans(self) -> list[dict[str, Any]]:
        """All spans so far, each with its scope, and with its attributes and its resource's as dictionaries."""
        return [
            {
                **span,
                "scope": scope["scope"]["name"],
                "attributes": _plain(span["attributes"]),
                "resource": _plain(resource["resource"]["attributes"]),
            }
            for batch in list(self.batches)
            for resource in batch.document.get("resourceSpans", [])
            for scope in resource["scopeSpans"]
            for span in scope["spans"]
        ]

    def replay(self) -> list[dict[str, Any]]:
        """All events of replay so far, none of which is in pieces."""
        return [
            json.loads(record["body"]["stringValue"])
            for batch in list(self.batches)
            for resource in batch.document.get("resourceLogs", [])
            for scope in resource["scopeLogs"]
            for record in scope["logRecords"]
        ]

    def resource(self) -> dict[str, Any]:
        """What the first spans come from."""
        first = next(batch for batch in self.batches if "resourceSpans" in batch.document)
        return _plain(first.document["resourceSpans"][0]["resource"]["attributes"])

    def _answer(self, request: BaseHTTPRequestHandler) -> None:
        body = request.rfile.read(int(request.headers.get("content-length") or 0))
        path = request.path.partition("?")[0]
        if request.command == "POST" and path.endswith(("/v1/traces", "/v1/logs")):
            status = next(self.statuses, 202)
            if status < 300:
                compressed = request.headers.get("content-encoding") == "gzip"
                text = gzip.decompress(body) if compressed else body
                # HyperDX's SDK sends replay in protobuf.
                document = json.loads(text) if text.startswith(b"{") else {}
                self.batches.append(Batch(path, compressed, len(body), document))
            _send(request, status, {}, b"")
        elif path in self._files:
            kind, text = self._files[path]
            _send(request, 200, {"content-type": kind}, text.encode())
        else:
            self._pass_on(request, body)

    def _pass_on(self, request: BaseHTTPRequestHandler, body: bytes) -> None:
        connection = http.client.HTTPConnection(self._shop.hostname or "", self._shop.port, timeout=60)
        headers = {name: value for name, value in request.headers.items() if name.lower() not in _NOT_PASSED_ON}
        connection.request(request.command, request.path, body, headers)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        kept = {name: value for name, value in answer.getheaders() if name.lower() not in _NOT_PASSED_ON}
        _send(request, answer.status, kept, content)


def _send(request: BaseHTTPRequestHandler, status: int, headers: Mapping[str, str], content: bytes) -> None:
    request.send_response(status)
    for name, value in headers.items():
        request.send_header(name, value)
    request.send_header("content-length", str(len(content)))
    request.end_headers()
    if request.command != "HEAD":
        request.wfile.write(content)


def _plain(attributes: list[dict[str, Any]]) -> dict[str, Any]:
    return {each["key"]: next(iter(each["value"].values()), None) for each in attributes}
