"""Statements that come as a form (``multipart/form-data``): parameters in fields, external tables in files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from aiohttp import BodyPartReader, ClientPayloadError, web

from embedded_clickhouse.errors import refused
from embedded_clickhouse.external_tables import ExternalTable, structure_of_types

_BYTES = 64 * 1024 * 1024
_FIELDS = 1000


@dataclass(frozen=True)
class Form:
    """What a form says besides its address."""

    fields: Mapping[str, str] = field(default_factory=dict)
    tables: Sequence[ExternalTable] = ()

    @property
    def table_parameters(self) -> frozenset[str]:
        """The parameters that describe its tables, which are no settings."""
        endings = ("_format", "_types", "_structure")
        return frozenset(table.name + ending for table in self.tables for ending in endings)


def is_form(request: web.Request) -> bool:
    """Whether the body of this request is a form."""
    return request.content_type == "multipart/form-data"


async def read_form(request: web.Request) -> Form:
    """Reads the whole form: a part with a file name is an external table, any other a parameter.

    Raises ``ClickHouseError`` for one that is too long, ends early or describes no table.
    """
    if request.headers.get("Content-Encoding", "identity") != "identity":
        raise refused(48, "NOT_IMPLEMENTED", "A form with a Content-Encoding is not supported")
    fields: dict[str, str] = {}
    rows: dict[str, bytes] = {}
    left = _BYTES
    try:
        reader = await request.multipart()
        while (part := await reader.next()) is not None:
            if not isinstance(part, BodyPartReader) or not part.name:
                raise refused(36, "BAD_ARGUMENTS", "Each part of the form must have a name and no parts of its own")
            if len(fields) + len(rows) >= _FIELDS:
                raise refused(229, "QUERY_IS_TOO_LARGE", f"The form has more than {_FIELDS} parts")
            content = await _read(part, left)
            left -= len(content)
            if part.filename is None:
                fields[part.name] = content.decode("utf-8", "replace")
            else:
                rows[part.name] = content
    except (ValueError, AssertionError, ClientPayloadError, ConnectionError) as error:
        raise refused(36, "BAD_ARGUMENTS", f"The form cannot be read: {error}") from None
    parameters = {**request.query, **fields}
    return Form(fields, [_table(name, content, parameters) for name, content in rows.items()])


async def _read(part: BodyPartReader, at_most: int) -> bytes:
    content = bytearray()
    while piece := await part.read_chunk():
        content += piece
        if len(content) > at_most:
            raise refused(229, "QUERY_IS_TOO_LARGE", f"The form is longer than {_BYTES} bytes")
    return bytes(content)


def _table(name: str, rows: bytes, parameters: Mapping[str, str]) -> ExternalTable:
    structure, types = parameters.get(f"{name}_structure"), parameters.get(f"{name}_types")
    if not structure and not types:
        raise refused(36, "BAD_ARGUMENTS", f"{name}_structure or {name}_types must say what is in the table {name}")
    return ExternalTable(
        name=name,
        structure=structure or structure_of_types(types or ""),
        format=parameters.get(f"{name}_format") or "TabSeparated",
        rows=rows,
    )
