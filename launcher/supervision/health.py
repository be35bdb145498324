"""Whether a process answers, and what it uses."""

from __future__ import annotations

import http.client
import urllib.parse
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path


def answers(url: str, timeout: float = 1.0) -> bool:
    """Whether a GET of this URL is answered with 200 within the timeout (seconds)."""
    parts = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=timeout)
    try:
        connection.request("GET", parts.path)
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def answers_by_name(urls: Mapping[str, str], timeout: float = 1.0) -> dict[str, bool]:
    """The same for several at once, so that a hung one does not hold up the others."""
    if not urls:
        return {}
    with ThreadPoolExecutor(max_workers=len(urls)) as pool:
        return dict(zip(urls, pool.map(lambda url: answers(url, timeout), urls.values())))


def resident_bytes(pid: int) -> int | None:
    """Resident memory of a process, ``None`` when there is no such process."""
    return _kilobytes(Path(f"/proc/{pid}/status"), "VmRSS:")


def proportional_bytes(pid: int) -> int | None:
    """The same with each shared page divided among those who share it: these may be added up."""
    return _kilobytes(Path(f"/proc/{pid}/smaps_rollup"), "Pss:")


def _kilobytes(path: Path, field: str) -> int | None:
    try:
        for line in path.read_text().splitlines():
            if line.startswith(field):
                return int(line.split()[1]) * 1024
    except (OSError, ValueError, IndexError):
        pass
    return None
