"""The other side of a round trip: opentelemetry-proto decodes what Swift wrote, and writes what Swift decodes.

peer.py check MESSAGE protobuf|json FILE    exit status 1 and the difference if FILE is not that message
peer.py make  MESSAGE protobuf|json FILE [--defaults]
peer.py coverage                            exit status 1 and the names of fields that no message uses
"""

from __future__ import annotations

import difflib
import sys
from collections.abc import Iterator

from google.protobuf import text_format
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message

import otlp_json
from samples import MESSAGES

# For profiles only, or (a status's details) without a meaning in OTLP/HTTP.
_NOT_OURS = {"string_value_strindex", "key_strindex", "google.rpc.Status.details"}


def check(name: str, encoding: str, path: str) -> int:
    expected = MESSAGES[name]
    received = type(expected)()
    with open(path, "rb") as file:
        content = file.read()
    if encoding == "json":
        otlp_json.read(content, received)
    else:
        received.ParseFromString(content)
        if received.SerializeToString() and _has_unknown_fields(received):
            print("There are fields that opentelemetry-proto does not know.")
            return 1
    if received == expected:
        return 0
    lines = [text_format.MessageToString(message).splitlines() for message in (expected, received)]
    print("\n".join(difflib.unified_diff(*lines, "expected", "received", lineterm="")))
    return 1


def make(name: str, encoding: str, path: str, with_defaults: bool) -> int:
    message = MESSAGES[name]
    content = otlp_json.write(message, with_defaults) if encoding == "json" else message.SerializeToString()
    with open(path, "wb") as file:
        file.write(content)
    return 0


def coverage() -> int:
    used: set[str] = set()
    known: dict[str, FieldDescriptor] = {}
    for message in MESSAGES.values():
        used.update(_used(message))
        _collect(message.DESCRIPTOR, known)
    ours = {name for name, field in known.items() if not {name, field.name} & _NOT_OURS}
    for name in sorted(ours - used):
        print(f"No message uses {name}.")
    return 1 if ours - used else 0


def _used(message: Message) -> Iterator[str]:
    for field, value in message.ListFields():
        yield field.full_name
        if field.type == FieldDescriptor.TYPE_MESSAGE:
            for part in value if field.is_repeated else [value]:
                yield from _used(part)


def _collect(descriptor: Descriptor, known: dict[str, FieldDescriptor]) -> None:
    for field in descriptor.fields:
        if field.full_name in known:
            continue
        known[field.full_name] = field
        if field.message_type is not None and field.full_name not in _NOT_OURS:
            _collect(field.message_type, known)


def _has_unknown_fields(message: Message) -> bool:
    before = message.ByteSize()
    known = type(message)()
    known.CopyFrom(message)
    known.DiscardUnknownFields()
    return known.ByteSize() != before


def main(arguments: list[str]) -> int:
    command = arguments[0]
    if command == "check":
        return check(*arguments[1:4])
    if command == "make":
        return make(*arguments[1:4], with_defaults="--defaults" in arguments)
    return coverage()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
