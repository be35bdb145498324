"""What was asked and answered, one JSON object a line, as it happens."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from pathlib import Path
from typing import Any


class Transcript:
    """A file that grows by a line for each event; without a path nothing is kept."""

    def __init__(self, path: Path | None) -> None:
        self._file = path.open("w", encoding="utf-8") if path is not None else None

    def note(self, event: str, **members: Any) -> None:
        """Writes one event. Nobody may put a secret into ``members``: they are for others to read."""
        if self._file is None:
            return
        at = datetime.now(timezone.utc).isoformat(timespec="milliseconds")
        self._file.write(json.dumps({"at": at, "event": event, **members}, ensure_ascii=False) + "\n")
        self._file.flush()

    def close(self) -> None:
        """Ends the file."""
        if self._file is not None:
            self._file.close()
