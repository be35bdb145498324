"""The suite's environment variables, checked before anything is started."""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass

from launcher.errors import UserError

PORT_DEFAULTS = {
    "SAMPLE_APP_PORT": 8000,
    "PAYMENT_SERVICE_PORT": 8001,
    "INVENTORY_SERVICE_PORT": 8002,
    "OTLP_GRPC_PORT": 4317,
    "COLLECTOR_HTTP_PORT": 4318,
    "COLLECTOR_METRICS_PORT": 8888,
    "CLICKHOUSE_HTTP_PORT": 8123,
    "QUERY_SERVICE_PORT": 8081,
    "QUERY_METRICS_PORT": 9091,
    "EMBEDDING_PIPELINE_PORT": 8083,
    "EMBEDDING_ENDPOINT_PORT": 8084,
}

_THIS_MACHINE_ONLY = ("CLICKHOUSE_HTTP_PORT", "EMBEDDING_ENDPOINT_PORT")
"""What listens on loopback whatever ``BIND_HOST`` says."""

ADMIN_PORT_DEFAULTS = {"SAMPLE_APP_ADMIN_PORT": 8010, "PAYMENT_ADMIN_PORT": 8011, "INVENTORY_ADMIN_PORT": 8012}
"""The services' control listeners, which are there when ``ADMIN_TOKEN`` is set."""


@dataclass(frozen=True)
class Settings:
    """What the environment says about one suite."""

    ports: Mapping[str, int]
    """Port by variable name, every name of ``PORT_DEFAULTS``."""
    database: str
    bind_host: str

    @property
    def client_host(self) -> str:
        """The address, as a URL writes it, at which this machine reaches the services."""
        if self.bind_host == "0.0.0.0":
            return "127.0.0.1"
        if self.bind_host == "::":
            return "[::1]"
        return f"[{self.bind_host}]" if ":" in self.bind_host else self.bind_host

    def listening_host(self, variable: str) -> str:
        """The address on which the port of this variable is opened."""
        return "127.0.0.1" if variable in _THIS_MACHINE_ONLY else self.bind_host

    def url(self, variable: str) -> str:
        """The base URL of what listens on the port of this variable."""
        host = "127.0.0.1" if variable in _THIS_MACHINE_ONLY else self.client_host
        return f"http://{host}:{self.ports[variable]}"


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Reads and checks the variables.

    Raises ``UserError`` with one line that names the variable, its value and what is allowed.
    An empty variable counts as unset, as in the OpenTelemetry specification.
    """
    ports = {name: _port(name, environment, default) for name, default in PORT_DEFAULTS.items()}
    _require_different(ports)
    return Settings(ports=ports, database=_database(environment), bind_host=_bind_host(environment))


def read_admin_ports(environment: Mapping[str, str], settings: Settings) -> dict[str, int]:
    """The ports of the services' control listeners. Raises ``UserError`` as ``read_settings`` does."""
    ports = {name: _port(name, environment, default) for name, default in ADMIN_PORT_DEFAULTS.items()}
    _require_different({**settings.ports, **ports})
    return ports


def _require_different(ports: Mapping[str, int]) -> None:
    taken: dict[int, str] = {}
    for name, port in ports.items():
        if port in taken:
            raise UserError(f"{taken[port]} and {name} are both {port}: give each a port of its own")
        taken[port] = name


def _port(name: str, environment: Mapping[str, str], default: int) -> int:
    text = environment.get(name) or str(default)
    if not re.fullmatch(r"[0-9]{1,5}", text) or not 1 <= int(text) <= 65535:
        raise UserError(f"{name}={text}: it must be a port, a whole number from 1 to 65535 (default {default})")
    return int(text)


def _database(environment: Mapping[str, str]) -> str:
    text = environment.get("CH_DATABASE") or "o11y"
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,63}", text):
        raise UserError(
            f"CH_DATABASE={text}: it must be a database name, letters, digits and _ only,"
            " not starting with a digit, at most 64 characters (default o11y)"
        )
    return text


def _has_ipv6() -> bool:
    try:
        socket.socket(socket.AF_INET6).close()
        return True
    except OSError:
        return False


def _bind_host(environment: Mapping[str, str]) -> str:
    text = environment.get("BIND_HOST") or "127.0.0.1"
    try:
        address = str(ipaddress.ip_address(text))
        # Every address of the machine, also where the kernel runs without IPv6.
        return "0.0.0.0" if address == "::" and not _has_ipv6() else address
    except ValueError:
        raise UserError(
            f"BIND_HOST={text}: it must be an IPv4 or IPv6 address such as 127.0.0.1, 0.0.0.0 or :: (default 127.0.0.1)"
        ) from None
