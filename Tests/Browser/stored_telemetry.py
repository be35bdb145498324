"""What of a suite's telemetry is stored."""

from __future__ import annotations

import json
import urllib.parse
import urllib.request
from typing import Any

from running_suite import RunningSuite


class StoredTelemetry:
    """The tables of a suite's ClickHouse."""

    def __init__(self, suite: RunningSuite) -> None:
        self._address = suite.origin("CLICKHOUSE_HTTP_PORT") + "/?"

    def rows(self, query: str, **parameters: str) -> list[dict[str, Any]]:
        """The rows of an answer."""
        return [json.loads(line) for line in self.text(query + " FORMAT JSONEachRow", **parameters).splitlines()]

    def value(self, query: str, **parameters: str) -> Any:
        """The one value of an answer."""
        ((value,),) = [row.values() for row in self.rows(query, **parameters)]
        return value

    def text(self, query: str, **parameters: str) -> str:
        """An answer as it comes."""
        asked = {"database": "o11y", "output_format_json_quote_64bit_integers": "0"}
        asked.update({f"param_{name}": value for name, value in parameters.items()})
        with urllib.request.urlopen(
            self._address + urllib.parse.urlencode(asked), query.encode(), timeout=60
        ) as answer:
            # Some columns hold what is no text.
            text: str = answer.read().decode(errors="replace")
            return text

    def names(self, session: str) -> dict[str, int]:
        """The spans of a session by name."""
        rows = self.rows(
            f"SELECT SpanName, count() AS spans FROM otel_traces WHERE {OF_SESSION} GROUP BY 1", session=session
        )
        return {row["SpanName"]: row["spans"] for row in rows}

    def replay(self, session: str) -> list[dict[str, Any]]:
        """The events of a session's replay in their order."""
        bodies = self.rows(f"SELECT Body FROM hyperdx_sessions WHERE {OF_SESSION} ORDER BY Timestamp", session=session)
        return [json.loads(row["Body"]) for row in bodies]

    def tables(self) -> list[str]:
        """Every table that holds rows."""
        listed = self.rows("SELECT name FROM system.tables WHERE database = 'o11y' AND total_rows > 0 ORDER BY name")
        return [row["name"] for row in listed]


OF_SESSION = "ResourceAttributes['rum.sessionId'] = {session:String}"
