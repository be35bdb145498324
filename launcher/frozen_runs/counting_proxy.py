"""Between somebody who asks and ClickHouse: passes everything on, and counts questions and the bytes of answers."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

_SECONDS = 120.0
_CONNECTION_FIELDS = frozenset(["connection", "keep-alive", "transfer-encoding", "content-length", "host"])


class CountingProxy:
    """What went through."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.queries = 0
        self.answer_bytes = 0
        self._lock = threading.Lock()

    def add(self, answer_bytes: int) -> None:
        """Counts one question."""
        with self._lock:
            self.queries += 1
            self.answer_bytes += answer_bytes


@contextmanager
def counting_proxy(behind: int) -> Iterator[CountingProxy]:
    """Listens on a port that the system gives, for as long as the block runs."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            fields = {name: value for name, value in self.headers.items() if name.lower() not in _CONNECTION_FIELDS}
            connection = http.client.HTTPConnection("127.0.0.1", behind, timeout=_SECONDS)
            try:
                connection.request("POST", self.path, body=content, headers=fields)
                response = connection.getresponse()
                answer = response.read()
                self.send_response(response.status)
                for name, value in response.getheaders():
                    if name.lower() not in _CONNECTION_FIELDS:
                        self.send_header(name, value)
            except (OSError, http.client.HTTPException) as error:
                answer = f"nothing answers behind the proxy: {error}\n".encode()
                self.send_response(502)
            finally:
                connection.close()
            # Before the answer goes: who has it may ask what went through.
            proxy.add(len(answer))
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    proxy = CountingProxy(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
