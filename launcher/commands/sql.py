"""``./demo sql``: a query to the suite's ClickHouse."""

from __future__ import annotations

import argparse
import sys

from launcher.clickhouse_client import clickhouse_answer
from launcher.configuration.run_folder import RunFolder
from launcher.errors import UserError
from launcher.supervision.suite_up import settings_of_suite_up


def run(arguments: argparse.Namespace) -> int:
    """Streams the answer to standard output."""
    query = arguments.query
    if query is None or query == "-":
        if sys.stdin.isatty():
            raise UserError('a query is missing: ./demo sql "SELECT 1"', exit_status=2)
        query = sys.stdin.read()
    output_format = arguments.format or ("PrettyCompact" if sys.stdout.isatty() else "TabSeparated")
    with clickhouse_answer(settings_of_suite_up(RunFolder(arguments.data)), query, output_format) as answer:
        for chunk in answer.chunks():
            sys.stdout.buffer.write(chunk)
    sys.stdout.buffer.flush()
    return 0
