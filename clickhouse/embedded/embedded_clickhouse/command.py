"""The command line: opens the data, applies the schemas, serves until it is told to stop."""

from __future__ import annotations

import argparse
import asyncio
import atexit
import contextlib
import errno
import fcntl
import logging
import os
import re
import shutil
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_REPOSITORY = Path(__file__).resolve().parents[3]
_DATABASE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")
_SHUTDOWN_SECONDS = 4
# The parameters of the schemas, and the variables that they come from.
_RETENTION = {
    "replay_days": "REPLAY_RETENTION_DAYS",
    "session_days": "SESSION_RETENTION_DAYS",
    "rollup_days": "ROLLUP_RETENTION_DAYS",
}
# What the schemas, the engine's own files and a merge of small tables take.
_ROOM_BYTES = 16_000_000
_log = logging.getLogger("embedded-clickhouse")


class StartError(Exception):
    """Why the server cannot start, in one line that says what to do."""


def main() -> None:
    """Runs the server; exits with status 1 and one line when it cannot start."""
    options = _options()
    # Days and hours are those of UTC wherever the machine is: the folder may be opened elsewhere tomorrow.
    os.environ["TZ"] = "UTC"
    time.tzset()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s", stream=sys.stderr)
    try:
        asyncio.run(_serve(options))
    except StartError as error:
        sys.exit(f"embedded-clickhouse: {error}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python clickhouse/embedded",
        description="ClickHouse's HTTP interface and the ClickStack UI on the embedded chDB engine.",
    )
    parser.add_argument(
        "--host", default="127.0.0.1", help="address to listen on (default 127.0.0.1: this machine only)"
    )
    parser.add_argument(
        "--port", type=int, default=None, help="default CLICKHOUSE_HTTP_PORT, else 8123; 0 for any free one"
    )
    parser.add_argument("--data", type=_path, required=True, help="folder of the data; made when missing")
    parser.add_argument(
        "--schemas",
        type=_path,
        default=_REPOSITORY / "clickhouse" / "schemas",
        help="folder of *.sql that are run at start in the database CH_DATABASE (default o11y)",
    )
    parser.add_argument(
        "--sources",
        type=_path,
        default=_REPOSITORY / "hyperdx" / "sources.json",
        help="the sources that the ClickStack UI finds set up",
    )
    parser.add_argument("--ui", type=_path, default=None, help="folder of the ClickStack UI (default: DATA/clickstack)")
    parser.add_argument(
        "--allow-host",
        action="append",
        default=[name for name in os.environ.get("CLICKHOUSE_ALLOWED_HOSTS", "").split(",") if name],
        metavar="NAME",
        help="host name that requests may use besides localhost; repeatable, or CLICKHOUSE_ALLOWED_HOSTS=a,b",
    )
    parser.add_argument(
        "--allow-sources",
        action="store_true",
        default=os.environ.get("CLICKHOUSE_ALLOW_SOURCES", "").lower() in ("1", "true"),
        help="let statements use files, addresses and programs: file(), url(), s3(), executable(), ... with the rights"
        " of the user who runs this; or CLICKHOUSE_ALLOW_SOURCES=true",
    )
    return parser.parse_args()


def _path(text: str) -> Path:
    return Path(text).absolute()


async def _serve(options: argparse.Namespace) -> None:
    port = _port(options.port)
    database = os.environ.get("CH_DATABASE") or "o11y"
    if not _DATABASE_NAME.fullmatch(database):
        raise StartError(f"CH_DATABASE={database}: it must be letters, digits and _, not starting with a digit")
    if os.environ.get("CH_USER") == "agent":
        raise StartError("CH_USER=agent: that is the user who may only read: choose another name, or default")
    retention = {parameter: _days(variable) for parameter, variable in _RETENTION.items()}
    sources = _sources(options.sources, database)
    listening = _listen(options.host, port)
    # The engine and the HTTP server take most of the start: what can be refused is refused before.
    from aiohttp import web

    # Before the engine is loaded, which starts threads.
    temporary = _temporary_folder()
    if not options.allow_sources:
        _confine(options, temporary)
    from embedded_clickhouse.access import Access
    from embedded_clickhouse.application import make_application
    from embedded_clickhouse.clickstack.pages import ClickStackPages
    from embedded_clickhouse.clickstack.provisioning import Provisioning
    from embedded_clickhouse.query_endpoint import QueryEndpoint

    engine = _open(options, database, {name: days for name, days in retention.items() if days})
    # The open folder has taken the place of what the library began with.
    shutil.rmtree(temporary, ignore_errors=True)
    access = Access(
        host_names=frozenset(name.lower() for name in [*options.allow_host, _as_host(options.host)]),
        user=os.environ.get("CH_USER") or None,
        password=os.environ.get("CH_PASSWORD") or None,
        agent_password=os.environ.get("CH_AGENT_PASSWORD") or None,
    )
    queries = QueryEndpoint(engine, access, socket.gethostname())
    provisioning = Provisioning(sources, connects=access.password is None)
    pages = ClickStackPages(options.ui or options.data / "clickstack", provisioning)
    runner = web.AppRunner(
        make_application(queries, pages, access),
        access_log=None,
        auto_decompress=False,
        handler_cancellation=True,
        shutdown_timeout=_SHUTDOWN_SECONDS,
    )
    await runner.setup()
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    pages.prepare()
    await web.SockSite(runner, listening, backlog=1024).start()
    host, bound = listening.getsockname()[:2]
    _log.info(
        "ClickHouse %s on http://%s:%d, database %s, data in %s", engine.version, host, bound, database, options.data
    )
    try:
        await stop.wait()
    finally:
        await pages.close()
        await runner.cleanup()
        queries.close()
        engine.close()


