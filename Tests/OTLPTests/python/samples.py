"""The messages of ``Samples.swift``, written a second time against opentelemetry-proto's own classes."""

from __future__ import annotations

from google.rpc.status_pb2 import Status as RPCStatus
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import (
    ExportLogsPartialSuccess,
    ExportLogsServiceRequest,
    ExportLogsServiceResponse,
)
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsPartialSuccess,
    ExportMetricsServiceRequest,
    ExportMetricsServiceResponse,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTracePartialSuccess,
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.common.v1.common_pb2 import (
    AnyValue,
    ArrayValue,
    EntityRef,
    InstrumentationScope,
    KeyValue,
    KeyValueList,
)
from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord, ResourceLogs, ScopeLogs
from opentelemetry.proto.metrics.v1.metrics_pb2 import (
    Exemplar,
    ExponentialHistogram,
    ExponentialHistogramDataPoint,
    Gauge,
    Histogram,
    HistogramDataPoint,
    Metric,
    NumberDataPoint,
    ResourceMetrics,
    ScopeMetrics,
    Sum,
    Summary,
    SummaryDataPoint,
)
from opentelemetry.proto.resource.v1.resource_pb2 import Resource
from opentelemetry.proto.trace.v1.trace_pb2 import ResourceSpans, ScopeSpans, Span, Status

INT64_MIN, INT64_MAX, UINT64_MAX = -(2**63), 2**63 - 1, 2**64 - 1
TRACE_ID = bytes.fromhex("0102030405060708f1f2f3f4f5f6f7f8")
SPAN_ID = bytes.fromhex("a1a2a3a4a5a6a7a8")

VALUES = {
    "string": AnyValue(string_value='text \U0001f600 "quoted"\n'),
    "empty string": AnyValue(string_value=""),
    "true": AnyValue(bool_value=True),
    "false": AnyValue(bool_value=False),
    "zero": AnyValue(int_value=0),
    "min": AnyValue(int_value=INT64_MIN),
    "max": AnyValue(int_value=INT64_MAX),
    "double": AnyValue(double_value=-0.1),
    "zero double": AnyValue(double_value=0.0),
    "infinity": AnyValue(double_value=float("-inf")),
    "bytes": AnyValue(bytes_value=bytes([0, 255, 62, 63, 1])),
    "no bytes": AnyValue(bytes_value=b""),
    "array": AnyValue(
        array_value=ArrayValue(
            values=[
                AnyValue(string_value="a"),
                AnyValue(int_value=1),
                AnyValue(),
                AnyValue(array_value=ArrayValue(values=[AnyValue(bool_value=False)])),
            ]
        )
    ),
    "empty array": AnyValue(array_value=ArrayValue()),
    "map": AnyValue(kvlist_value=KeyValueList(values=[KeyValue(key="k", value=AnyValue(kvlist_value=KeyValueList()))])),
    "nothing": None,
}
ATTRIBUTES = [KeyValue(key=key, value=value) for key, value in VALUES.items()]

RESOURCE = Resource(
    attributes=[KeyValue(key="service.name", value=AnyValue(string_value="shop"))],
    dropped_attributes_count=3,
    entity_refs=[EntityRef(schema_url="s", type="service", id_keys=["a", "b"], description_keys=["c"])],
)
SCOPE = InstrumentationScope(name="scope", version="1.2", attributes=ATTRIBUTES, dropped_attributes_count=1)

TRACES = ExportTraceServiceRequest(
    resource_spans=[
        ResourceSpans(
            resource=RESOURCE,
            scope_spans=[
                ScopeSpans(
                    scope=SCOPE,
                    spans=[
                        Span(
                            trace_id=TRACE_ID,
                            span_id=SPAN_ID,
                            trace_state="a=b,c=d",
                            parent_span_id=bytes(7) + b"\x07",
                            flags=0x101,
                            name="GET /products",
                            kind=Span.SPAN_KIND_SERVER,
                            start_time_unix_nano=1_700_000_000_000_000_001,
                            end_time_unix_nano=UINT64_MAX,
                            attributes=ATTRIBUTES,
                            dropped_attributes_count=300,
                            events=[
                                Span.Event(
                                    time_unix_nano=5, name="e", attributes=ATTRIBUTES, dropped_attributes_count=2
                                )
                            ],
                            dropped_events_count=4,
                            links=[
                                Span.Link(
                                    trace_id=TRACE_ID,
                                    span_id=SPAN_ID,
                                    trace_state="x=y",
                                    attributes=ATTRIBUTES,
                                    dropped_attributes_count=9,
                                    flags=0x301,
                                )
                            ],
                            dropped_links_count=5,
                            status=Status(message="broke", code=Status.STATUS_CODE_ERROR),
                        ),
                        Span(),
                    ],
                    schema_url="https://example.com/scope",
                )
            ],
            schema_url="https://example.com/resource",
        ),
        ResourceSpans(),
    ]
)

