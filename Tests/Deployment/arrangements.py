"""The Compose files as Compose would put them together, without a Compose."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]

FILES = {
    "local": ["docker-compose.yml"],
    "cloud": ["docker-compose.yml", "docker-compose.cloud.yml"],
    "lite": ["docker-compose.yml", "docker-compose.lite.yml"],
    "otlp": ["docker-compose.yml", "docker-compose.otlp.yml"],
}

Service = dict[str, Any]


def services(arrangement: str, *profiles: str) -> dict[str, Service]:
    """What ``docker-compose up`` starts."""
    merged: dict[str, Any] = {}
    for name in FILES[arrangement]:
        merged = _merge(merged, yaml.safe_load((ROOT / name).read_text())["services"])
    return {
        name: service
        for name, service in merged.items()
        if "profiles" not in service or set(service["profiles"]) & set(profiles)
    }


def texts() -> str:
    """All files in one text."""
    return "\n".join((ROOT / name).read_text() for name in sorted({name for names in FILES.values() for name in names}))


def _merge(first: Any, second: Any, key: str = "") -> Any:
    if isinstance(first, dict) and isinstance(second, dict):
        return {name: _merge(first.get(name), second.get(name), name) for name in {**first, **second}}
    # Compose appends these and replaces other lists.
    if isinstance(first, list) and isinstance(second, list) and key in ("ports", "volumes", "profiles", "extra_hosts"):
        return [*first, *second]
    return first if second is None else second
