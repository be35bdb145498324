"""The command line of ``./demo``."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from launcher.configuration.locations import DEFAULT_RUN_FOLDER
from launcher.errors import UserError

USAGE = """\
Faultline: a shop of three traced services, its telemetry in ClickHouse, and the Service Map.

  ./demo up [--detach] [--rate R] [--seed N] [--no-load]    build, start everything, wait until healthy
  ./demo up --scenario NAME [--time-scale K]                the same with a story: plan (default), demo, calm, ...
  ./demo up --browsers N                                    besides, N visitors with a real browser (Chromium)
  ./demo down                                               stop everything, keep the data
  ./demo status [--json]                                    health, restarts, memory, newest row and losses
  ./demo logs [NAME] [-f] [-n LINES]                        what the processes print
  ./demo sql "QUERY" [--format F]                           ask ClickHouse
  ./demo map [--since 15m] [--json]                         the Service Map in the terminal
  ./demo history [--hours 24] [--seed N] [--rate R]         make hours of telemetry in seconds, incidents included
  ./demo score [FOLDER]                                     label a run of the load, and score answers about it
  ./demo rca list | start SCENARIO | ask | agent | mcp | submit FILE | score   an incident to find the cause of
  ./demo rca dialogue payment_errors | anything_abnormal | errors_like [TEXT]   what people ask, through MCP
  ./demo rca freeze | open FILE [--replay]                  a run as a file, its labels for the scorer alone; and back
  ./demo rca table [FILE ...]                               naive rule, reference agent and oracle, side by side
  ./demo similar "TEXT" | TRACE [--service S]                errors of the past like this one, causes and remedies
  ./demo anomalies [--since 10m] [--limit N]                strange traces and why, and what was never seen before
  ./demo learn TRACE --cause "..." | FOLDER                 write down what was behind an error
  ./demo test [STAGE ...]                                   everything the tests need, then every test
  ./demo bench [NAME]                                       the benchmarks, one JSON object a line
  ./demo help [COMMAND]

