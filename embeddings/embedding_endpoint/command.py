"""The command line: loads the model and serves until it is told to stop."""

from __future__ import annotations

import argparse
import asyncio
import errno
import logging
import os
import re
import signal
import socket
import sys
from pathlib import Path

_log = logging.getLogger("embedding-endpoint")


def main() -> None:
    """Runs the endpoint; exits with status 1 and one line when it cannot start."""
    parser = argparse.ArgumentParser(
        prog="python embeddings", description="OpenAI's embeddings API over all-MiniLM-L6-v2 on this machine."
    )
    parser.add_argument("--host", default=os.environ.get("BIND_HOST") or "127.0.0.1", help="address to listen on")
    parser.add_argument("--port", default=None, help="default EMBEDDING_ENDPOINT_PORT, else 8084; 0 for any free one")
    parser.add_argument("--weights", type=Path, required=True, help="folder with model.onnx and tokenizer.json")
    parser.add_argument("--threads", type=int, default=1, help="threads of the model (default 1)")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s", stream=sys.stderr)
    port = options.port or os.environ.get("EMBEDDING_ENDPOINT_PORT") or "8084"
    if not re.fullmatch(r"[0-9]{1,5}", port) or int(port) > 65535:
        sys.exit(f"embedding-endpoint: EMBEDDING_ENDPOINT_PORT={port}: it must be a port from 0 to 65535")
    try:
        asyncio.run(_serve(options.host, int(port), options.weights, options.threads))
    except OSError as error:
        what = error.filename or f"{options.host}:{port}"
        sys.exit(f"embedding-endpoint: {what}: {error.strerror or error}")


def _listen(host: str, port: int) -> socket.socket:
    """A socket of our own: asyncio would keep IPv4 from one that listens on ``::``."""
    try:
        return _bound(host, port)
    except OSError as error:
        # Every address of the machine, also where the kernel runs without IPv6.
        if host != "::" or error.errno not in (errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL):
            raise
        return _bound("0.0.0.0", port)


def _bound(host: str, port: int) -> socket.socket:
    family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if family == socket.AF_INET6:
        listening.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    listening.bind((host, port))
    return listening


async def _serve(host: str, port: int, weights: Path, threads: int) -> None:
    # Loading takes most of the start.
    from aiohttp import web

    from embedding_endpoint.application import Application
    from embedding_endpoint.model import NAME, SentenceModel

    runner = web.AppRunner(Application(SentenceModel(weights, threads)).make(), access_log=None, shutdown_timeout=4)
    await runner.setup()
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await web.SockSite(runner, _listen(host, port)).start()
    _log.info("%s on http://%s:%d/v1/embeddings", NAME, host, runner.addresses[0][1])
    try:
        await stop.wait()
    finally:
        await runner.cleanup()
