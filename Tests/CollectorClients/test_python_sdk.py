"""OpenTelemetry's Python SDK sends all three signals, and every field is compared with what is stored.

An exporter in memory beside the one that sends tells what the SDK made of the calls.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

import pytest
from opentelemetry._logs import LogRecord, SeverityNumber
from opentelemetry.exporter.otlp.proto.grpc._log_exporter import OTLPLogExporter as GRPCLogExporter
from opentelemetry.exporter.otlp.proto.grpc.metric_exporter import OTLPMetricExporter as GRPCMetricExporter
from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter as GRPCSpanExporter
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter as HTTPLogExporter
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter as HTTPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter as HTTPSpanExporter
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import InMemoryLogRecordExporter, SimpleLogRecordProcessor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader, PeriodicExportingMetricReader
from opentelemetry.sdk.metrics.view import ExponentialBucketHistogramAggregation, View
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import Link, SpanKind, Status, StatusCode

from running_collector import RunningCollector

TRANSPORTS = ["grpc", "grpc gzip", "http", "http gzip"]


def _resource() -> Resource:
    return Resource(
        {"service.name": f"python-{uuid.uuid4()}", "list": ["a", "b"], "number": 7},
        schema_url="https://example.test/resource",
    )


def _exporter(collector: RunningCollector, transport: str, grpc: type, http: type, path: str) -> Any:
    name, _, compression = transport.partition(" ")
    if name == "http":
        return http(
            endpoint=f"{collector.http}/v1/{path}",
            compression=Compression.Gzip if compression else Compression.NoCompression,
        )
    from grpc import Compression as GRPCCompression

    return grpc(
        endpoint=collector.grpc,
        insecure=True,
        compression=GRPCCompression.Gzip if compression else GRPCCompression.NoCompression,
    )


def _text(value: Any) -> str:
    """A value as the exporter for ClickHouse writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(f'"{each}"' if isinstance(each, str) else _text(each) for each in value) + "]"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _texts(attributes: Mapping[str, Any] | None) -> dict[str, str]:
    return {key: _text(value) for key, value in (attributes or {}).items()}


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_spans(collector: RunningCollector, transport: str) -> None:
    resource = _resource()
    memory = InMemorySpanExporter()
    provider = TracerProvider(resource=resource, shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(memory))
    exporter = _exporter(collector, transport, GRPCSpanExporter, HTTPSpanExporter, "traces")
    provider.add_span_processor(BatchSpanProcessor(exporter))
    tracer = provider.get_tracer("tracer", "1.0", schema_url="https://example.test/scope")
    with tracer.start_as_current_span("GET /é", kind=SpanKind.SERVER) as parent:
        parent.set_attributes({"text": "é", "number": 2**53 + 1, "real": 0.5, "yes": True, "list": [1, 2]})
        parent.add_event("event", {"key": "value"})
        with tracer.start_as_current_span(
            "child", kind=SpanKind.CLIENT, links=[Link(parent.get_span_context(), {"of": "link"})]
        ) as child:
            child.set_status(Status(StatusCode.ERROR, "broke"))
    for number in range(1_000):
        tracer.start_span(f"many {number}", kind=SpanKind.PRODUCER).end()
    provider.shutdown()

    sent = memory.get_finished_spans()
    service = resource.attributes["service.name"]
    rows = collector.rows(
        "SELECT *, toUnixTimestamp64Nano(Timestamp) AS Nano, "
        "arrayMap(each -> toUnixTimestamp64Nano(each), `Events.Timestamp`) AS EventNanos "
        f"FROM otel_traces WHERE ServiceName = '{service}'",
        len(sent),
    )
    stored = {row["SpanId"]: row for row in rows}
    for span in sent:
        row = stored[f"{span.context.span_id:016x}"]
        assert {name: row[name] for name in _span_row(span)} == _span_row(span)