def _port(given: int | None) -> int:
    text = str(given) if given is not None else os.environ.get("CLICKHOUSE_HTTP_PORT") or "8123"
    if not re.fullmatch(r"[0-9]{1,5}", text) or int(text) > 65535:
        name = "--port" if given is not None else "CLICKHOUSE_HTTP_PORT"
        raise StartError(f"{name}={text}: it must be a port, a whole number from 0 to 65535 (default 8123)")
    return int(text)


def _days(variable: str) -> str:
    """How long rows are kept, by the environment; empty when it does not say."""
    text = os.environ.get(variable) or ""
    if text and not re.fullmatch(r"[1-9][0-9]{0,3}", text):
        raise StartError(f"{variable}={text}: it must be a whole number of days from 1 to 9999")
    return text


def _listen(host: str, port: int) -> socket.socket:
    try:
        try:
            return _bound(host, port)
        except OSError as error:
            # Every address of the machine, also where the kernel runs without IPv6.
            if host != "::" or error.errno not in (errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL):
                raise
            return _bound("0.0.0.0", port)
    except OSError as error:
        reason = error.strerror or str(error)
        raise StartError(
            f"cannot listen on {host}:{port}: {reason}: free the port or choose another by --port"
        ) from None


def _bound(host: str, port: int) -> socket.socket:
    family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if family == socket.AF_INET6:
        listening.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    listening.bind((host, port))
    return listening


def _temporary_folder() -> Path:
    """A folder for what the library writes when it is loaded; gone once the data is open, or with the process."""
    folder = Path(tempfile.mkdtemp(prefix="embedded-clickhouse-"))
    os.environ["TMPDIR"] = str(folder)
    # Registered before the library's own end, so that it runs after it.
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _confine(options: argparse.Namespace, temporary: Path) -> None:
    """Leaves statements nothing to reach outside this server's own folders, where the kernel can do that."""
    from embedded_clickhouse.confinement import confine

    own = [options.data, *([options.ui] if options.ui else [])]
    try:
        for folder in own:
            folder.mkdir(parents=True, exist_ok=True)
        confined = confine([options.schemas, options.sources], own, temporary)
    except OSError as error:
        raise StartError(f"--data {options.data}: {error.strerror}") from None
    if not confined:
        _log.info("this kernel has no Landlock: the checks of statements stand alone")


def _open(  # type: ignore[no-untyped-def]
    options: argparse.Namespace, database: str, parameters: Mapping[str, str]
):
    from embedded_clickhouse.engine import Engine
    from embedded_clickhouse.engine_configuration import write_configuration
    from embedded_clickhouse.errors import ClickHouseError

    data, schemas = options.data, options.schemas
    scripts = [(script, script.read_text()) for script in sorted(schemas.glob("*.sql"))]
    if not scripts:
        raise StartError(f"--schemas {schemas}: there are no .sql files in it")
    try:
        (data / "engine").mkdir(parents=True, exist_ok=True)
        _lock(data)
        _require_room(data)
        # The engine's address has no room for odd characters: from here on it is given as seen from the folder.
        os.chdir(data)
        configuration = write_configuration(Path("configuration"), database, sources_allowed=options.allow_sources)
    except OSError as error:
        raise StartError(f"--data {data}: {error.strerror}") from None
    try:
        engine = Engine(Path("engine"), configuration, database, sources_allowed=options.allow_sources)
    except ClickHouseError as error:
        first = error.message.splitlines()[0]
        raise StartError(f"cannot open {data}: {first}") from None
    for script, text in scripts:
        try:
            engine.run_script(text, database, parameters)
        except ClickHouseError as error:
            with contextlib.suppress(ClickHouseError):
                engine.close()
            raise StartError(f"{script}: {error.message}") from None
    try:
        engine.repartition(database)
    except ClickHouseError as error:
        # What cannot be moved now, as on a full disk, is moved at another start.
        _log.warning("rows of another time zone stay where they are: %s", error)
    return engine


def _lock(data: Path) -> None:
    """Keeps the folder for this process, however it ends; the engine's own complaint about it is two lines."""
    lock = os.open(data / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise StartError(f"cannot open {data}: another server has it open: stop it or choose another --data") from None


def _require_room(data: Path) -> None:
    """Leaves the folder shut on a full disk: the engine would empty the definitions of tables that it rewrites."""
    disk = os.statvfs(data)
    free = disk.f_bavail * disk.f_frsize
    if free < _ROOM_BYTES or (disk.f_files > 0 and disk.f_favail == 0):
        raise StartError(
            f"the disk of {data} is full ({free / 1e6:.1f} MB left): the data is safe, and is opened when there are"
            f" {_ROOM_BYTES / 1e6:.0f} MB"
        )


def _sources(file: Path, database: str) -> list[dict[str, Any]]:
    from embedded_clickhouse.clickstack.provisioning import read_sources

    try:
        return read_sources(file, database)
    except (OSError, ValueError, KeyError) as error:
        raise StartError(f"--sources {file}: {error}") from None


def _as_host(address: str) -> str:
    return f"[{address}]" if ":" in address else address
