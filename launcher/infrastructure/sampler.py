"""Looks at the processes of a suite now and then, and tells the collector what they use."""

from __future__ import annotations

import http.client
import sys
import time
import urllib.parse
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from launcher.infrastructure import proc_files
from launcher.infrastructure.otlp_metrics import ResourceMetrics, export
from launcher.infrastructure.pod_history import Interval, PodHistory
from launcher.infrastructure.stand_ins import NAMESPACE, node_attributes, pod_attributes, service_name
from launcher.supervision.supervisor_client import NotRunning, ProcessState, SupervisorClient

_SEND_SECONDS = 5.0
_RUNNING = 2
# k8s.pod.phase: 1 pending, 2 running, 3 succeeded, 4 failed, 5 unknown.
_PHASES = {
    "STOPPED": 1,
    "STARTING": _RUNNING,
    "RUNNING": _RUNNING,
    "BACKOFF": _RUNNING,
    "STOPPING": _RUNNING,
    "EXITED": 3,
    "FATAL": 4,
}
_IS_OVER = ("STOPPED", "EXITED", "FATAL")


@dataclass(frozen=True)
class Sampler:
    """One suite's."""

    client: SupervisorClient
    collector: str
    """Its base URL."""
    data: Path
    """A folder on the disk that is told of."""
    suite: str
    deployment: Mapping[str, str]
    """What each resource says beside its own attributes."""
    seconds: float
    """Between two looks."""

    def run(self, stopping: Callable[[float], bool]) -> None:
        """Looks and tells until ``stopping`` is true, which waits for as many seconds as it is given."""
        print(f"looks every {self.seconds:g} s and tells the collector at {self.collector}", flush=True)
        histories: dict[str, PodHistory] = {}
        busy: tuple[float, float] | None = None
        lost = 0
        due = time.monotonic()
        while not stopping(max(0.0, due - time.monotonic())):
            # What was missed is left out, not caught up with.
            due = max(due, time.monotonic() - self.seconds) + self.seconds
            now, moment = time.monotonic(), time.time_ns()
            try:
                machine, disk = proc_files.machine(), proc_files.disk(self.data)
                states = self.client.states()
            except (OSError, KeyError, ValueError, NotRunning):
                continue
            resources = [_namespace(moment)]
            if busy is not None:
                cores = (machine.busy_seconds - busy[0]) / (now - busy[1])
                resources.append(_node(moment, cores, machine, disk))
            busy = (machine.busy_seconds, now)
            for name, state in states.items():
                usage = proc_files.usage(state.pid) if state.pid else None
                history = histories.setdefault(name, PodHistory())
                interval = history.look(state, usage, now)
                resources.append(_pod(self.suite, state, interval, history.began, machine, disk, moment))
            lost = self._tell(export(resources, self.deployment), lost)

    def _tell(self, body: bytes, lost: int) -> int:
        """Sends a look's metrics; how many looks in a row the collector has not had by now."""
        parts = urllib.parse.urlsplit(self.collector)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=_SEND_SECONDS)
        try:
            connection.request("POST", "/v1/metrics", body, {"Content-Type": "application/json"})
            status = connection.getresponse().status
            reason = None if status == 200 else f"it answered with {status}"
        except (OSError, http.client.HTTPException) as error:
            reason = str(error) or type(error).__name__
        finally:
            connection.close()
        if reason is None:
            if lost:
                print(f"the collector takes metrics again; {lost} samples were lost", file=sys.stderr, flush=True)
            return 0
        if lost == 0:
            print(f"the collector at {self.collector} does not take metrics: {reason}", file=sys.stderr, flush=True)
        return lost + 1


def _namespace(moment: int) -> ResourceMetrics:
    metrics = ResourceMetrics({"k8s.namespace.name": NAMESPACE}, moment)
    metrics.gauge("k8s.namespace.phase", 1, "1")
    return metrics


def _node(moment: int, cores: float, machine: proc_files.Machine, disk: proc_files.Disk) -> ResourceMetrics:
    metrics = ResourceMetrics(node_attributes(), moment)
    used = machine.memory_bytes - machine.available_bytes
    metrics.gauge("k8s.node.condition_ready", 1, "1")
    metrics.gauge("k8s.node.cpu.utilization", cores, "1")
    metrics.gauge("k8s.node.memory.usage", used, "By")
    metrics.gauge("k8s.node.memory.available", machine.available_bytes, "By")
    metrics.gauge("k8s.node.filesystem.available", disk.available_bytes, "By")
    metrics.gauge("k8s.node.filesystem.capacity", disk.capacity_bytes, "By")
    metrics.counter(
        "k8s.node.uptime",
        {"": int(machine.uptime_seconds)},
        "s",
        attribute="",
        since=moment - int(machine.uptime_seconds * 1e9),
    )
    metrics.gauge("system.cpu.utilization", cores / machine.processors, "1")
    metrics.gauge("system.memory.usage", used, "By")
    metrics.gauge("system.memory.utilization", used / machine.memory_bytes, "1")
    return metrics


def _pod(
    suite: str,
    state: ProcessState,
    interval: Interval | None,
    began: int | None,
    machine: proc_files.Machine,
    disk: proc_files.Disk,
    moment: int,
) -> ResourceMetrics:
    attributes = {"service.name": service_name(state.name), **pod_attributes(state.name, suite)}
    metrics = ResourceMetrics(attributes, moment)
    metrics.gauge("k8s.pod.phase", _PHASES.get(state.state, 5), "1")
    metrics.gauge("k8s.container.restarts", state.restarts, "{restart}")
    if interval is None or state.state in _IS_OVER:
        return metrics
    cores, memory = interval.cores, interval.resident_bytes
    metrics.gauge("k8s.pod.cpu.utilization", cores, "1")
    metrics.gauge("k8s.pod.memory.usage", memory, "By")
    metrics.gauge("k8s.pod.filesystem.available", disk.available_bytes, "By")
    # A pod without limits may use all that its node has.
    metrics.gauge("k8s.pod.cpu_limit_utilization", cores / machine.processors, "1")
    metrics.gauge("k8s.pod.memory_limit_utilization", memory / machine.memory_bytes, "1")
    if began is not None:
        # Whole seconds, as a kubelet counts them: HyperDX shows the number as it is.
        age, since = moment // 1_000_000_000 - began, began * 1_000_000_000
        metrics.counter("k8s.pod.uptime", {"": age}, "s", attribute="", since=since)
    metrics.gauge("container.cpu.usage", cores, "{cpu}")
    metrics.gauge("container.memory.usage", memory, "By")
    metrics.gauge("container.uptime", max(0.0, moment / 1e9 - state.started) if state.pid else 0, "s")
    if interval.totals is not None:
        times = {"user": interval.totals.user_seconds, "system": interval.totals.system_seconds}
        started = state.started * 1_000_000_000
        metrics.counter("container.cpu.time", times, "s", attribute="cpu.mode", since=started)
    return metrics