def _span_row(span: ReadableSpan) -> dict[str, Any]:
    return {
        "TraceId": f"{span.context.trace_id:032x}",
        "SpanId": f"{span.context.span_id:016x}",
        "ParentSpanId": f"{span.parent.span_id:016x}" if span.parent else "",
        "TraceState": "",
        "SpanName": span.name,
        "SpanKind": span.kind.name.capitalize(),
        "ServiceName": span.resource.attributes["service.name"],
        "ResourceAttributes": _texts(span.resource.attributes),
        "ScopeName": "tracer",
        "ScopeVersion": "1.0",
        "SpanAttributes": _texts(span.attributes),
        "Nano": span.start_time,
        "Duration": span.end_time - span.start_time,
        "StatusCode": span.status.status_code.name.capitalize(),
        "StatusMessage": span.status.description or "",
        "EventNanos": [event.timestamp for event in span.events],
        "Events.Name": [event.name for event in span.events],
        "Events.Attributes": [_texts(event.attributes) for event in span.events],
        "Links.TraceId": [f"{link.context.trace_id:032x}" for link in span.links],
        "Links.SpanId": [f"{link.context.span_id:016x}" for link in span.links],
        "Links.Attributes": [_texts(link.attributes) for link in span.links],
    }


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_log_records(collector: RunningCollector, transport: str) -> None:
    resource = _resource()
    memory = InMemoryLogRecordExporter()
    provider = LoggerProvider(resource, shutdown_on_exit=False)
    provider.add_log_record_processor(SimpleLogRecordProcessor(memory))
    exporter = _exporter(collector, transport, GRPCLogExporter, HTTPLogExporter, "logs")
    provider.add_log_record_processor(SimpleLogRecordProcessor(exporter))
    logger = provider.get_logger("logger", "2.0", schema_url="https://example.test/scope", attributes={"of": "scope"})
    tracer = TracerProvider(shutdown_on_exit=False).get_tracer("tracer")
    logger.emit(
        LogRecord(
            severity_number=SeverityNumber.WARN,
            severity_text="WARN",
            body="größer",
            attributes={"text": "é", "number": 3, "yes": False},
            event_name="order.late",
        )
    )
    with tracer.start_as_current_span("span"):
        logger.emit(LogRecord(severity_number=SeverityNumber.ERROR, severity_text="ERROR", body={"of": ["a", 1]}))
    provider.shutdown()

    sent = [each.log_record for each in memory.get_finished_logs()]
    rows = collector.rows(
        "SELECT *, toUnixTimestamp64Nano(Timestamp) AS Nano FROM otel_logs "
        f"WHERE ServiceName = '{resource.attributes['service.name']}' ORDER BY SeverityNumber",
        len(sent),
    )
    for record, row in zip(sent, rows):
        # The time of observation stands for one that is not given.
        expected = {
            "Nano": record.timestamp or record.observed_timestamp,
            "TraceId": f"{record.trace_id:032x}" if record.trace_id else "",
            "SpanId": f"{record.span_id:016x}" if record.span_id else "",
            "TraceFlags": int(record.trace_flags or 0),
            "SeverityText": record.severity_text,
            "SeverityNumber": record.severity_number.value,
            "Body": record.body if isinstance(record.body, str) else '{"of":["a",1]}',
            "ResourceSchemaUrl": "https://example.test/resource",
            "ResourceAttributes": _texts(resource.attributes),
            "ScopeSchemaUrl": "https://example.test/scope",
            "ScopeName": "logger",
            "ScopeVersion": "2.0",
            "ScopeAttributes": {"of": "scope"},
            "LogAttributes": _texts(record.attributes),
            "EventName": record.event_name or "",
        }
        assert {name: row[name] for name in expected} == expected


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_metrics(collector: RunningCollector, transport: str) -> None:
    resource = _resource()
    memory = InMemoryMetricReader()
    exporter = _exporter(collector, transport, GRPCMetricExporter, HTTPMetricExporter, "metrics")
    reader = PeriodicExportingMetricReader(exporter, export_interval_millis=3_600_000)
    view = View(instrument_name="exponential", aggregation=ExponentialBucketHistogramAggregation())
    provider = MeterProvider([memory, reader], resource, shutdown_on_exit=False, views=[view])
    meter = provider.get_meter("meter", "3.0", schema_url="https://example.test/scope")
    meter.create_counter("counter", "1", "A counter.").add(3, {"a": "b"})
    meter.create_up_down_counter("level").add(-2)
    meter.create_gauge("gauge", "By").set(1.5, {"yes": True})
    histogram = meter.create_histogram("histogram", "s", explicit_bucket_boundaries_advisory=[0.1, 1, 10])
    exponential = meter.create_histogram("exponential", "s")
    for value in (0.05, 0.5, 5, 50):
        histogram.record(value)
        exponential.record(value)
    sent = memory.get_metrics_data()
    provider.shutdown()

    service = resource.attributes["service.name"]
    tables = {
        "counter": "otel_metrics_sum",
        "level": "otel_metrics_sum",
        "gauge": "otel_metrics_gauge",
        "histogram": "otel_metrics_histogram",
        "exponential": "otel_metrics_exp_histogram",
    }
    metrics = {each.name: each for each in sent.resource_metrics[0].scope_metrics[0].metrics}
    assert metrics.keys() == tables.keys()
    for name, metric in metrics.items():
        (row,) = collector.rows(
            f"SELECT * FROM {tables[name]} WHERE ServiceName = '{service}' AND MetricName = '{name}'", 1
        )
        (point,) = metric.data.data_points
        expected = {
            "ResourceAttributes": _texts(resource.attributes),
            "ResourceSchemaUrl": "https://example.test/resource",
            "ScopeName": "meter",
            "ScopeVersion": "3.0",
            "ScopeSchemaUrl": "https://example.test/scope",
            "MetricDescription": metric.description,
            "MetricUnit": metric.unit,
            "Attributes": _texts(point.attributes),
            **_point(name, metric.data, point),
        }
        assert {key: row[key] for key in expected} == expected


def _point(name: str, data: Any, point: Any) -> dict[str, Any]:
    if name == "gauge":
        return {"Value": point.value}
    temporality = {"AggregationTemporality": data.aggregation_temporality.value}
    if name in ("counter", "level"):
        return {"Value": point.value, "IsMonotonic": data.is_monotonic, **temporality}
    summary = {"Count": point.count, "Sum": point.sum, "Min": point.min, "Max": point.max, **temporality}
    if name == "histogram":
        return {"BucketCounts": list(point.bucket_counts), "ExplicitBounds": list(point.explicit_bounds), **summary}
    return {
        "Scale": point.scale,
        "ZeroCount": point.zero_count,
        "PositiveOffset": point.positive.offset,
        "PositiveBucketCounts": list(point.positive.bucket_counts),
        "NegativeOffset": point.negative.offset,
        **summary,
    }
