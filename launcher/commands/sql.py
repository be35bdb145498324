"""``./demo sql``: a query to the suite's ClickHouse."""

from __future__ import annotations

import argparse
import os
import sys

from launcher.clickhouse_client import clickhouse_answer
from launcher.configuration.run_folder import RunFolder
from launcher.configuration.settings import Settings, read_settings
from launcher.errors import UserError


def run(arguments: argparse.Namespace) -> int:
    """Streams the answer to standard output."""
    query = arguments.query
    if query is None or query == "-":
        if sys.stdin.isatty():
            raise UserError('a query is missing: ./demo sql "SELECT 1"', exit_status=2)
        query = sys.stdin.read()
    output_format = arguments.format or ("PrettyCompact" if sys.stdout.isatty() else "TabSeparated")
    with clickhouse_answer(asked_settings(RunFolder(arguments.data)), query, output_format) as answer:
        for chunk in answer.chunks():
            sys.stdout.buffer.write(chunk)
    sys.stdout.buffer.flush()
    return 0


def asked_settings(folder: RunFolder) -> Settings:
    """The ports of the suite of this folder; without one, those of the environment."""
    suite = folder.read_suite()
    return suite.settings if suite else read_settings(os.environ)
