"""The Kubernetes manifests hold together, and ask for no privilege."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "deploy" / "k8s"


def documents() -> Iterator[dict[str, Any]]:
    for file in sorted(FOLDER.glob("*.yaml")):
        if file.name != "kustomization.yaml":
            yield from yaml.safe_load_all(file.read_text())


def pods() -> Iterator[tuple[str, dict[str, Any]]]:
    for document in documents():
        if "template" in document.get("spec", {}):
            yield document["metadata"]["name"], document["spec"]["template"]


def test_every_manifest_is_applied() -> None:
    listed = yaml.safe_load((FOLDER / "kustomization.yaml").read_text())["resources"]
    assert sorted(listed) == sorted(file.name for file in FOLDER.glob("*.yaml") if file.name != "kustomization.yaml")


def test_pods_ask_for_no_privilege() -> None:
    assert len(list(pods())) == 6
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


def test_images_are_those_of_the_compose_file() -> None:
    compose = (ROOT / "docker-compose.yml").read_text()
    dockerfile = (ROOT / "Dockerfile").read_text()
    for name, template in pods():
        (container,) = template["spec"]["containers"]
        image = container["image"]
        assert f"image: {image}\n" in compose or f"FROM {image} " in dockerfile, name
