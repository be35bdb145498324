"""faultline-mcp as a child of this process, spoken to over its standard input and output."""

from __future__ import annotations

import json
import os
import queue
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Mapping, Sequence
from typing import Any

_PROTOCOL = "2025-11-25"
_END_SECONDS = 25.0


class ServerFailed(Exception):
    """faultline-mcp could not be asked; the message says what to do."""


class Refused(Exception):
    """A tool did not do what it was asked; the message is what it said."""


class Server:
    """One process of faultline-mcp, which ends with ``close``. Calls are made one after another."""

    def __init__(self, words: Sequence[str], environment: Mapping[str, str]) -> None:
        self._complaints = tempfile.TemporaryFile()
        try:
            self._process = subprocess.Popen(
                words,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._complaints,
                env=dict(environment),
            )
        except OSError as error:
            raise ServerFailed(f"{words[0]} cannot be started: {error.strerror}") from None
        self._messages: queue.Queue[bytes] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self._count = 0
        self._request(
            "initialize",
            {
                "protocolVersion": _PROTOCOL,
                "capabilities": {},
                "clientInfo": {"name": "faultline_rca", "version": "1.0.0"},
            },
            30.0,
        )
        self._send({"jsonrpc": "2.0", "method": "notifications/initialized"})

    def call(self, tool: str, arguments: Mapping[str, Any], seconds: float = 120.0) -> tuple[str, dict[str, Any]]:
        """The text of a tool's answer, and what comes with it. Raises ``Refused`` and ``ServerFailed``."""
        result = self._request("tools/call", {"name": tool, "arguments": dict(arguments)}, seconds)
        text = "".join(part.get("text", "") for part in result["content"][:1])
        if result.get("isError"):
            raise Refused(text)
        return text, result.get("structuredContent") or {}

    def read(self, uri: str) -> str:
        """The text of a resource. Raises ``ServerFailed``."""
        contents = self._request("resources/read", {"uri": uri}, 30.0)["contents"]
        return "".join(each["text"] for each in contents)

    def close(self) -> None:
        """Ends the process."""
        if self._process.poll() is None:
            assert self._process.stdin is not None
            try:
                self._process.stdin.close()
                self._process.wait(_END_SECONDS)
            except (OSError, subprocess.TimeoutExpired):
                self._process.kill()
                self._process.wait()
        self._reader.join()
        if self._process.stdout is not None:
            self._process.stdout.close()
        self._complaints.close()

    def _request(self, method: str, parameters: Mapping[str, Any], seconds: float) -> dict[str, Any]:
        self._count += 1
        self._send({"jsonrpc": "2.0", "id": self._count, "method": method, "params": parameters})
        while True:
            try:
                line = self._messages.get(timeout=seconds)
            except queue.Empty:
                raise ServerFailed(f"faultline-mcp did not answer {method} within {seconds:g} s") from None
            if not line:
                raise ServerFailed(self._complaint())
            message = json.loads(line)
            if message.get("id") != self._count:
                continue
            if "error" in message:
                raise ServerFailed(message["error"]["message"])
            result: dict[str, Any] = message["result"]
            return result

    def _send(self, message: Mapping[str, Any]) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(message).encode() + b"\n")
            self._process.stdin.flush()
        except (OSError, ValueError):
            raise ServerFailed(self._complaint()) from None

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._messages.put(line)
        self._messages.put(b"")

    def _complaint(self) -> str:
        self._process.wait()
        self._complaints.seek(0)
        lines = self._complaints.read().decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else f"faultline-mcp ended with status {self._process.returncode}"


def program(given: str | os.PathLike[str] | None) -> str:
    """The path of faultline-mcp. Raises ``ServerFailed`` where there is none."""
    named = os.fspath(given) if given is not None else os.environ.get("FAULTLINE_MCP") or "faultline-mcp"
    found = shutil.which(named)
    if found is None:
        raise ServerFailed(
            f"{named} is not there: ./demo up builds .build/release/faultline-mcp in the checkout; name it by"
            " program=... or FAULTLINE_MCP"
        )
    return found
