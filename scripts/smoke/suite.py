"""The lite arrangement as a project of its own, and what must be true of it."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable

from smoke.docker import ROOT, Failure, docker, run_loudly

TARGETS = (
    "sample-ecommerce-app",
    "payment-service",
    "inventory-service",
    "data-generator",
    "faultline-score",
    "collector",
    "query-service",
    "embedded-clickhouse",
)
SWIFT_TARGETS = TARGETS[:-1]
_IMAGE_MEGABYTES = 120
_HEALTHY_SECONDS = 180
_MAP_SECONDS = 120
_INCIDENT_SECONDS = 1800
"""A turn of the default scenario: within it each of its incidents comes."""
_CALLS = 50
_EDGES = {("sample-ecommerce-app", "inventory-service"), ("sample-ecommerce-app", "payment-service")}


class Suite:
    """One Compose project on ports that are free."""

    def __init__(self, compose: list[str], rate: int) -> None:
        names = sorted(set(re.findall(r"127\.0\.0\.1:\$\{(\w+):-", (ROOT / "docker-compose.yml").read_text())))
        self.ports = dict(zip(names, _free_ports(len(names))))
        self._environment = {
            **os.environ,
            **{name: str(port) for name, port in self.ports.items()},
            "COMPOSE_FILE": "docker-compose.yml:docker-compose.lite.yml",
            "COMPOSE_PROFILES": "",
            "COMPOSE_PROJECT_NAME": f"faultline-smoke-{os.getpid()}",
            "CH_PASSWORD": "",
            "LOAD_RATE": str(rate),
        }
        self._compose = [*compose, "--env-file", ".env.example"]

    def compose(self, *words: str) -> str:
        """The output of a command of Compose."""
        result = subprocess.run(
            [*self._compose, *words], cwd=ROOT, env=self._environment, capture_output=True, text=True, check=False
        )
        if result.returncode != 0:
            raise Failure("\n".join([f"docker-compose {' '.join(words)}:", *result.stderr.strip().splitlines()[-15:]]))
        return result.stdout

    def up(self) -> None:
        """Starts everything; returns when Compose says so."""
        run_loudly([*self._compose, "up", "--no-build", "--detach"], "docker-compose up failed", self._environment)

    def down(self) -> None:
        """Removes containers, networks and volumes."""
        self.compose("down", "--volumes", "--timeout", "20")

    def logs(self) -> str:
        """The end of what each container said."""
        return self.compose("logs", "--no-color", "--tail", "15")

    def containers(self) -> list[dict[str, object]]:
        """What the engine knows of each container."""
        return json.loads(docker("inspect", *self.compose("ps", "--quiet").split()))

    def ask(self, path: str, port: str, body: bytes | None = None) -> bytes:
        """The answer of what listens on a port."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.ports[port]}{path}", data=body, timeout=10) as answer:
            return answer.read()

    def rows(self, query: str) -> list[dict[str, object]]:
        """The rows of a documented query."""
        path = "/?database=o11y&default_format=JSONEachRow&output_format_json_quote_64bit_integers=0"
        text = self.ask(path, "CLICKHOUSE_HTTP_PORT", (ROOT / "clickhouse" / "queries" / query).read_bytes())
        return [json.loads(line) for line in text.splitlines()]


def build() -> None:
    """Builds each image under the tag that Compose looks for."""
    index = os.environ.get("PIP_INDEX_URL")
    arguments = ["--build-arg", f"PIP_INDEX_URL={index}"] if index else []
    for target in TARGETS:
        began = time.monotonic()
        docker(
            "build",
            "--network",
            "host",
            "--target",
            target,
            "--tag",
            f"faultline/{target}:1.0.0",
            *arguments,
            str(ROOT),
        )
        size = int(docker("image", "inspect", "--format", "{{.Size}}", f"faultline/{target}:1.0.0")) / 1e6
        print(f"  faultline/{target}: {size:.0f} MB, {time.monotonic() - began:.0f} s")
        if target in SWIFT_TARGETS and size >= _IMAGE_MEGABYTES:
            raise Failure(f"the image of {target} has {size:.0f} MB: it must have less than {_IMAGE_MEGABYTES}")


