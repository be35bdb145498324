"""An OTLP/gRPC receiver that answers as it is told, by gRPC's own library.

grpc_receiver.py [--certificate FILE --key FILE] [--compress] CALLS ANSWER...

The answers are given in turn, the last one again and again: `ok`, `partial REJECTED MESSAGE`, `status NAME MESSAGE`,
`exhausted MILLISECONDS`, `hang`. It prints its port, and writes each call into the file CALLS as a line of JSON.
"""

from __future__ import annotations

import argparse
import base64
import json
import threading
from collections.abc import Iterator
from concurrent import futures
from pathlib import Path

import grpc
from google.rpc import error_details_pb2, status_pb2
from opentelemetry.proto.collector.logs.v1 import logs_service_pb2
from opentelemetry.proto.collector.metrics.v1 import metrics_service_pb2
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2

_RESPONSES = {
    "/opentelemetry.proto.collector.trace.v1.TraceService/Export": (
        trace_service_pb2.ExportTraceServiceResponse,
        "rejected_spans",
    ),
    "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export": (
        metrics_service_pb2.ExportMetricsServiceResponse,
        "rejected_data_points",
    ),
    "/opentelemetry.proto.collector.logs.v1.LogsService/Export": (
        logs_service_pb2.ExportLogsServiceResponse,
        "rejected_log_records",
    ),
}

# What gRPC says of a call without a deadline, in seconds.
_NO_LIMIT = 1e9


class Receiver(grpc.GenericRpcHandler):
    """Takes the three services' exports as bytes."""

    def __init__(self, calls: Path, answers: list[str]) -> None:
        self._calls = calls
        self._answers = self._endless(answers)
        self._lock = threading.Lock()

    @staticmethod
    def _endless(answers: list[str]) -> Iterator[str]:
        yield from answers
        while True:
            yield answers[-1]

    def service(self, handler_call_details: grpc.HandlerCallDetails) -> grpc.RpcMethodHandler | None:
        """A handler for the method, if it is one of OTLP's."""
        method = handler_call_details.method
        if method not in _RESPONSES:
            return None
        return grpc.unary_unary_rpc_method_handler(lambda body, context: self._take(method, body, context))

    def _take(self, method: str, body: bytes, context: grpc.ServicerContext) -> bytes:
        remaining = context.time_remaining()
        call = {
            "method": method,
            "body": base64.b64encode(body).decode(),
            "metadata": {key: value for key, value in context.invocation_metadata() if isinstance(value, str)},
            "timeRemaining": remaining if remaining < _NO_LIMIT else None,
        }
        with self._lock:
            with self._calls.open("a") as file:
                file.write(json.dumps(call) + "\n")
            answer = next(self._answers)
        return _answer(method, answer, context)


def _answer(method: str, answer: str, context: grpc.ServicerContext) -> bytes:
    kind, _, rest = answer.partition(" ")
    response, rejected = _RESPONSES[method]
    message = response()
    if kind == "partial":
        count, _, text = rest.partition(" ")
        setattr(message.partial_success, rejected, int(count))
        message.partial_success.error_message = text
    elif kind == "status":
        name, _, text = rest.partition(" ")
        context.abort(grpc.StatusCode[name], text)
    elif kind == "exhausted":
        info = error_details_pb2.RetryInfo()
        info.retry_delay.FromMilliseconds(int(rest))
        status = status_pb2.Status(code=grpc.StatusCode.RESOURCE_EXHAUSTED.value[0], message="full")
        status.details.add().Pack(info)
        context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
        context.abort(grpc.StatusCode.RESOURCE_EXHAUSTED, "full")
    elif kind == "hang":
        over = threading.Event()
        context.add_callback(over.set)
        over.wait(60)
    return message.SerializeToString()


def main() -> None:
    """Serves until it is ended."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--certificate", type=Path)
    parser.add_argument("--key", type=Path)
    parser.add_argument("--compress", action="store_true")
    parser.add_argument("calls", type=Path)
    parser.add_argument("answers", nargs="+")
    options = parser.parse_args()
    compression = grpc.Compression.Gzip if options.compress else grpc.Compression.NoCompression
    server = grpc.server(futures.ThreadPoolExecutor(8), compression=compression)
    server.add_generic_rpc_handlers((Receiver(options.calls, options.answers),))
    if options.certificate:
        pair = (options.key.read_bytes(), options.certificate.read_bytes())
        port = server.add_secure_port("127.0.0.1:0", grpc.ssl_server_credentials([pair]))
    else:
        port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(f"listening on {port}", flush=True)
    server.wait_for_termination()


if __name__ == "__main__":
    main()