Every command of a suite takes --data DIR (default ./run), the folder of its data, logs and socket.
Ports, by environment: SAMPLE_APP_PORT 8000, PAYMENT_SERVICE_PORT 8001, INVENTORY_SERVICE_PORT 8002,
OTLP_GRPC_PORT 4317, COLLECTOR_HTTP_PORT 4318, COLLECTOR_METRICS_PORT 8888, CLICKHOUSE_HTTP_PORT 8123,
QUERY_SERVICE_PORT 8081, QUERY_METRICS_PORT 9091, EMBEDDING_PIPELINE_PORT 8083, EMBEDDING_ENDPOINT_PORT 8084;
where things break, SAMPLE_APP_ADMIN_PORT 8010,
PAYMENT_ADMIN_PORT 8011, INVENTORY_ADMIN_PORT 8012.
LOAD_SCENARIO (plan; calm breaks nothing), LOAD_RATE, LOAD_SEED and LOAD_CLASSES are the load's.
Two suites with different ports and --data run side by side.
--debug with any command shows where an unforeseen error came from.
"""

_RCA_ACTIONS = {
    "list": "The scenarios that can be started.",
    "start": "Starts the suite with a scenario.",
    "ask": "Prints the questions once the load is done.",
    "agent": "Lets the reference agent, or a language model in its place, answer them through MCP.",
    "dialogue": "Asks the running suite what people ask, call by call through MCP, and says what it finds.",
    "mcp": "Serves them to an MCP client, on standard input and output or by HTTP.",
    "submit": "Hands in a file of answers.",
    "score": "Compares all answers with the labels.",
    "freeze": "Packs telemetry, questions and sealed labels of a run into one file.",
    "open": "Loads such a file into the suite that is up.",
    "table": "Compares naive rule, reference agent and oracle over frozen runs; makes those that are missing.",
}

_DIALOGUES = ("payment_errors", "anything_abnormal", "errors_like")
"""As the prompts of faultline-mcp are called."""

MOST_BROWSERS = 16

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


class _Parser(argparse.ArgumentParser):
    """Argparse whose complaint is one line, like every other error of the launcher."""

    def error(self, message: str) -> NoReturn:
        raise UserError(f"{message}: see ./demo help", exit_status=2)


def _rate(text: str) -> float:
    try:
        rate = float(text)
    except ValueError:
        rate = -1
    if not 0 < rate <= 100_000:
        raise argparse.ArgumentTypeError(f"'{text}' is not a rate: visits a second, above 0, at most 100000")
    return rate


def _scale(text: str) -> float:
    try:
        scale = float(text)
    except ValueError:
        scale = -1
    if not 1 <= scale <= 100:
        raise argparse.ArgumentTypeError(f"'{text}' is no scale: a number from 1 to 100")
    return scale


def _hours(text: str) -> float:
    try:
        hours = float(text)
    except ValueError:
        hours = -1
    if not 1 <= hours <= 720:
        raise argparse.ArgumentTypeError(f"'{text}' is not a number of hours from 1 to 720: rows are kept for 30 days")
    return hours


def _seed(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) >= 2**64:
        raise argparse.ArgumentTypeError(f"'{text}' is not a seed: a whole number from 0 to 2^64 - 1")
    return int(text)


def _browsers(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 2 or int(text) > MOST_BROWSERS:
        raise argparse.ArgumentTypeError(f"'{text}' is not a number of browsers from 0 to {MOST_BROWSERS}")
    return int(text)


def _lines(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise argparse.ArgumentTypeError(f"'{text}' is not a number of lines")
    return int(text)


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:9]) <= 10_000 or len(text) > 9:
        raise argparse.ArgumentTypeError(f"'{text}' is not a number from 1 to 10000")
    return int(text)


def duration_seconds(text: str) -> int:
    """Seconds of a duration such as ``90s``, ``15m``, ``1h`` or ``2d``."""
    match = re.fullmatch(r"([0-9]{1,9})([smhd])", text)
    if match is None or int(match[1]) == 0 or int(match[1]) * _UNITS[match[2]] > 10 * 365 * 86400:
        raise argparse.ArgumentTypeError(f"'{text}' is not a duration: a number and s, m, h or d, as in 15m")
    return int(match[1]) * _UNITS[match[2]]


def _mcp_options(action: argparse.ArgumentParser) -> None:
    action.add_argument("--http", action="store_true", help="on 127.0.0.1:MCP_PORT (8086), with a bearer token")
    action.add_argument("--method", default="mcp", metavar="NAME", help="under which answers are kept (default mcp)")
    action.add_argument("--run", type=_folder, metavar="FOLDER", help="the run (default: the latest)")
    action.add_argument("--queries", type=_lines, metavar="N", help="for each question (default 15)")
    action.add_argument("--bytes", type=_lines, metavar="N", help="of answers for each question (default 200000)")
    action.add_argument("--seconds", type=_lines, metavar="N", help="for each question (default 60)")
    action.add_argument("--unbounded", action="store_true", help="count, and refuse nothing: for dialogues")
    action.add_argument("--allow-start", action="store_true", help="let clients start scenarios")


def _folder(text: str) -> Path:
    if not text.strip():
        raise argparse.ArgumentTypeError("an empty name is no folder: is a variable unset?")
    return Path(text).expanduser().absolute()


def _parser() -> _Parser:
    parser = _Parser(prog="demo", add_help=False, allow_abbrev=False)
    parser.add_argument("-h", "--help", action="store_true")
    commands = parser.add_subparsers(dest="command", parser_class=_Parser)

    def command(name: str, summary: str, suite: bool = True) -> argparse.ArgumentParser:
        added = commands.add_parser(name, prog=f"./demo {name}", description=summary, help=summary, allow_abbrev=False)
        if suite:
            added.add_argument(
                "--data",
                type=_folder,
                default=DEFAULT_RUN_FOLDER,
                metavar="DIR",
                help="folder of data, logs and socket (default ./run)",
            )
        return added

    up = command("up", "Builds what is not built, starts everything in order and waits until it is healthy.")
    up.add_argument("--detach", action="store_true", help="return when healthy; without it Ctrl-C stops all of it")
    pace = up.add_mutually_exclusive_group()
    pace.add_argument(
        "--rate", type=_rate, metavar="R", help="visits a second (default LOAD_RATE, or what the scenario says)"
    )
    pace.add_argument("--arrivals", metavar="PROFILE", help="visits over time, as in poisson:20 or ramp:5-50/60")
    up.add_argument(
        "--scenario",
        metavar="NAME",
        help="a story with incidents: demo, soak, calm, ..., or a file (default LOAD_SCENARIO, or plan)",
    )
    up.add_argument("--time-scale", type=_scale, metavar="K", help="tell the scenario so many times faster")
    up.add_argument("--classes", choices=("all", "normal"), help="who visits (default LOAD_CLASSES, or all)")
    up.add_argument("--seed", type=_seed, metavar="N", help="seed of the visits (default LOAD_SEED, or 1)")
    up.add_argument(
        "--browsers", type=_browsers, default=0, metavar="N", help="visitors with a real browser beside it (default 0)"
    )
    up.add_argument("--no-load", action="store_true", help="start without the data generator")

    command("down", "Stops everything in order; data and logs stay.")

    status = command("status", "One line for each process; exit status 3 when nothing is up.")
    status.add_argument(
        "--json",
        action="store_true",
        help="name, pid, port, healthy, restarts, rss_bytes, last_row_seconds, items_lost, ...",
    )

    logs = command("logs", "Prints what the processes wrote, all of them or one.")
    logs.add_argument("name", nargs="?", metavar="NAME")
    logs.add_argument("-f", "--follow", action="store_true", help="go on until Ctrl-C")
    logs.add_argument(
        "-n",
        "--lines",
        type=_lines,
        default=None,
        metavar="N",
        help="lines of each log (default 200 of one, 20 of all)",
    )

    sql = command("sql", "Runs a query in the suite's ClickHouse.")
    sql.add_argument("query", nargs="?", metavar="QUERY", help="the query; standard input when left out or -")
    sql.add_argument(
        "--format",
        metavar="F",
        help="any output format of ClickHouse (default PrettyCompact, TabSeparated into a pipe)",
    )

    service_map = command("map", "Draws the Service Map: who calls whom, errors and latency.")
    service_map.add_argument(
        "--since",
        type=duration_seconds,
        default=900,
        metavar="T",
        help="how far back, as in 90s, 15m, 1h, 2d (default 15m)",
    )
    service_map.add_argument("--json", action="store_true")

    history = command("history", "Makes hours of the shop's telemetry, up to now, from recorded visits.")
    history.add_argument("--hours", type=_hours, default=24, metavar="H", help="how far back (default 24, at most 720)")
    history.add_argument(
        "--seed", type=_seed, default=1, metavar="N", help="what ids and incidents follow from (default 1)"
    )
    history.add_argument("--rate", type=_rate, default=1, metavar="R", help="visits a second (default 1)")

    score = command("score", "Labels a run of the load by its telemetry, and scores the reference answers about it.")
    score.add_argument(
        "folder",
        nargs="?",
        type=_folder,
        metavar="FOLDER",
        help="what data-generator --journal wrote (default: the latest in DIR/truth)",
    )

    rca = command("rca", "An incident with a proven cause: starts it, asks about it, scores the answers.", suite=False)
    actions = rca.add_subparsers(dest="action", metavar="ACTION", required=True)
    for name, summary in _RCA_ACTIONS.items():
        action = actions.add_parser(name, help=summary, description=summary, allow_abbrev=False)
        action.add_argument("--data", type=_folder, default=DEFAULT_RUN_FOLDER, metavar="DIR")
        if name == "start":
            action.add_argument("scenario", metavar="SCENARIO")
            action.add_argument("--seed", type=_seed, metavar="N", help="seed of the visits (default 1)")
            action.add_argument("--time-scale", type=_scale, metavar="K", help="so many times faster")
        if name == "agent":
            action.add_argument("--llm", choices=("openai", "anthropic"), help="ask a language model of that interface")
            action.add_argument("--model", metavar="M", help="its name; needed with --llm")
        if name == "mcp":
            _mcp_options(action)
        if name == "dialogue":
            _add_dialogue_options(action)
        if name == "submit":
            action.add_argument("file", type=_folder, metavar="FILE")
        if name == "score":
            action.add_argument("--level", choices=("service", "operation", "mechanism"), default="mechanism")
        if name in ("score", "freeze", "table"):
            action.add_argument(
                "--key", type=_folder, metavar="FILE", help="the scorer's key (default DIR/scorer.key; freeze makes it)"
            )
        if name == "freeze":
            action.add_argument(
                "folder", nargs="?", type=_folder, metavar="FOLDER", help="of a run (default: the latest in DIR/truth)"
            )
            action.add_argument("--output", type=_folder, metavar="FILE", help="(default DIR/bundles/case-DIGEST.tar)")
        if name == "open":
            action.add_argument("file", type=_folder, metavar="FILE")
            action.add_argument("--replay", action="store_true", help="move its times so that it ends about now")
        if name == "table":
            _add_table_options(action)

    similar = command("similar", "Errors of the past that are like a text or like the first error of a trace.")
    similar.add_argument("about", metavar="TEXT", help="what to look for, or a trace id of 32 hexadecimal digits")
    similar.add_argument("--service", metavar="S", help="only errors of that service")
    similar.add_argument(
        "--before", type=duration_seconds, default=0, metavar="T", help="only errors first seen longer ago, as in 1h"
    )
    similar.add_argument("--limit", type=_count, default=10, metavar="K", help="how many (default 10)")
    similar.add_argument("--json", action="store_true")

    anomalies = command("anomalies", "Strange traces with the reason, and what was first seen in that time.")
    anomalies.add_argument("--since", type=duration_seconds, default=600, metavar="T", help="(default 10m)")
    anomalies.add_argument("--limit", type=_count, default=20, metavar="N", help="how many (default 20)")
    anomalies.add_argument("--json", action="store_true")

    learn = command("learn", "Writes down what was behind an error, so that ./demo similar finds it the next time.")
    learn.add_argument("what", metavar="TRACE|FOLDER", help="a trace id, or the folder of a run that was scored")
    learn.add_argument("--cause", metavar="TEXT", help="what was behind it; needed with a trace")
    learn.add_argument("--resolution", metavar="TEXT", help="what helped")

    test = command("test", "Installs what the tests need, then runs every test, or only the stages named.", suite=False)
    test.add_argument("stages", nargs="*", metavar="STAGE")

    bench = command("bench", "Runs the benchmarks, release build; one JSON object a line.", suite=False)
    bench.add_argument("name", nargs="?", metavar="NAME")

    helper = command("help", "Says what each command does.", suite=False)
    helper.add_argument("topic", nargs="?", metavar="COMMAND", choices=sorted(commands.choices))
    parser.set_defaults(subcommands=commands.choices)
    return parser


def _add_dialogue_options(action: argparse.ArgumentParser) -> None:
    action.add_argument("dialogue", metavar="NAME", choices=_DIALOGUES, help=", ".join(_DIALOGUES))
    action.add_argument("text", nargs="?", metavar="TEXT", help="for errors_like (default NullPointerException)")
    stretch = action.add_mutually_exclusive_group()
    stretch.add_argument("--since", type=duration_seconds, default=900, metavar="T", help="(default 15m)")
    stretch.add_argument("--question", metavar="Q", help="the time of a question of ./demo rca ask instead")
    action.add_argument("--page", type=_folder, metavar="FILE", help="writes it down as a page, too")


def _add_table_options(action: argparse.ArgumentParser) -> None:
    action.add_argument(
        "files", nargs="*", type=_folder, metavar="FILE", help="frozen runs (default: DIR/bundles, and what is missing)"
    )
    action.add_argument("--seed", type=_seed, default=1, metavar="N", help="seed of the runs that are made (default 1)")
    action.add_argument("--case", action="append", metavar="SCENARIO", help="only this one; may be given again")
    action.add_argument(
        "--time-scale", type=_scale, default=2, metavar="K", help="how much faster they are told (default 2)"
    )
    output = action.add_mutually_exclusive_group()
    output.add_argument("--markdown", action="store_true", help="as docs/agents.md has it")
    output.add_argument("--json", action="store_true")


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """The command line as a namespace; ``command`` is always set, ``help`` when none was given."""
    parser = _parser()
    namespace = parser.parse_args(list(arguments))
    if namespace.command is None or namespace.help:
        namespace.command = "help"
        namespace.topic = None
    return namespace


def help_text(topic: str | None, subcommands: dict[str, argparse.ArgumentParser]) -> str:
    """The page of one command, or of all."""
    return USAGE if topic is None else subcommands[topic].format_help()
