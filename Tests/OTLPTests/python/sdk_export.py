"""Lets OpenTelemetry's own Python SDK export all three signals over HTTP, and keeps the bodies it posts.

sdk_export.py FOLDER    writes FOLDER/traces, FOLDER/metrics and FOLDER/logs
"""

from __future__ import annotations

import gzip
import logging
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

from opentelemetry._logs import SeverityNumber
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.metrics.view import ExponentialBucketHistogramAggregation, View
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Link, SpanKind, Status, StatusCode

RESOURCE = Resource({"service.name": "python", "list": ["a", "b"]}, schema_url="https://example.com/schema")


class Receiver(BaseHTTPRequestHandler):
    """Takes an export and keeps its body."""

    bodies: dict[str, bytes] = {}

    def do_POST(self) -> None:  # noqa: N802
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        self.bodies[self.path.rsplit("/", 1)[-1]] = body
        self.send_response(200)
        self.send_header("Content-Type", "application/x-protobuf")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


def export_traces(endpoint: str) -> None:
    provider = TracerProvider(resource=RESOURCE, shutdown_on_exit=False)
    exporter = OTLPSpanExporter(endpoint=f"{endpoint}/v1/traces", compression=Compression.Gzip)
    provider.add_span_processor(BatchSpanProcessor(exporter))
    tracer = provider.get_tracer("tracer", "1.0", schema_url="https://example.com/scope")
    with tracer.start_as_current_span("parent", kind=SpanKind.SERVER) as parent:
        parent.set_attributes({"text": "é", "number": 2**53 + 1, "real": 0.5, "yes": True, "list": [1, 2]})
        parent.add_event("event", {"key": "value"}, timestamp=7)
        with tracer.start_as_current_span(
            "child", kind=SpanKind.CLIENT, links=[Link(parent.get_span_context(), {"of": "link"})]
        ) as child:
            child.set_status(Status(StatusCode.ERROR, "broke"))
    provider.shutdown()


def export_metrics(endpoint: str) -> None:
    exporter = OTLPMetricExporter(endpoint=f"{endpoint}/v1/metrics")
    view = View(instrument_name="exponential", aggregation=ExponentialBucketHistogramAggregation())
    provider = MeterProvider([PeriodicExportingMetricReader(exporter)], RESOURCE, shutdown_on_exit=False, views=[view])
    meter = provider.get_meter("meter", "2.0")
    meter.create_counter("counter", "1", "counts").add(5, {"key": "value"})
    meter.create_up_down_counter("level").add(-2)
    meter.create_gauge("gauge").set(1.5)
    explicit = meter.create_histogram("explicit", explicit_bucket_boundaries_advisory=[1.0, 10.0])
    exponential = meter.create_histogram("exponential")
    for histogram in (explicit, exponential):
        for value in (0.5, 5.0, 50.0):
            histogram.record(value)
    provider.shutdown()


def export_logs(endpoint: str) -> None:
    provider = LoggerProvider(RESOURCE, shutdown_on_exit=False)
    provider.add_log_record_processor(BatchLogRecordProcessor(OTLPLogExporter(endpoint=f"{endpoint}/v1/logs")))
    provider.get_logger("logger", "3.0").emit(
        timestamp=11,
        severity_number=SeverityNumber.WARN,
        severity_text="WARN",
        body={"text": "hello", "parts": [1, None, b"\x00\xff"]},
        attributes={"key": "value"},
        event_name="greeting",
    )
    provider.shutdown()


def main(folder: Path) -> int:
    logging.basicConfig(level=logging.WARNING)
    server = HTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    endpoint = f"http://127.0.0.1:{server.server_port}"
    export_traces(endpoint)
    export_metrics(endpoint)
    export_logs(endpoint)
    server.shutdown()
    for name, body in Receiver.bodies.items():
        (folder / name).write_bytes(body)
    return 0 if set(Receiver.bodies) == {"traces", "metrics", "logs"} else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
