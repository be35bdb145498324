"""What the UI finds set up when a browser opens it for the first time: one connection, and its sources."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

_CONNECTION_ID = "local"
_ASSIGNMENT = re.compile(r"\A\s*window\.__ENV\s*=\s*(\{.*\});?\s*\Z", re.DOTALL)


class Provisioning:
    """Adds the set-up to the settings that every page loads."""

    def __init__(self, sources: list[dict[str, Any]], *, connects: bool) -> None:
        """``connects`` is false where a password is asked: the UI then asks the person."""
        self._sources = sources
        self._connects = connects

    def source_of_kind(self, kind: str) -> str | None:
        """The id of the first source of a kind; ``None`` when nothing is set up."""
        found = (str(source["id"]) for source in self._sources if source["kind"] == kind)
        return next(found, None) if self._connects else None

    def environment(self, original: str, host: str) -> str:
        """The UI's own settings script with ours added; ``host`` is where the browser sees this server."""
        found = _ASSIGNMENT.match(original)
        if found is None or not self._connects:
            return original
        settings = json.loads(found[1])
        connection = {
            "id": _CONNECTION_ID,
            "name": "Local ClickHouse",
            "host": f"http://{host}",
            "username": "default",
            "password": "",
        }
        settings["NEXT_PUBLIC_HDX_LOCAL_DEFAULT_CONNECTIONS"] = json.dumps([connection])
        settings["NEXT_PUBLIC_HDX_LOCAL_DEFAULT_SOURCES"] = json.dumps(self._sources)
        # The text is part of a script: a tag inside a string must not end it.
        return f"window.__ENV = {json.dumps(settings)};\n".replace("</", "<\\/")


def read_sources(file: Path, database: str) -> list[dict[str, Any]]:
    """The source definitions with ids in the place of names, and the database of this server.

    A source's id is its name in lower case, so that a link can say ``?source=traces``.
    """
    sources: list[dict[str, Any]] = json.loads(file.read_text())
    ids = {source["name"]: source["name"].lower() for source in sources}
    return [
        {
            **{key: ids.get(value, value) if key.endswith("SourceId") else value for key, value in source.items()},
            "id": ids[source["name"]],
            "connection": _CONNECTION_ID,
            "from": {**source["from"], "databaseName": database},
        }
        for source in sources
    ]
