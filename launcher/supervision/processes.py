"""The processes of the suite: what is run, where it listens and what it waits for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from launcher.configuration.locations import ROOT, executables, prebuilt, python
from launcher.configuration.run_folder import RunFolder
from launcher.configuration.settings import Settings
from launcher.infrastructure import stand_ins
from launcher.preparation.model_weights import WEIGHTS
from launcher.preparation.session_recorder import RECORDER
from launcher.supervision.load import Load

LEFT_OUT = ("OTEL_SERVICE_NAME", "CH_HOST", "CH_SECURE")
"""Variables that a shell may hold for something else and that would break a suite of several services."""

INFRASTRUCTURE = "infrastructure-sampler"
"""The process that tells what the others use."""

_ON_THE_WAY_SECONDS = 15.0
"""From the end of a measurement to its row: export, queue and insert."""


@dataclass(frozen=True)
class Process:
    """One process of the suite."""

    name: str
    command: tuple[str, ...]
    port_variable: str | None = None
    """The variable of the port it is known by; ``None`` when it listens nowhere."""
    health_variable: str | None = None
    """The variable of the port that answers ``health_path``, when it is not ``port_variable``."""
    health_path: str = "/health"
    after: tuple[str, ...] = ()
    """The processes that must be healthy before this one starts."""
    stop_seconds: int = 16
    """How long it may take to end before it is killed: longer than the ``StopBudget`` of the services."""
    exports: bool = False
    """Whether it is a service whose own telemetry must arrive."""
    awaited: bool = True
    """Whether the suite is up only when it is healthy."""
    ended_well: tuple[int, ...] = ()
    """The exit statuses with which it is done and is not started again; none when it runs until it is stopped."""

    def port(self, settings: Settings) -> int | None:
        """The port it is known by."""
        return None if self.port_variable is None else settings.ports[self.port_variable]

    def health_url(self, settings: Settings) -> str | None:
        """What to ask for its health; ``None`` when living long enough is all that can be seen."""
        variable = self.health_variable or self.port_variable
        return None if variable is None else settings.url(variable) + self.health_path


def suite_processes(settings: Settings, folder: RunFolder, load: Load | None) -> list[Process]:
    """All processes in the order of their start; ``load`` is ``None`` for no load."""
    built = executables()
    processes = [
        Process(
            "clickhouse",
            _clickhouse_command(settings, folder),
            port_variable="CLICKHOUSE_HTTP_PORT",
            health_path="/ping",
            stop_seconds=20,
        ),
        Process(
            "collector",
            (str(built / "collector"),),
            port_variable="COLLECTOR_HTTP_PORT",
            health_variable="COLLECTOR_METRICS_PORT",
            after=("clickhouse",),
            # Its servers end within 4 s each, and what is left is written within COLLECTOR_SHUTDOWN_TIMEOUT.
            stop_seconds=20,
        ),
        Process(
            "inventory-service",
            (str(built / "inventory-service"),),
            port_variable="INVENTORY_SERVICE_PORT",
            after=("collector",),
            exports=True,
        ),
        Process(
            "payment-service",
            (str(built / "payment-service"),),
            port_variable="PAYMENT_SERVICE_PORT",
            after=("collector",),
            exports=True,
        ),
        Process(
            "sample-ecommerce-app",
            (str(built / "sample-ecommerce-app"),),
            port_variable="SAMPLE_APP_PORT",
            after=("inventory-service", "payment-service"),
            exports=True,
        ),
        Process(
            "query-service",
            (str(built / "query-service"),),
            port_variable="QUERY_SERVICE_PORT",
            after=("collector",),
            exports=True,
        ),
        Process(
            INFRASTRUCTURE,
            (str(python()), "-m", "launcher.infrastructure"),
            after=("collector",),
            stop_seconds=10,
        ),
        # Last, and not waited for: the shop is up without them.
        Process(
            "embedding-endpoint",
            (str(python()), str(ROOT / "embeddings"), "--host", "127.0.0.1", "--weights", str(WEIGHTS)),
            port_variable="EMBEDDING_ENDPOINT_PORT",
            after=("sample-ecommerce-app",),
            awaited=False,
        ),
        Process(
            "embedding-pipeline",
            (str(built / "embedding-pipeline"),),
            port_variable="EMBEDDING_PIPELINE_PORT",
            after=("sample-ecommerce-app",),
            awaited=False,
        ),
    ]
    if load is not None:
        target = settings.url("SAMPLE_APP_PORT")
        processes.append(
            Process(
                "data-generator",
                (*load.command(), "--target", target, "--journal", str(folder.truth)),
                after=("sample-ecommerce-app",),
                stop_seconds=10,
                ended_well=(0, 99),
            )
        )
    if load is not None and load.browsers:
        words = ("--shop", settings.url("SAMPLE_APP_PORT"), "--journal", str(folder.truth))
        words += ("--count", str(load.browsers), "--seed", str(load.seed or 1))
        processes.append(
            Process(
                "browsers", (str(python()), str(ROOT / "browsers"), *words), after=("data-generator",), awaited=False
            )
        )
    return processes


def _clickhouse_command(settings: Settings, folder: RunFolder) -> tuple[str, ...]:
    elsewhere = executables() / "embedded-clickhouse"
    if prebuilt() and elsewhere.exists():
        return (str(elsewhere),)
    return (
        str(python()),
        str(ROOT / "clickhouse" / "embedded"),
        "--port",
        str(settings.ports["CLICKHOUSE_HTTP_PORT"]),
        "--data",
        str(folder.clickhouse),
    )


def suite_environment(settings: Settings, folder: RunFolder, environment: Mapping[str, str]) -> dict[str, str]:
    """The environment of every process: the person's own wins over the demonstration's defaults."""
    defaults = {
        "OTEL_EXPORTER_OTLP_ENDPOINT": settings.url("COLLECTOR_HTTP_PORT"),
        "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf",
        # The specification's 5 s and 60 s suit production; someone who looks at a demonstration waits.
        "OTEL_BSP_SCHEDULE_DELAY": "1000",
        "OTEL_BLRP_SCHEDULE_DELAY": "1000",
        "OTEL_METRIC_EXPORT_INTERVAL": "10000",
        # An insert costs the engine the same for few rows as for thousands, and it shares the processors with the shop.
        "COLLECTOR_BATCH_INTERVAL": "2000",
        **({"SESSION_RECORDER": str(RECORDER)} if RECORDER.is_file() else {}),
    }
    decided = {
        **{name: str(port) for name, port in settings.ports.items()},
        "BIND_HOST": settings.bind_host,
        "DATA_DIR": str(folder.databases),
        "SAMPLE_APP_URL": settings.url("SAMPLE_APP_PORT"),
        "PAYMENT_SERVICE_URL": settings.url("PAYMENT_SERVICE_PORT"),
        "INVENTORY_SERVICE_URL": settings.url("INVENTORY_SERVICE_PORT"),
        "CH_DATABASE": settings.database,
        # This suite brings its own ClickHouse; docker-compose is the one that can use another.
        "CH_HOST": "127.0.0.1",
    }
    given = {name: value for name, value in environment.items() if name not in LEFT_OUT}
    unset = {name: value for name, value in defaults.items() if not environment.get(name)}
    return {**given, **unset, **decided}


def pod_variables(
    processes: Sequence[Process], suite: str, environment: Mapping[str, str]
) -> dict[str, dict[str, str]]:
    """What each process alone is given, by its name: the attributes that its telemetry shares with its pod."""
    given = environment.get("OTEL_RESOURCE_ATTRIBUTES")
    return {
        process.name: {
            "OTEL_RESOURCE_ATTRIBUTES": stand_ins.as_resource_variable(
                stand_ins.pod_attributes(process.name, suite), given
            )
        }
        for process in processes
    }


def infrastructure_is_told(settings: Settings, environment: Mapping[str, str]) -> bool:
    """Whether the sampler runs: not where it is turned off, and not where telemetry goes to another backend.

    Raises ``UserError`` for a switch that is neither on nor off.
    """
    return stand_ins.wanted(environment) and silent_after_seconds(settings, environment) is not None


def silent_after_seconds(settings: Settings, environment: Mapping[str, str]) -> float | None:
    """How long the suite's ClickHouse may hear nothing of a healthy service; ``None`` when it exports elsewhere."""
    told = environment.get("OTEL_EXPORTER_OTLP_ENDPOINT")
    if environment.get("OTEL_SDK_DISABLED", "").lower() == "true" or (
        told and told.rstrip("/") != settings.url("COLLECTOR_HTTP_PORT")
    ):
        return None
    try:
        interval = float(environment.get("OTEL_METRIC_EXPORT_INTERVAL") or 10_000) / 1000
    except ValueError:
        return None
    # Metrics come at least this often, whatever the load; two may be late.
    return 2 * interval + _ON_THE_WAY_SECONDS
