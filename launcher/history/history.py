"""What a history tells: how many visits, when what breaks, and the record that says that all of it was made."""

from __future__ import annotations

import json
import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from launcher.history.asking import Ask

_UNIT = timedelta(hours=2)
"""About how often something breaks."""
_INCIDENT = timedelta(minutes=10)

SERVICES = {
    "sample-ecommerce-app": 8000,
    "payment-service": 8001,
    "inventory-service": 8002,
}

ROOT_SERVICES = {
    "payment_timeout": "inventory-service",
    "product_db_timeout": "inventory-service",
    "payment_gateway_error": "payment-service",
    "intermittent_error": "sample-ecommerce-app",
    "bad_release": "sample-ecommerce-app",
    "visa_cache_full": "payment-service",
    "cascade_failure": "inventory-service",
    "duplicate_payment": "sample-ecommerce-app",
    "order_backlog": "inventory-service",
}
"""The incidents that were recorded, and whose weakness each is."""


@dataclass(frozen=True)
class Incident:
    """A stretch in which something is broken."""

    name: str
    began: datetime
    shows: datetime
    """When visitors meet it: what has to grow first takes its time."""
    ended: datetime


@dataclass(frozen=True)
class History:
    """What is told: the same seed has the same visits, ids and incidents on every machine."""

    seed: int
    until: datetime
    hours: float
    rate: float
    """Visits a second, on average."""

    @property
    def began(self) -> datetime:
        """The first moment."""
        return self.until - timedelta(hours=self.hours)

    @property
    def visits(self) -> int:
        """How many there are."""
        return max(1, round(self.hours * 3600 * self.rate))

    @property
    def run_id(self) -> str:
        """The name of its record."""
        return f"history-{self.seed}"

    def instances(self) -> dict[str, str]:
        """``service.instance.id`` of each service, by which the made rows can be told from others."""
        return {service: str(uuid.uuid5(uuid.NAMESPACE_DNS, f"{self.seed}.{service}")) for service in SERVICES}

    def resources(self) -> Iterator[dict[str, object]]:
        """What the rows of each service say of where they come from."""
        instances = self.instances()
        for service, port in SERVICES.items():
            yield {
                "ServiceName": service,
                "Attributes": {
                    "deployment.environment": "demo",
                    "deployment.environment.name": "demo",
                    "host.arch": "amd64",
                    "host.name": "demo-host",
                    "os.type": "linux",
                    "process.executable.name": service,
                    "process.pid": str(port),
                    "process.runtime.name": "swift",
                    "service.instance.id": instances[service],
                    "service.name": service,
                    "service.namespace": "faultline",
                    "service.version": "1.0.0",
                    "telemetry.distro.name": "faultline",
                    "telemetry.distro.version": "0.2.0",
                    "telemetry.sdk.language": "swift",
                    "telemetry.sdk.name": "opentelemetry",
                    "telemetry.sdk.version": "0.2.0",
                },
            }

    def incidents(self) -> list[Incident]:
        """What breaks when: one incident in each two hours, every kind in turn; the cache fills within six."""
        draw = random.Random(self.seed)
        length = min(_UNIT, timedelta(hours=self.hours))
        units = int(timedelta(hours=self.hours) / length)
        found: list[Incident] = []
        names: list[str] = []
        place = 0
        while place < units:
            if not names:
                names = draw.sample(sorted(ROOT_SERVICES), len(ROOT_SERVICES))
            name = names.pop()
            width = 3 if name == "visa_cache_full" else 1
            if place + width > units:
                continue
            slot = self.began + place * length
            if name == "visa_cache_full":
                began = slot + draw.uniform(0.02, 0.1) * width * length
                shows = began + 0.65 * width * length
                ended = shows + 0.2 * width * length
            else:
                began = slot + draw.uniform(0.3, 0.7) * length
                ended = began + min(_INCIDENT, length / 5)
                # The audit is not felt before it is long.
                shows = began + 0.2 * (ended - began) if name == "cascade_failure" else began
            found.append(Incident(name, began, shows, ended))
            place += width
        return found

    def is_told(self, ask: Ask) -> bool:
        """Whether the history of this seed is stored already."""
        first = "lower(hex(sipHash128Keyed(({seed:UInt64}, toUInt64(0)), 'trace', toUInt16(1))))"
        query = f"SELECT count() FROM otel_traces_trace_id_ts WHERE TraceId = {first}"
        return ask(query, {"seed": str(self.seed)}).strip() != "0"

    def write_down(self, folder: Path) -> Path:
        """Leaves the record that says what was made, and the incidents in it; returns its folder."""
        run = folder / self.run_id
        run.mkdir(parents=True, exist_ok=True)
        record = {
            "run_id": self.run_id,
            "made": True,
            "seed": self.seed,
            "scenario": "history",
            "arrivals": f"day:{self.rate:g}",
            "started_at": _moment(self.began),
            "ended_at": _moment(self.until),
            "target": None,
            "instances": self.instances(),
        }
        (run / "run.json").write_text(json.dumps(record, indent=2) + "\n")
        # Its requests are not written down: nobody sent them.
        (run / "journal.jsonl").write_text("")
        lines = [self._injection(number, incident) for number, incident in enumerate(self.incidents(), 1)]
        (run / "injections.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
        return run

    def _injection(self, number: int, incident: Incident) -> dict[str, object]:
        return {
            "incident_id": f"{self.run_id}-{number}",
            "name": incident.name,
            "seed": self.seed,
            "scenario": "history",
            "difficulty": "medium",
            "intensity": None,
            "started_at": _moment(incident.began),
            "ended_at": _moment(incident.ended),
            "service": ROOT_SERVICES[incident.name],
        }


def _moment(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%f") + "000Z"