def check(suite: Suite) -> None:
    """Raises ``Failure`` at the first thing that is not as documented."""
    _until("every container is healthy", _HEALTHY_SECONDS, lambda: _unhealthy(suite))
    for container in suite.containers():
        _confined(container)
    print("  every container: not root, read-only, without capabilities, ports on 127.0.0.1 only")
    page = suite.ask("/clickstack/service-map", "CLICKHOUSE_HTTP_PORT")
    if b"_next/static" not in page:
        raise Failure("/clickstack/service-map is not HyperDX's page")
    print("  HyperDX's page is served")
    _until("the Service Map has its two edges", _MAP_SECONDS, lambda: _missing_edges(suite))
    for row in suite.rows("hyperdx_service_map.sql"):
        print(f"  {row['source_service']} -> {row['target_service']}: {row['calls']} calls, p95 {row['p95_ms']} ms")


def check_incident(suite: Suite) -> None:
    """Waits until the default scenario has broken something, and the telemetry proves it. Raises ``Failure``."""
    _until("an incident has a valid label", _INCIDENT_SECONDS, lambda: _without_valid_label(suite))


def _without_valid_label(suite: Suite) -> str | None:
    """The labels so far; ``None`` when one of an incident is valid. A run without incidents has the label ``calm``."""
    said = suite.compose("run", "--rm", "faultline-score", "label", "/journal", "--no-load")
    rows = [line.split() for line in said.splitlines() if line.startswith("q")]
    valid = [row for row in rows if row[0] != "question" and row[1] != "calm" and row[-1] == "yes"]
    for row in valid:
        print(f"  {row[1]}: {row[2]} {row[3]}")
    return None if valid else said.strip() or "no label"


def _unhealthy(suite: Suite) -> str | None:
    states = {str(each["Name"]).lstrip("/"): each["State"] for each in suite.containers()}
    waiting = {
        name: state["Health"]["Status"] if "Health" in state else state["Status"]  # type: ignore[index, operator]
        for name, state in states.items()
    }
    bad = {name: state for name, state in waiting.items() if state not in ("healthy", "running")}
    # The schema job has nothing to do here and has ended.
    bad = {name: state for name, state in bad.items() if not ("clickhouse-schema" in name and state == "exited")}
    return f"{bad}" if bad or not states else None


def _confined(container: dict[str, object]) -> None:
    name = container["Name"]
    host: dict[str, object] = container["HostConfig"]  # type: ignore[assignment]
    if container["Config"]["User"] in ("", "0", "root"):  # type: ignore[index]
        raise Failure(f"{name} runs as root")
    if not host["ReadonlyRootfs"] or host["CapDrop"] != ["ALL"] or host["CapAdd"] and "clickhouse" not in str(name):
        raise Failure(f"{name} is not confined as the Compose file says")
    for bindings in (host["PortBindings"] or {}).values():  # type: ignore[attr-defined]
        if any(binding["HostIp"] != "127.0.0.1" for binding in bindings):
            raise Failure(f"{name} listens for other machines: {bindings}")


def _missing_edges(suite: Suite) -> str | None:
    found = {
        (row["source_service"], row["target_service"]): int(str(row["calls"]))
        for row in suite.rows("hyperdx_service_map.sql")
    }
    if set(found) - _EDGES:
        raise Failure(f"the Service Map has edges that it must not have: {set(found) - _EDGES}")
    few = {edge: found.get(edge, 0) for edge in _EDGES if found.get(edge, 0) < _CALLS}
    return f"{few}" if few else None


def _until(what: str, seconds: float, problem: Callable[[], str | None]) -> None:
    deadline = time.monotonic() + seconds
    while True:
        try:
            found = problem()
        except (OSError, urllib.error.URLError) as error:
            found = str(error)
        if found is None:
            print(f"  {what}")
            return
        if time.monotonic() > deadline:
            raise Failure(f"after {seconds:.0f} s it is not true that {what}: {found}")
        time.sleep(1)


def _free_ports(count: int) -> list[int]:
    probes = [socket.socket() for _ in range(count)]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]
    finally:
        for probe in probes:
            probe.close()
