"""``./demo rca table``: naive rule, reference agent and oracle over the same frozen runs."""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import json
import sys
from collections.abc import Callable, Iterable, Sequence

from launcher.commands.case_runs import CASES, CONTROL, HARDER, INCIDENTS, run_case
from launcher.configuration.run_folder import RunFolder
from launcher.errors import UserError
from launcher.frozen_runs.bundle import Bundle, read_bundle
from launcher.frozen_runs.comparison import LEVELS, METHODS, Outcome, compare
from launcher.frozen_runs.difficulty import difficulty
from launcher.frozen_runs.opening import sealed_texts
from launcher.frozen_runs.sealing import new_key, read_key, require_cryptography
from launcher.preparation import prepare
from launcher.scoring import REFERENCE_AGENT
from launcher.terminal.progress import Progress
from launcher.terminal.table import table

_GROUPS = (("incidents", INCIDENTS), ("harder", HARDER), ("calm", (CONTROL,)))


def run(arguments: argparse.Namespace) -> int:
    """Makes what is missing, lets every method answer, prints the table."""
    if unknown := sorted(set(arguments.case or ()) - set(CASES)):
        raise UserError(f"{unknown[0]} is no case of the table: there are {', '.join(CASES)}", exit_status=2)
    folder = RunFolder(arguments.data)
    progress = Progress(sys.stderr)
    require_cryptography()
    prepare(progress)
    key_file = arguments.key or folder.path / "scorer.key"
    key = read_key(key_file) if key_file.exists() or arguments.files else new_key(key_file)
    if arguments.files:
        bundles = [read_bundle(file) for file in arguments.files]
    else:
        bundles = _all_cases(arguments, folder, key, progress)
    outcomes: list[Outcome] = []
    for number, bundle in enumerate(bundles, 1):
        progress.line(f"  {number} of {len(bundles)}: {bundle.name}")
        outcomes += compare(bundle, key)
    if arguments.json:
        print(json.dumps([dataclasses.asdict(each) for each in outcomes], indent=2))
    else:
        show = _markdown if arguments.markdown else _text
        print("\n".join(lines(outcomes, show)))
    return 0


def lines(outcomes: Sequence[Outcome], show: Callable[[Sequence[Sequence[str]]], Iterable[str]]) -> list[str]:
    """The table: means of each method by group of runs, then each question."""
    heading = ["runs", "method", *(f"exact {level}" for level in LEVELS), "any", "path", "p@full recall", "time"]
    heading += ["error s", "queries", "kB", "s"]
    means = [heading]
    for name, scenarios in _GROUPS:
        for method in METHODS:
            group = [each for each in outcomes if each.method == method and each.scenario in scenarios and each.valid]
            if group:
                means.append([f"{name} ({len(group)})", method, *_figures(group)])
    each_one = [["run", "seed", "difficulty", "naive", REFERENCE_AGENT, "oracle", "queries", "kB", "s"]]
    for scenario, seed, incident in dict.fromkeys((each.scenario, each.seed, each.incident) for each in outcomes):
        this = (scenario, seed, incident)
        of_all = {each.method: each for each in outcomes if (each.scenario, each.seed, each.incident) == this}
        agent = of_all[REFERENCE_AGENT]
        void = "" if agent.valid else " (void)"
        each_one.append(
            [
                (scenario if scenario == incident else f"{scenario}: {incident}") + void,
                str(seed),
                difficulty(list(of_all.values())),
                *(_levels(of_all[method]) for method in METHODS),
                f"{agent.queries:g}",
                f"{agent.answer_bytes / 1e3:.0f}",
                f"{agent.seconds:.1f}",
            ]
        )
    return [*show(means), "", *show(each_one)]


def _figures(group: Sequence[Outcome]) -> list[str]:
    errors = [each.time_error for each in group if each.time_error is not None]
    shares = [_mean(each.exact[level] for each in group) for level in LEVELS]
    shares += [_mean(getattr(each, name) for each in group) for name in ("any", "path", "precision", "time")]
    return [
        *(f"{share:.2f}" for share in shares),
        f"{_mean(errors):.1f}" if errors else "-",
        f"{_mean(each.queries for each in group):.1f}",
        f"{_mean(each.answer_bytes for each in group) / 1e3:.1f}",
        f"{_mean(each.seconds for each in group):.1f}",
    ]


def _levels(outcome: Outcome) -> str:
    """What was exactly right, from the whole to the part, and whether the way was."""
    right = [level for level in LEVELS if outcome.exact[level] == 1]
    return " ".join([*right, *(["path"] if outcome.path == 1 else [])]) or "-"


def _mean(values: Iterable[float]) -> float:
    given = list(values)
    return sum(given) / len(given) if given else 0


def _text(rows: Sequence[Sequence[str]]) -> list[str]:
    return table(rows, right=frozenset(range(2, len(rows[0]))))


def _markdown(rows: Sequence[Sequence[str]]) -> list[str]:
    heading, *others = (f"| {' | '.join(row)} |" for row in rows)
    return [heading, "|---" * len(rows[0]) + "|", *others]


def _all_cases(arguments: argparse.Namespace, folder: RunFolder, key: bytes, progress: Progress) -> list[Bundle]:
    """The bundle of every case with this seed: those of ``DIR/bundles``, and those that are made now."""
    bundles = folder.path / "bundles"
    known: dict[str, Bundle] = {}
    for file in sorted(bundles.glob("*.tar")):
        bundle = read_bundle(file)
        scenario, seed = _case(bundle, key)
        if seed == arguments.seed:
            known[scenario] = bundle
    chosen = [scenario for scenario in CASES if not arguments.case or scenario in arguments.case]
    for scenario in chosen:
        if scenario in known:
            continue
        progress.line(f"  {scenario}, seed {arguments.seed}: minutes")
        # What it says on the way does not belong to the table.
        with contextlib.redirect_stdout(sys.stderr):
            bundle = run_case(scenario, arguments.seed, arguments.time_scale, folder.path / "cases" / scenario, key)
        bundles.mkdir(parents=True, exist_ok=True)
        (bundles / f"{bundle.name}.tar").write_bytes(bundle.content())
        known[scenario] = bundle
    return [known[scenario] for scenario in chosen]


def _case(bundle: Bundle, key: bytes) -> tuple[str, int]:
    """Scenario and seed of a bundle, which are sealed."""
    texts = sealed_texts(bundle, key)
    try:
        record = json.loads(texts["run.json"])
        return str(record["scenario"]), int(record["seed"])
    except (KeyError, ValueError, TypeError) as error:
        raise UserError(f"{bundle.name} does not say which run it was: {error}") from None
