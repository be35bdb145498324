"""Stands in for any process of the suite in the launcher's tests: it listens where its namesake would.

The launcher's promises (order, health, restarts, clean ends) do not depend on what the processes do.
``STAND_IN_FAILS=NAME`` ends that one at start, ``STAND_IN_SILENT=NAME`` lets it never become healthy,
The file ``exports`` in DATA_DIR has the metrics that the collector was sent, a line an export.
The files ``telemetry`` and ``metrics`` in DATA_DIR are what ClickHouse and the collector tell of telemetry.
``STAND_IN_STUBBORN=NAME`` makes it ignore SIGTERM, ``STAND_IN_CHATTY=NAME`` talk
without end. The data generator refuses its options with
``STAND_IN_REFUSES=REASON`` and ends by itself with ``STAND_IN_IS_DONE=STATUS``.
"""

import json
import os
import signal
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

NAME = os.path.basename(sys.argv[0])
PORTS = {
    "embedded-clickhouse": ["CLICKHOUSE_HTTP_PORT"],
    "collector": ["COLLECTOR_HTTP_PORT", "OTLP_GRPC_PORT", "COLLECTOR_METRICS_PORT"],
    "inventory-service": ["INVENTORY_SERVICE_PORT"],
    "payment-service": ["PAYMENT_SERVICE_PORT"],
    "sample-ecommerce-app": ["SAMPLE_APP_PORT"],
    "query-service": ["QUERY_SERVICE_PORT", "QUERY_METRICS_PORT"],
    "data-generator": [],
}


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/metrics":
            self.answer(200, told("metrics"))
            return
        silent = os.environ.get("STAND_IN_SILENT") == NAME
        self.answer(503 if silent else 200, b"Ok.\n")

    def do_POST(self):
        query = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/v1/metrics":
            with open(os.path.join(os.environ["DATA_DIR"], "exports"), "ab") as exports:
                exports.write(query + b"\n")
            self.answer(200, b"{}")
        elif b"items_lost" in query and told("telemetry"):
            self.answer(200, told("telemetry"))
        elif b"SYNTAX" in query:
            self.answer(400, b"Code: 62. DB::Exception: Syntax error\n")
        else:
            self.answer(200, json.dumps({"path": self.path, "query": query.decode()}).encode() + b"\n")

    def answer(self, status, body):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def told(name):
    """What a test put into the file of this name in DATA_DIR."""
    try:
        with open(os.path.join(os.environ["DATA_DIR"], name), "rb") as file:
            return file.read()
    except OSError:
        return b""


def talk():
    while True:
        try:
            print("I am well", flush=True)
        except OSError:
            pass
        time.sleep(0.02)


def main():
    if "--check" in sys.argv:
        refused = os.environ.get("STAND_IN_REFUSES")
        sys.exit(f"Error: {refused}\nUsage: ..." if refused else 0)
    print(f"{NAME} starts with {sys.argv[1:]}", flush=True)
    if NAME == "data-generator" and os.environ.get("STAND_IN_IS_DONE"):
        time.sleep(1.5)
        sys.exit(int(os.environ["STAND_IN_IS_DONE"]))
    if os.environ.get("STAND_IN_FAILS") == NAME:
        print("DATA_DIR is on fire: put it out", flush=True)
        sys.exit(3)
    if os.environ.get("STAND_IN_STUBBORN") == NAME:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        with open(os.path.join(os.environ["DATA_DIR"], "starts"), "a") as starts:
            starts.write(NAME + "\n")
    except OSError:
        pass
    if os.environ.get("STAND_IN_CHATTY") == NAME:
        threading.Thread(target=talk, daemon=True).start()
    for variable in PORTS[NAME]:
        server = ThreadingHTTPServer(("127.0.0.1", int(os.environ[variable])), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
    threading.Event().wait()


main()
