"""The Kubernetes manifests hold together, and ask for no privilege."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "deploy" / "k8s"


OWN = FOLDER / "own-collector" / "otel-collector.yaml"
OTHER = FOLDER / "otel-collector.yaml"


@pytest.fixture(params=[OTHER, OWN], ids=["opentelemetry", "own"], autouse=True)
def collector(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test holds with either collector."""
    monkeypatch.setattr(sys.modules[__name__], "_left_out", OWN if request.param == OTHER else OTHER)


_left_out = OWN


def manifests() -> list[Path]:
    """Every file that is applied, also those for a cluster without a ClickHouse."""
    return sorted(file for file in FOLDER.rglob("*.yaml") if file.name != "kustomization.yaml" and file != _left_out)


def documents() -> Iterator[dict[str, Any]]:
    for file in manifests():
        yield from yaml.safe_load_all(file.read_text())


def pods() -> Iterator[tuple[str, dict[str, Any]]]:
    for document in documents():
        if "template" in document.get("spec", {}):
            yield document["metadata"]["name"], document["spec"]["template"]


@pytest.mark.parametrize(
    "folder",
    [FOLDER, FOLDER / "with-clickhouse", FOLDER / "with-redis", FOLDER / "with-infrastructure"],
    ids=lambda folder: folder.name,
)
def test_every_manifest_is_applied(folder: Path) -> None:
    listed = yaml.safe_load((folder / "kustomization.yaml").read_text())["resources"]
    there = [file.name for file in folder.glob("*.yaml") if file.name != "kustomization.yaml"]
    assert sorted(listed) == sorted(["..", *there] if folder.name == "with-clickhouse" else there)


def test_pods_ask_for_no_privilege() -> None:
    assert len(list(pods())) == 13
    for name, template in pods():
        spec = template["spec"]
        assert spec["securityContext"]["runAsNonRoot"] is True, name
        assert spec["automountServiceAccountToken"] is False, name
        for container in spec["containers"]:
            context = container["securityContext"]
            assert context["readOnlyRootFilesystem"] and not context["allowPrivilegeEscalation"], name
            assert context["capabilities"] == {"drop": ["ALL"]}, name
            assert "memory" in container["resources"]["limits"], name


def test_kubernetes_does_not_set_our_ports_to_addresses() -> None:
    # A Service called payment-service would make it PAYMENT_SERVICE_PORT=tcp://10.0.0.1:8001.
    for name, template in pods():
        assert template["spec"]["enableServiceLinks"] is False, name


def test_services_find_their_pods() -> None:
    labels = [template["metadata"]["labels"] for _, template in pods()]
    ports = {
        name: {port["name"] for port in template["spec"]["containers"][0].get("ports", [])} for name, template in pods()
    }
    for document in documents():
        if document["kind"] != "Service":
            continue
        selector = document["spec"]["selector"]
        assert any(selector.items() <= each.items() for each in labels), document["metadata"]["name"]
        wanted = {port["targetPort"] for port in document["spec"]["ports"]}
        assert wanted <= ports[selector["app.kubernetes.io/name"]]


def test_addresses_of_other_services_are_those_that_there_are() -> None:
    there = {
        f"http://{document['metadata']['name']}:{port['port']}"
        for document in documents()
        if document["kind"] == "Service"
        for port in document["spec"]["ports"]
    }
    named = set(re.findall(r"http://[a-z-]+:\d+", "".join(file.read_text() for file in FOLDER.glob("*.yaml"))))
    assert named and named <= there


def test_telemetry_says_which_pod_on_which_node_it_is_of() -> None:
    # By these HyperDX finds the charts of the pod behind a span or a log record.
    given = {
        "k8s.namespace.name": "metadata.namespace",
        "k8s.pod.name": "metadata.name",
        "k8s.pod.uid": "metadata.uid",
        "k8s.node.name": "spec.nodeName",
    }
    asked = 0
    for name, template in pods():
        (container,) = template["spec"]["containers"]
        variables = {each["name"]: each for each in container.get("env", [])}
        if "OTEL_EXPORTER_OTLP_ENDPOINT" not in variables or name == "otel-collector":
            continue
        asked += 1
        said = dict(pair.split("=") for pair in variables["OTEL_RESOURCE_ATTRIBUTES"]["value"].split(","))
        fields = {
            attribute: variables[value.strip("$()")]["valueFrom"]["fieldRef"]["fieldPath"]
            for attribute, value in said.items()
        }
        assert fields == given, name
        # Kubernetes fills in what stands before.
        order = [each["name"] for each in container["env"]]
        assert max(order.index(value.strip("$()")) for value in said.values()) < order.index("OTEL_RESOURCE_ATTRIBUTES")
    assert asked == 5


def test_who_asks_what_pods_use_may_read_and_no_more() -> None:
    (role,) = [each for each in documents() if each["kind"] == "ClusterRole"]
    assert {verb for rule in role["rules"] for verb in rule["verbs"]} == {"get", "list", "watch"}
    assert not any("secrets" in rule["resources"] or "*" in rule["resources"] for rule in role["rules"])
    mounting = [
        name
        for name, template in pods()
        for volume in template["spec"].get("volumes", [])
        if any("serviceAccountToken" in source for source in volume.get("projected", {}).get("sources", []))
    ]
    assert mounting == ["infrastructure-of-nodes", "infrastructure-of-the-cluster"]


