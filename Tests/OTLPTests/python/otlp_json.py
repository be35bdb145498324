"""OTLP/JSON by protobuf's own JSON mapping: ids are hexadecimal there and base64 here, the rest is the same."""

from __future__ import annotations

import base64
import json
from typing import Any, Callable

from google.protobuf import json_format
from google.protobuf.message import Message

_IDS = {"traceId", "spanId", "parentSpanId"}


def read(text: bytes, message: Message) -> None:
    """Reads strictly: a name or an enumeration that protobuf does not know is an error."""
    tree = json.loads(text)
    _forbid_enumeration_names(tree)
    _map_ids(tree, lambda value: base64.b64encode(bytes.fromhex(value)).decode())
    json_format.ParseDict(tree, message, ignore_unknown_fields=False)


def write(message: Message, with_defaults: bool) -> bytes:
    """Writes with or without the fields that have their default value."""
    tree = json_format.MessageToDict(
        message, use_integers_for_enums=True, always_print_fields_with_no_presence=with_defaults
    )
    _map_ids(tree, lambda value: base64.b64decode(value).hex())
    return json.dumps(tree).encode()


def _map_ids(tree: Any, change: Callable[[str], str]) -> None:
    if isinstance(tree, list):
        for element in tree:
            _map_ids(element, change)
    elif isinstance(tree, dict):
        for name, value in tree.items():
            if name in _IDS:
                tree[name] = change(value)
            else:
                _map_ids(value, change)


def _forbid_enumeration_names(tree: Any) -> None:
    if isinstance(tree, list):
        for element in tree:
            _forbid_enumeration_names(element)
    elif isinstance(tree, dict):
        for name, value in tree.items():
            if name in {"kind", "severityNumber", "aggregationTemporality", "code"} and not isinstance(value, int):
                raise ValueError(f"{name} is {value!r}, not a number")
            _forbid_enumeration_names(value)
