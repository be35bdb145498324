"""``./demo anomalies``: strange traces, why they are, and what was never seen before."""

from __future__ import annotations

import argparse
import json
import sys

from launcher.configuration.locations import ROOT
from launcher.configuration.run_folder import RunFolder
from launcher.similar_errors import query_rows
from launcher.supervision.suite_up import settings_of_suite_up
from launcher.terminal.style import for_stream

_QUERIES = ROOT / "clickhouse" / "queries"


def run(arguments: argparse.Namespace) -> int:
    """Prints the strangest traces of the last ``--since``, and what is new in it."""
    settings = settings_of_suite_up(RunFolder(arguments.data))
    asked = {"since": str(arguments.since), "limit": str(arguments.limit)}
    traces = query_rows(settings, (_QUERIES / "anomaly_detection.sql").read_text(), asked)
    new = query_rows(settings, (_QUERIES / "new_since.sql").read_text(), {"since": str(arguments.since)})
    counts = query_rows(
        settings,
        "SELECT count() AS summarized, countIf(IsAnomaly = 1) AS flagged, countIf(WorstDeviation >= 0) AS scored"
        " FROM trace_summaries WHERE Timestamp > now64(9) - toIntervalSecond({since:UInt32})",
        {"since": str(arguments.since)},
    )[0]
    if arguments.json:
        print(json.dumps({"since_seconds": arguments.since, **counts, "traces": traces, "new": new}, indent=2))
        return 0
    style = for_stream(sys.stdout)
    print(style.bold("  Strange traces") + style.dim(f"   {counts['flagged']} of {counts['summarized']} in that time"))
    if int(counts["scored"]) == 0:
        print("  Nothing to compare with yet: scores come after a minute of traffic, from embedding-pipeline.")
    elif int(counts["flagged"]) == 0:
        print("  None.")
    for trace in (each for each in traces if int(each["is_anomaly"])):
        print(f"  {float(trace['anomaly_score']):5.2f}   {trace['anomaly_type']:<9}   {trace['reason']}")
        errors = f", {trace['error_count']} errors" if int(trace["error_count"]) else ""
        milliseconds = int(trace["total_duration"]) / 1e6
        print(
            style.dim(
                f"          {milliseconds:.0f} ms{errors}; trace {trace['TraceId']}, {trace['Timestamp'][:19]} UTC"
            )
        )
    print()
    print(style.bold("  First seen in that time"))
    for each in new[: arguments.limit]:
        print(f"  {each['first_seen'][11:19]}   {each['kind']:<9}   {each['seen']} times   {each['what'][:160]}")
        print(style.dim(f"             trace {each['exemplar_trace_id'] or 'none'}"))
    if not new:
        print("  Nothing.")
    return 0
