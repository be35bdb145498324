"""The names by which a process is known where pods have names."""

from __future__ import annotations

import socket
import urllib.parse
import uuid
from collections.abc import Mapping

from launcher.errors import UserError

SWITCH = "INFRASTRUCTURE_METRICS"
SUITE_ID = "FAULTLINE_SUITE_ID"
"""The variable that tells one run of a suite from another, so that pods of both have names of their own."""

NAMESPACE = "faultline"
CLUSTER = "local"

# Spans of the collector itself carry the name that collectors have.
_SERVICE_NAMES = {"collector": "otel-collector"}


def wanted(environment: Mapping[str, str]) -> bool:
    """Whether processes stand in for pods. Raises ``UserError`` for a switch that is neither on nor off."""
    told = environment.get(SWITCH) or "on"
    if told not in ("on", "off"):
        raise UserError(f"{SWITCH}={told}: it must be on or off (default on)")
    return told == "on"


def new_suite_id() -> str:
    """A name for one run of a suite."""
    return str(uuid.uuid4())


def deployment_attributes(environment: Mapping[str, str]) -> dict[str, str]:
    """Which system all of it is part of, and in which environment: what the services say of it too."""
    given = (part.partition("=") for part in (environment.get("OTEL_RESOURCE_ATTRIBUTES") or "").split(","))
    said = {name.strip(): urllib.parse.unquote(value.strip()) for name, _, value in given}
    names = ("deployment.environment.name", "deployment.environment")
    name = next((said[name] for name in names if said.get(name)), environment.get("ENVIRONMENT") or "demo")
    return {"service.namespace": NAMESPACE, **dict.fromkeys(names, name)}


def node_attributes() -> dict[str, str]:
    """The resource attributes of this machine."""
    host = socket.gethostname()
    return {"k8s.cluster.name": CLUSTER, "k8s.node.name": host, "host.name": host}


def pod_attributes(process: str, suite: str) -> dict[str, str]:
    """The resource attributes that a process has in common with its pod.

    A pod keeps its uid when its container starts again, as in a cluster. So one chart shows the life before a restart
    and the life after it, which ``service.instance.id`` tells apart.
    """
    host = socket.gethostname()
    return {
        "k8s.cluster.name": CLUSTER,
        "k8s.namespace.name": NAMESPACE,
        "k8s.node.name": host,
        "k8s.deployment.name": process,
        "k8s.pod.name": f"{process}-0",
        "k8s.pod.uid": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{suite}/{process}")),
        "k8s.container.name": process,
    }


def service_name(process: str) -> str:
    """The service that a process is."""
    return _SERVICE_NAMES.get(process, process)


def as_resource_variable(attributes: Mapping[str, str], given: str | None) -> str:
    """The value of ``OTEL_RESOURCE_ATTRIBUTES`` with these attributes before those that a person gave."""
    own = ",".join(f"{name}={urllib.parse.quote(value, safe='')}" for name, value in attributes.items())
    return ",".join(part for part in (own, (given or "").strip().strip(",")) if part)