EXEMPLARS = [
    Exemplar(filtered_attributes=ATTRIBUTES, time_unix_nano=3, as_int=-4, span_id=SPAN_ID, trace_id=TRACE_ID),
    Exemplar(time_unix_nano=3, as_double=0.0),
]
SERIES = {"attributes": ATTRIBUTES, "start_time_unix_nano": 1, "time_unix_nano": 2, "flags": 1}
DELTA, CUMULATIVE = 1, 2

METRICS = ExportMetricsServiceRequest(
    resource_metrics=[
        ResourceMetrics(
            resource=RESOURCE,
            scope_metrics=[
                ScopeMetrics(
                    scope=SCOPE,
                    metrics=[
                        Metric(
                            name="g",
                            description="d",
                            unit="s",
                            gauge=Gauge(
                                data_points=[
                                    NumberDataPoint(as_double=2.5, exemplars=EXEMPLARS, **SERIES),
                                    NumberDataPoint(as_int=0),
                                    NumberDataPoint(),
                                ]
                            ),
                            metadata=ATTRIBUTES,
                        ),
                        Metric(
                            name="s",
                            sum=Sum(
                                data_points=[NumberDataPoint(as_int=INT64_MIN)],
                                aggregation_temporality=CUMULATIVE,
                                is_monotonic=True,
                            ),
                        ),
                        Metric(
                            name="h",
                            histogram=Histogram(
                                data_points=[
                                    HistogramDataPoint(
                                        count=3,
                                        sum=0.0,
                                        bucket_counts=[0, 1, UINT64_MAX],
                                        explicit_bounds=[0.0, 2.5],
                                        exemplars=EXEMPLARS,
                                        min=0.0,
                                        max=-1.0,
                                        **SERIES,
                                    )
                                ],
                                aggregation_temporality=DELTA,
                            ),
                        ),
                        Metric(
                            name="e",
                            exponential_histogram=ExponentialHistogram(
                                data_points=[
                                    ExponentialHistogramDataPoint(
                                        count=3,
                                        sum=1.5,
                                        scale=-3,
                                        zero_count=4,
                                        positive=ExponentialHistogramDataPoint.Buckets(
                                            offset=-5, bucket_counts=[1, 300, UINT64_MAX]
                                        ),
                                        negative=ExponentialHistogramDataPoint.Buckets(offset=6, bucket_counts=[0]),
                                        exemplars=EXEMPLARS,
                                        min=0.0,
                                        max=9.0,
                                        zero_threshold=0.01,
                                        **SERIES,
                                    )
                                ],
                                aggregation_temporality=CUMULATIVE,
                            ),
                        ),
                        Metric(
                            name="q",
                            summary=Summary(
                                data_points=[
                                    SummaryDataPoint(
                                        count=3,
                                        sum=4.0,
                                        quantile_values=[SummaryDataPoint.ValueAtQuantile(quantile=0.5, value=-1.0)],
                                        **SERIES,
                                    )
                                ]
                            ),
                        ),
                        Metric(name="none"),
                    ],
                    schema_url="u",
                )
            ],
            schema_url="v",
        )
    ]
)

LOGS = ExportLogsServiceRequest(
    resource_logs=[
        ResourceLogs(
            resource=RESOURCE,
            scope_logs=[
                ScopeLogs(
                    scope=SCOPE,
                    log_records=[
                        LogRecord(
                            time_unix_nano=1,
                            observed_time_unix_nano=2,
                            severity_number=17,
                            severity_text="ERROR",
                            body=AnyValue(kvlist_value=KeyValueList(values=ATTRIBUTES)),
                            attributes=ATTRIBUTES,
                            dropped_attributes_count=2,
                            flags=1,
                            trace_id=TRACE_ID,
                            span_id=SPAN_ID,
                            event_name="event",
                        ),
                        LogRecord(),
                    ],
                    schema_url="u",
                )
            ],
            schema_url="v",
        )
    ]
)

REJECTED, REASON = 2**40, "too many"

MESSAGES = {
    "traces": TRACES,
    "metrics": METRICS,
    "logs": LOGS,
    "traces_response": ExportTraceServiceResponse(
        partial_success=ExportTracePartialSuccess(rejected_spans=REJECTED, error_message=REASON)
    ),
    "metrics_response": ExportMetricsServiceResponse(
        partial_success=ExportMetricsPartialSuccess(rejected_data_points=REJECTED, error_message=REASON)
    ),
    "logs_response": ExportLogsServiceResponse(
        partial_success=ExportLogsPartialSuccess(rejected_log_records=REJECTED, error_message=REASON)
    ),
    "traces_success": ExportTraceServiceResponse(),
    "traces_warning": ExportTraceServiceResponse(partial_success=ExportTracePartialSuccess()),
    "status": RPCStatus(code=-3, message=REASON),
}
