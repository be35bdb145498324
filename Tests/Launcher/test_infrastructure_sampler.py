"""What the machine does is told for each process, by the names that its own telemetry carries."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.parse
from collections.abc import Callable
from typing import Any

import pytest
from launcher.configuration.settings import read_settings
from launcher.infrastructure import proc_files
from launcher.infrastructure.pod_history import PodHistory
from launcher.infrastructure.proc_files import Usage
from launcher.supervision.processes import infrastructure_is_told
from launcher.supervision.supervisor_client import ProcessState

from conftest import STAND_INS, DemoSuite, variables, wait_until

OFTEN = {"OTEL_METRIC_EXPORT_INTERVAL": "1000"}


def test_a_person_has_the_last_word_about_attributes(suite: DemoSuite) -> None:
    own = "team=\"a b\" % $HOME ; 'c'"
    assert suite.up(OTEL_RESOURCE_ATTRIBUTES=own).returncode == 0
    told = variables(suite, "payment-service")["OTEL_RESOURCE_ATTRIBUTES"]
    assert told.startswith("k8s.cluster.name=local,") and told.endswith("," + own)


def test_the_metrics_of_a_pod_carry_what_its_process_was_given(suite: DemoSuite) -> None:
    assert suite.up(**OFTEN).returncode == 0
    pods = [resource(suite, name) for name in STAND_INS]
    assert [pod["k8s.pod.name"] for pod in pods] == [f"{name}-0" for name in STAND_INS]
    assert len({pod["k8s.pod.uid"] for pod in pods}) == len(pods)
    assert {pod["k8s.namespace.name"] for pod in pods} == {"faultline"}
    assert {pod["k8s.node.name"] for pod in pods} == {os.uname().nodename}
    for pod in pods:
        wait_until(lambda pod=pod: values(suite, pod, "k8s.pod.memory.usage"), f"the memory of {pod} is told")
        assert max(values(suite, pod, "k8s.pod.memory.usage")) > 1_000_000
        assert values(suite, pod, "k8s.pod.phase")[-1] == 2
    wait_until(lambda: node(suite, "k8s.node.cpu.utilization"), "the node is told")
    assert node(suite, "k8s.node.condition_ready")[-1] == 1
    assert node(suite, "k8s.node.memory.usage")[-1] > 1_000_000


def test_a_restart_is_counted_and_draws_a_drop_to_zero_in_the_same_pod(suite: DemoSuite) -> None:
    assert suite.up(**OFTEN).returncode == 0
    name = "payment-service"
    pod, other = resource(suite, name), resource(suite, "collector")
    wait_until(lambda: values(suite, pod, "k8s.pod.memory.usage"), "its memory is told")
    os.kill(suite.status()[name]["pid"], signal.SIGKILL)

    def drop() -> bool:
        memory = values(suite, pod, "k8s.pod.memory.usage")
        return 0 in memory and memory[0] > 0 and memory[-1] > 0

    wait_until(drop, "memory falls to nothing and comes back")
    assert 0 in values(suite, pod, "k8s.pod.cpu.utilization")
    assert values(suite, pod, "k8s.container.restarts")[-1] == 1
    assert values(suite, other, "k8s.container.restarts")[-1] == 0
    assert resource(suite, name) == pod


def test_a_collector_that_is_away_stops_nothing(suite: DemoSuite) -> None:
    assert suite.up(**OFTEN).returncode == 0
    wait_until(lambda: exports(suite), "metrics arrive")
    os.kill(suite.status()["collector"]["pid"], signal.SIGKILL)
    log = suite.data / "logs" / "infrastructure-sampler.log"
    heard = len(exports(suite))
    wait_until(lambda: len(exports(suite)) > heard + 1, "metrics arrive again")
    assert "Traceback" not in log.read_text()
    assert suite.status()["infrastructure-sampler"]["restarts"] == 0


def test_turned_off_nothing_is_told(suite: DemoSuite) -> None:
    assert suite.up(INFRASTRUCTURE_METRICS="off").returncode == 0
    assert "infrastructure-sampler" not in suite.status()
    assert "OTEL_RESOURCE_ATTRIBUTES" not in variables(suite, "payment-service")


@pytest.mark.parametrize(
    "elsewhere", [{"OTEL_SDK_DISABLED": "true"}, {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://other:4318"}]
)
def test_another_backend_knows_its_own_infrastructure(elsewhere: dict[str, str]) -> None:
    assert infrastructure_is_told(read_settings({}), {})
    assert not infrastructure_is_told(read_settings(elsewhere), elsewhere)


def test_a_switch_is_on_or_off(suite: DemoSuite) -> None:
    up = suite.up(INFRASTRUCTURE_METRICS="maybe")
    assert up.returncode == 1
    assert "INFRASTRUCTURE_METRICS=maybe: it must be on or off" in up.stderr


def test_what_a_process_used_before_it_was_seen_is_no_rate() -> None:
    history = PodHistory()
    assert history.look(state(7), Usage(60, 50, 10, 1000), 0) is None
    interval = history.look(state(7), Usage(62, 51, 11, 1200), 4)
    assert interval is not None and (interval.cores, interval.resident_bytes) == (0.5, 1200)
    again = history.look(state(8), Usage(0.25, 0.25, 0, 300), 8)
    assert again is not None and (again.cores, again.resident_bytes) == (0, 0)
    later = history.look(state(8), Usage(4.25, 4.25, 0, 400), 12)
    assert later is not None and (later.cores, later.resident_bytes) == (1, 400)
    gone = history.look(state(0), None, 16)
    assert gone is not None and (gone.cores, gone.resident_bytes) == (0, 0)


def test_what_a_process_has_started_counts_with_it() -> None:
    before = proc_files.usage(os.getpid())
    program = "held = bytearray(64 << 20); print('held', flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdin is not None and child.stdout is not None
        assert child.stdout.readline() == b"held\n"
        during = proc_files.usage(os.getpid())
        child.stdin.close()
    assert before is not None and during is not None
    assert during.resident_bytes - before.resident_bytes > 60 << 20
    assert proc_files.usage(child.pid) is None


def test_less_than_a_tick_is_told() -> None:
    before = proc_files.usage(os.getpid())
    sum(range(1000))
    after = proc_files.usage(os.getpid())
    assert before is not None and after is not None
    assert 0 < after.cpu_seconds - before.cpu_seconds < 1
    assert after.cpu_seconds == pytest.approx(after.user_seconds + after.system_seconds, abs=1)


def state(pid: int) -> ProcessState:
    return ProcessState("any", "RUNNING", pid, started=1, exit_description="", restarts=0)


def resource(suite: DemoSuite, name: str) -> dict[str, str]:
    """What a process was told of its pod."""
    pairs = [pair.split("=", 1) for pair in variables(suite, name)["OTEL_RESOURCE_ATTRIBUTES"].split(",")]
    return {key: urllib.parse.unquote(value) for key, value in pairs}


def values(suite: DemoSuite, pod: dict[str, str], metric: str) -> list[float]:
    """The values of a gauge that were told for a pod, by its uid."""
    return gauges(suite, metric, lambda attributes: attributes.get("k8s.pod.uid") == pod["k8s.pod.uid"])


def node(suite: DemoSuite, metric: str) -> list[float]:
    return gauges(suite, metric, lambda attributes: "k8s.pod.uid" not in attributes)


def gauges(suite: DemoSuite, metric: str, belongs: Callable[[dict[str, str]], bool]) -> list[float]:
    found = []
    for export in exports(suite):
        for each in export["resourceMetrics"]:
            attributes = {item["key"]: item["value"]["stringValue"] for item in each["resource"]["attributes"]}
            if belongs(attributes):
                found += [
                    point["asDouble"]
                    for told in each["scopeMetrics"][0]["metrics"]
                    if told["name"] == metric
                    for point in told["gauge"]["dataPoints"]
                ]
    return found


def exports(suite: DemoSuite) -> list[dict[str, Any]]:
    """What the collector was sent, without what it is being sent now."""
    try:
        lines = (suite.data / "data" / "exports").read_text().split("\n")[:-1]
    except OSError:
        return []
    return [json.loads(line) for line in lines]
