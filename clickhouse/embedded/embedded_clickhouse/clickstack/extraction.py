"""Takes the ClickStack UI out of chDB's shared library into a folder.

ClickHouse serves this UI itself, so the files are in every build of the engine: one gzip member a
file in the library's read-only data, each with its base name in the gzip header, and the paths as
strings beside them. Run as ``python -m embedded_clickhouse.clickstack.extraction FOLDER``.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import mmap
import os
import re
import shutil
import sys
import tempfile
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

STAMP = ".extracted-from"
_GZIP_WITH_NAME = b"\x1f\x8b\x08\x08"
_MEMBER_AT_MOST = 32 * 1024 * 1024
_PATH = re.compile(rb"(?<=\x00)(?:[\w.\-\[\]]+/)*([\w.\-\[\]]+\.\w{1,6})(?=\x00)")
# Every page loads this file, and no other web application in the library has one.
_MARK_OF_THE_UI = "__ENV.js"


class NoUserInterface(Exception):
    """The library carries no UI; the message says what to do."""


@dataclass(frozen=True)
class Member:
    """A file as it lies in the library."""

    name: str
    build_time: bytes
    content: bytes
    end: int


def library_version() -> str:
    """What the extracted files depend on."""
    return f"chdb-core {importlib.metadata.version('chdb-core')}"


def is_extracted(folder: Path) -> bool:
    """Whether the folder holds the UI of the library that is installed."""
    try:
        return (folder / STAMP).read_text() == library_version()
    except OSError:
        return False


def extract(folder: Path) -> int:
    """Replaces the folder by the UI's files and returns their number. Raises ``NoUserInterface``."""
    library = _library()
    with open(library, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        members = _members_of_the_ui(list(_members(data)))
        paths = _paths(data, max(member.end for member in members), {member.name for member in members})
    folder.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=folder.name + ".", dir=folder.parent))
    try:
        for member in members:
            target = made / _path_of(member, paths[member.name])
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(member.content)
        (made / STAMP).write_text(library_version())
        shutil.rmtree(folder, ignore_errors=True)
        os.replace(made, folder)
    except BaseException:
        shutil.rmtree(made, ignore_errors=True)
        raise
    return len(members)


def _library() -> Path:
    package = importlib.util.find_spec("chdb")
    folders = list(package.submodule_search_locations or []) if package else []
    for folder in folders:
        for library in Path(folder).glob("_chdb*.so"):
            return library
    raise NoUserInterface("chdb's library is not installed: pip install -r clickhouse/embedded/requirements.txt")


def _members(data: mmap.mmap) -> Iterator[Member]:
    position = 0
    with memoryview(data) as view:
        while (start := data.find(_GZIP_WITH_NAME, position)) >= 0:
            position = start + len(_GZIP_WITH_NAME)
            name_end = data.find(b"\0", start + 10, start + 266)
            name = data[start + 10 : name_end].decode("ascii", "replace")
            if name_end < 0 or not name.isprintable():
                continue
            member = zlib.decompressobj(31)
            try:
                with view[start : start + _MEMBER_AT_MOST] as piece:
                    content = member.decompress(piece)
                    length = len(piece) - len(member.unused_data)
            except zlib.error:
                continue
            if member.eof:
                position = start + length
                yield Member(name, data[start + 4 : start + 8], content, position)


def _members_of_the_ui(members: list[Member]) -> list[Member]:
    times = {member.build_time for member in members if member.name == _MARK_OF_THE_UI}
    found = [member for member in members if member.build_time in times]
    if not found:
        raise NoUserInterface(
            f"{library_version()} carries no ClickStack UI: install the version that requirements.txt names,"
            " or use docker-compose, whose ClickHouse serves it"
        )
    return found


def _paths(data: mmap.mmap, end: int, names: Iterable[str]) -> dict[str, set[str]]:
    wanted = set(names)
    found: dict[str, set[str]] = defaultdict(set)
    with memoryview(data) as view, view[:end] as searched:
        for match in _PATH.finditer(searched):
            name = match[1].decode("ascii", "replace")
            if name in wanted:
                found[name].add(match[0].decode("ascii", "replace"))
        del match
    return found


def _path_of(member: Member, paths: set[str]) -> PurePosixPath:
    """Where a member belongs; two pages of one name are told apart by the script that each loads."""
    if len(paths) > 1:
        scripts = {path: f"pages/{path.removesuffix('.html')}-".encode() for path in paths}
        paths = {path for path, script in scripts.items() if script in member.content}
    if len(paths) != 1:
        raise NoUserInterface(f"the path of {member.name} in the UI cannot be told in {library_version()}")
    path = PurePosixPath(next(iter(paths)))
    if path.is_absolute() or ".." in path.parts:
        raise NoUserInterface(f"{path} is no path inside a folder")
    return path


if __name__ == "__main__":
    try:
        print(f"{extract(Path(sys.argv[1]))} files in {sys.argv[1]}")
    except NoUserInterface as error:
        sys.exit(str(error))
