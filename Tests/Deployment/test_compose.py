"""Each arrangement of the Compose files starts what it should, closed to the outside."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

sys.path.insert(0, str(Path(__file__).parent))

from arrangements import FILES, ROOT, Service, services, texts  # noqa: E402

EMBEDDING = {"embedding-pipeline", "embedding-endpoint"}
SHOP = {"sample-app", "payment-service", "inventory-service", "data-generator"}
DOCKERFILE = (ROOT / "Dockerfile").read_text()
EVERYTHING = [
    (name, profile)
    for name in FILES
    for profile in ("", "hyperdx", "grafana", "score", "redis", "browsers")
    if name != "otlp" or not profile
]


@pytest.fixture(params=EVERYTHING, ids=lambda each: "-".join(filter(None, each)))
def started(request: pytest.FixtureRequest) -> dict[str, Service]:
    arrangement, profile = request.param
    return services(arrangement, profile)


def test_without_an_env_file_everything_is_here() -> None:
    assert set(services("local")) == SHOP | EMBEDDING | {
        "otel-collector",
        "clickhouse",
        "clickhouse-schema",
        "query-service",
    }


def test_the_profile_adds_the_application_and_its_account() -> None:
    added = set(services("local", "hyperdx")) - set(services("local"))
    assert added == {"hyperdx", "hyperdx-account", "mongo"}


def test_a_profile_adds_grafana_with_what_it_reads() -> None:
    assert set(services("local", "grafana")) - set(services("local")) == {"grafana"}
    grafana = services("local", "grafana")["grafana"]
    assert list(grafana["depends_on"]) == ["query-service"]
    assert grafana["environment"]["QUERY_SERVICE_URL"] == "http://query-service:8081"
    provider = yaml.safe_load((ROOT / "dashboards/provisioning/dashboards/faultline.yaml").read_text())
    assert f"./dashboards:{provider['providers'][0]['options']['path']}:ro,z" in grafana["volumes"]
    assert "./dashboards/provisioning:/etc/grafana/provisioning:ro,z" in grafana["volumes"]


def test_the_stream_of_orders_is_in_a_redis_where_one_line_says_so() -> None:
    assert set(services("local", "redis")) - set(services("local")) == {"redis"}
    redis = services("local", "redis")["redis"]
    assert "ports" not in redis, "who reaches it could write orders"
    (command,) = redis["command"]
    assert "--appendonly yes --appendfsync always" in command
    assert redis["volumes"] == ["redis-data:/data"]
    for name in ("sample-app", "inventory-service"):
        assert services("local")[name]["environment"]["MESSAGE_STREAM_URL"] == "${MESSAGE_STREAM_URL:-}", name


def test_visitors_with_a_browser_are_a_service_of_their_own_and_write_beside_the_loads_journal() -> None:
    assert set(services("local", "browsers")) - set(services("local")) == {"browsers"}
    browsers = services("local", "browsers")["browsers"]
    assert browsers["volumes"] == ["journal:/journal"] and "ports" not in browsers
    words = dict(zip(browsers["command"][::2], browsers["command"][1::2], strict=True))
    assert words == {"--shop": "http://sample-app:8000", "--journal": "/journal", "--count": "${BROWSERS:-1}"}
    assert "environment" not in browsers, "it knows no secret"
    # Whom the scenario names must come once, by one of the two.
    assert services("local")["data-generator"]["environment"]["LOAD_NAMED_VISITORS"] == "${LOAD_NAMED_VISITORS:-}"
    assert "COPY browsers browsers" in DOCKERFILE


def test_the_truth_is_on_a_volume_that_nobody_else_mounts() -> None:
    started = services("local", "score", "hyperdx")
    mounting = {name for name, each in started.items() if any("journal:" in it for it in each.get("volumes", []))}
    assert mounting == {"data-generator", "faultline-score"}
    load, score = started["data-generator"], started["faultline-score"]
    assert load["command"] == ["--journal", "/journal"] and "journal:/journal" in load["volumes"]
    assert score["command"] == ["check", "/journal"] and score["volumes"] == ["journal:/journal"]
    # It reads these beside its executable.
    assert "COPY clickhouse/ground_truth /app/clickhouse/ground_truth" in DOCKERFILE
    assert "!clickhouse/ground_truth" in (ROOT / ".dockerignore").read_text()


def test_everything_that_goes_into_an_image_reaches_the_builder() -> None:
    kept = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    copied = re.findall(r"^COPY (?!--from)(?:--\S+ )*(.+) \S+$", DOCKERFILE, re.MULTILINE)
    sources = {source for line in copied for source in line.split()}
    assert {"Shared", "embeddings/weights.txt", "otel-collector/start"} <= sources
    for source in sources:
        within = [
            path for path in kept if source == path or source.startswith(f"{path}/") or path.startswith(f"{source}/")
        ]
        assert within, f"{source} is left out by .dockerignore"


def test_the_cloud_has_no_clickhouse_here_and_is_asked_over_tls() -> None:
    started = services("cloud")
    assert set(started) == SHOP | EMBEDDING | {"otel-collector", "clickhouse-schema", "query-service"}
    for name in ("otel-collector", "clickhouse-schema", "query-service"):
        environment = started[name]["environment"]
        assert environment["CH_HOST"].startswith("${CH_HOST:?"), "without a host it must not start"
        assert environment["CH_PORT"] == "${CH_PORT:-9440}"
        assert environment["CH_SECURE"] == "${CH_SECURE:-true}"


def test_a_host_in_the_env_file_is_all_that_the_cloud_needs() -> None:
    started = services("local", "hyperdx")
    for name in ("otel-collector", "clickhouse-schema", "query-service", "hyperdx"):
        environment = started[name]["environment"]
        assert environment["CH_HOST"] == "${CH_HOST:-clickhouse}"
        assert environment["CH_PORT"] == "${CH_PORT:-}", "it follows from the host"
        assert environment["CH_SECURE"] == "${CH_SECURE:-}", "it follows from the host"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, "9000 false"),
        ({"CH_HOST": "clickhouse.example"}, "9000 false"),
        ({"CH_HOST": "abc.eu-central-1.aws.clickhouse.cloud"}, "9440 true"),
        ({"CH_HOST": "abc.clickhouse.cloud", "CH_PORT": "9441"}, "9441 true"),
        ({"CH_HOST": "clickhouse.example", "CH_SECURE": "true"}, "9440 true"),
        ({"CH_HOST": "clickhouse", "CH_PORT": "", "CH_SECURE": ""}, "9000 false"),
    ],
)
def test_the_collector_follows_the_host(given: dict[str, str], expected: str, tmp_path: Path) -> None:
    collector = tmp_path / "otelcol"
    collector.write_text('#!/bin/sh\necho "$CH_PORT $CH_SECURE" "$@"\n')
    collector.chmod(0o755)
    said = subprocess.run(
        ["sh", str(ROOT / "otel-collector" / "start"), "--config=x"],
        env={"PATH": os.environ["PATH"], "OTELCOL": str(collector), **given},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=60,
    ).stdout
    assert said == f"{expected} --config=x\n"


def test_containers_have_the_names_by_which_commands_call_them() -> None:
    for name, service in services("local").items():
        if service["restart"] != "no":
            assert service["container_name"] == name


def test_lite_pulls_nothing() -> None:
    started = services("lite")
    built = {service["image"] for service in started.values() if "build" in service}
    assert {service["image"] for service in started.values()} == built
    assert all(service["image"].startswith("faultline/") for service in started.values())
    bases = set(re.findall(r"^ARG \w+_IMAGE=(\S+)$", DOCKERFILE, re.MULTILINE))
    assert bases == {"swift:6.3.1-bookworm", "debian:bookworm-slim"}


def test_elsewhere_has_neither_collector_nor_clickhouse() -> None:
    started = services("otlp")
    assert set(started) == SHOP
    for name in SHOP - {"data-generator"}:
        endpoint = started[name]["environment"]["OTEL_EXPORTER_OTLP_ENDPOINT"]
        assert endpoint.startswith("${OTEL_EXPORTER_OTLP_ENDPOINT:?")


def test_whatever_is_waited_for_is_started(started: dict[str, Service]) -> None:
    for name, service in started.items():
        for other, how in (service.get("depends_on") or {}).items():
            assert other in started, f"{name} waits for {other}, which nobody starts"
            condition = how["condition"]
            finishes = started[other]["restart"] == "no"
            assert condition == ("service_completed_successfully" if finishes else "service_healthy"), (name, other)
            if not finishes:
                assert "test" in started[other]["healthcheck"], f"{other} never becomes healthy"


def test_every_port_is_bound_to_this_machine(started: dict[str, Service]) -> None:
    for name, service in started.items():
        for port in service.get("ports", []):
            assert re.fullmatch(r"127\.0\.0\.1:\$\{\w+:-\d+\}:\d+", port), (name, port)


def test_every_image_has_a_tag_that_stays(started: dict[str, Service]) -> None:
    for name, service in started.items():
        _, _, tag = service["image"].partition(":")
        assert re.search(r"\d+\.\d+\.\d+", tag), f"{name}: {service['image']}"


def test_our_images_have_the_version_that_telemetry_says(started: dict[str, Service]) -> None:
    source = (ROOT / "Shared" / "ServiceKit" / "Telemetry" / "Deployment.swift").read_text()
    version = re.search(r'static let version = "([\d.]+)"', source)[1]
    for service in started.values():
        name, _, tag = service["image"].partition(":")
        # The OpenTelemetry Collector in its own image goes by its own version.
        if name.startswith("faultline/") and name != "faultline/otel-collector":
            assert tag == version, name


def test_every_container_is_confined(started: dict[str, Service]) -> None:
    for name, service in started.items():
        assert service["cap_drop"] == ["ALL"], name
        assert "no-new-privileges:true" in service["security_opt"], name
        assert "mem_limit" in service and "pids_limit" in service, name
        assert "privileged" not in service and "network_mode" not in service, name
        if "build" in service:
            assert service["read_only"] is True, name


def test_what_should_run_is_started_again(started: dict[str, Service]) -> None:
    jobs = {name for name, service in started.items() if service["restart"] == "no"}
    assert jobs <= {"clickhouse-schema", "hyperdx-account", "faultline-score"}
    assert all(service["restart"] in ("no", "unless-stopped") for service in started.values())


def test_health_is_asked_by_the_executable_itself(started: dict[str, Service]) -> None:
    for service in started.values():
        target = service.get("build", {}).get("target")
        test = service["healthcheck"].get("test", [])
        if target in ("sample-ecommerce-app", "payment-service", "inventory-service", "collector", "query-service"):
            assert test == ["CMD", f"/app/{target}", "health"]
            assert f'CMD ["/app/{target}", "health"]' in DOCKERFILE


def test_every_image_that_is_built_is_a_target_of_the_dockerfile(started: dict[str, Service]) -> None:
    for name, service in started.items():
        if "build" in service:
            assert f" AS {service['build']['target']}\n" in DOCKERFILE, name


@pytest.mark.parametrize("name", ["inventory", "payment"])
def test_a_service_recycles_itself_before_the_kernel_ends_it(name: str) -> None:
    service = services("local")[f"{name}-service"]
    variable = f"{name.upper()}_MEMORY_LIMIT_MB"
    own = int(re.fullmatch(rf"\$\{{{variable}:-(\d+)\}}", service["environment"][variable])[1])
    assert int(service["mem_limit"].removesuffix("m")) >= 2 * own
    # It ends with status 0.
    assert service["restart"] == "unless-stopped"


def test_what_is_mounted_from_the_checkout_is_there(started: dict[str, Service]) -> None:
    for service in started.values():
        for volume in service.get("volumes", []):
            source, _, rest = volume.partition(":")
            if source.startswith("./"):
                assert (ROOT / source).exists(), volume
                # z: readable for the container where SELinux labels files.
                assert rest.endswith(":ro,z"), volume


def test_the_example_env_file_lists_every_variable() -> None:
    listed = set(re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    settings = "\n".join(line for line in texts().splitlines() if not line.lstrip().startswith("#"))
    used = set(re.findall(r"\$\{([A-Z_]+)", settings))
    of_compose = {"COMPOSE_FILE", "COMPOSE_PROFILES"}
    of_experts = {
        "CH_PORT",
        "CH_SECURE",
        "CH_HTTPS_PORT",
        "HYPERDX_CLICKHOUSE_URL",
        *(name for name in used if name.startswith(("OTEL_B", "OTEL_METRIC_"))),
    }
    assert used - listed == of_experts
    assert listed - used == of_compose


def test_no_secret_has_a_value_in_the_files() -> None:
    for line in texts().splitlines():
        name, _, value = line.strip().partition(": ")
        if re.search(r"PASSWORD|SECRET$|TOKEN", name) and not line.lstrip().startswith("#"):
            # The one that everybody may know: its listeners are on loopback, and docs/security.md says what it opens.
            allowed = r"\$\{\w+:(-|\?[^}]*)\}|&token \$\{ADMIN_TOKEN-this-machine-only\}|\*token"
            assert re.fullmatch(allowed, value), line


def test_things_break_by_default_with_one_token_and_one_setting_keeps_them_calm() -> None:
    started = services("local")
    load = started["data-generator"]
    assert load["environment"]["LOAD_SCENARIO"] == "${LOAD_SCENARIO:-}"
    assert f"./data-generator/config.yaml:{load['environment']['LOAD_CONFIG']}:ro,z" in load["volumes"]
    assert yaml.safe_load((ROOT / "data-generator" / "config.yaml").read_text())["LOAD_SCENARIO"] == "plan"
    listeners = {"sample-app", "payment-service", "inventory-service", "data-generator"}
    tokens = {name: each["environment"].get("ADMIN_TOKEN") for name, each in started.items() if "environment" in each}
    assert {name for name, token in tokens.items() if token} >= listeners
    # An empty one is taken for none.
    assert {tokens[name] for name in listeners} == {"${ADMIN_TOKEN-this-machine-only}"}
