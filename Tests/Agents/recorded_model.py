"""An endpoint of language models on this machine that says what was recorded, and keeps what it was asked."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class RecordedModel:
    """Answers one after another; the last is repeated for whoever goes on."""

    def __init__(self, answers: Sequence[dict[str, Any]]) -> None:
        self.answers = answers
        self.requests: list[dict[str, Any]] = []
        """Path, header fields in small letters, and body of each request."""
        self.port = 0


@contextmanager
def recorded_model(answers: Sequence[dict[str, Any]]) -> Iterator[RecordedModel]:
    """An endpoint that ends with the block."""
    model = RecordedModel(answers)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            recorded = model.answers[min(len(model.requests), len(model.answers) - 1)]
            fields = {name.lower(): value for name, value in self.headers.items()}
            model.requests.append({"path": self.path, "fields": fields, "body": body})
            said = json.dumps(recorded["answer"]).encode()
            self.send_response(recorded["status"])
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(said)))
            if recorded["status"] != 200:
                self.send_header("Retry-After", "0")
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    model.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield model
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