def test_what_pods_use_is_told_by_the_names_that_hyperdx_charts() -> None:
    (told,) = [each["data"] for each in documents() if each["kind"] == "ConfigMap" and "node.yaml" in each["data"]]
    node, cluster = yaml.safe_load(told["node.yaml"]), yaml.safe_load(told["cluster.yaml"])
    enabled = {name for name, each in node["receivers"]["kubeletstats"]["metrics"].items() if each["enabled"]}
    # k8s.pod.memory.usage and k8s.pod.filesystem.available are on by themselves.
    assert {"k8s.pod.cpu.usage", "k8s.node.cpu.usage", "k8s.pod.uptime", "k8s.pod.memory_limit_utilization"} <= enabled
    assert cluster["receivers"]["k8s_cluster"]["node_conditions_to_report"] == ["Ready"]
    for configuration in (node, cluster):
        for pipeline in configuration["service"]["pipelines"].values():
            for kind in ("receivers", "processors", "exporters"):
                assert set(pipeline[kind]) <= set(configuration[kind])


def test_images_are_those_of_the_compose_file() -> None:
    compose = "".join(file.read_text() for file in sorted(ROOT.glob("docker-compose*.yml")))
    dockerfile = (ROOT / "Dockerfile").read_text()
    for name, template in pods():
        (container,) = template["spec"]["containers"]
        image = container["image"]
        assert f"image: {image}\n" in compose or f"FROM {image} " in dockerfile, name


def test_every_address_a_pod_is_given_is_open_to_it() -> None:
    services = {each["metadata"]["name"]: each["spec"] for each in documents() if each["kind"] == "Service"}
    templates = dict(pods())
    asked = 0
    for name, template in templates.items():
        (container,) = template["spec"]["containers"]
        given = re.findall(r"http://([a-z-]+):(\d+)", str(container))
        if {"secretRef": {"name": "clickhouse"}} in container.get("envFrom", []):
            # What the secret says of a ClickHouse of these manifests.
            given.append(("clickhouse", "9000"))
        if any(each["name"] == "MESSAGE_STREAM_URL" for each in container.get("env", [])):
            given.append(("redis", "6379"))
        for target, port in given:
            asked += 1
            destination, container_port = listener(services[target], int(port), templates)
            assert is_allowed(template["metadata"]["labels"], destination, container_port), f"{name} -> {target}:{port}"
    assert asked >= 12


def test_nothing_but_what_is_said_is_open() -> None:
    labels = {name: template["metadata"]["labels"] for name, template in pods()}
    assert not is_allowed(labels["data-generator"], labels["payment-service"], 8001)
    assert not is_allowed(labels["sample-app"], labels["inventory-service"], 8012)
    assert not is_allowed(labels["inventory-service"], labels["clickhouse"], 9000)
    assert not is_allowed(labels["sample-app"], labels["otel-collector"], 8888)
    assert not is_allowed(labels["sample-app"], labels["query-service"], 9091)
    assert not is_allowed(labels["data-generator"], labels["redis"], 6379)
    assert not is_allowed(labels["payment-service"], labels["redis"], 6379)
    assert is_allowed(labels["query-service"], labels["clickhouse"], 8123)


def listener(service: dict[str, Any], port: int, templates: dict[str, Any]) -> tuple[dict[str, str], int]:
    """Whose pods a service's port leads to, and on which port of theirs."""
    (wanted,) = [each["targetPort"] for each in service["ports"] if each["port"] == port]
    (template,) = [
        each for each in templates.values() if service["selector"].items() <= each["metadata"]["labels"].items()
    ]
    (container,) = template["spec"]["containers"]
    (number,) = [each["containerPort"] for each in container["ports"] if each["name"] == wanted]
    return template["metadata"]["labels"], number


def is_allowed(caller: dict[str, str], callee: dict[str, str], port: int) -> bool:
    """Whether the policies let a pod of this namespace in."""
    policies = [each["spec"] for each in documents() if each["kind"] == "NetworkPolicy"]
    assert any(selects(policy["podSelector"], callee) and not policy.get("ingress") for policy in policies)
    return any(
        selects(source.get("podSelector"), caller) and port in {each["port"] for each in rule["ports"]}
        for policy in policies
        if selects(policy["podSelector"], callee)
        for rule in policy.get("ingress", [])
        for source in rule["from"]
    )


def selects(selector: dict[str, Any] | None, labels: dict[str, str]) -> bool:
    """Whether a label selector means these labels; a missing one selects no pod of this namespace."""
    if selector is None:
        return False
    expressions = selector.get("matchExpressions", [])
    assert all(each["operator"] == "In" for each in expressions)
    return selector.get("matchLabels", {}).items() <= labels.items() and all(
        labels.get(each["key"]) in each["values"] for each in expressions
    )


def test_either_collector_answers_at_the_same_address() -> None:
    def said(file: Path) -> list[tuple[str, str, Any]]:
        return [
            (each["kind"], each["metadata"]["name"], each["spec"].get("ports"))
            for each in yaml.safe_load_all(file.read_text())
            if each["kind"] == "Service"
        ]

    assert said(OWN) == said(OTHER)
