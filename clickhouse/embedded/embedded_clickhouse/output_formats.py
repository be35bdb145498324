"""Content types of ClickHouse's output formats."""

from __future__ import annotations

_JSON_DOCUMENTS = frozenset(
    ["JSON", "JSONCompact", "JSONStrings", "JSONCompactStrings", "JSONColumns", "JSONCompactColumns"]
    + ["JSONColumnsWithMetadata", "JSONObjectEachRow"]
)


def content_type(output_format: str) -> str:
    """The Content-Type that ClickHouse's server gives this format."""
    if output_format in _JSON_DOCUMENTS:
        return "application/json; charset=UTF-8"
    if output_format.startswith("JSON"):
        return "application/x-ndjson; charset=UTF-8"
    if output_format.startswith("CSV"):
        return f"text/csv; charset=UTF-8; header={'present' if 'WithNames' in output_format else 'absent'}"
    if output_format.startswith(("TabSeparated", "TSV")):
        return "text/tab-separated-values; charset=UTF-8"
    if output_format.startswith("Pretty") or output_format in ("Vertical", "Values", "Markdown", "SQLInsert"):
        return "text/plain; charset=UTF-8"
    if output_format == "XML":
        return "application/xml; charset=UTF-8"
    return "application/octet-stream"
