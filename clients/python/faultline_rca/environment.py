"""An episode is one question: ask within a budget, answer once, get a reward."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from faultline_rca.reward import reward
from faultline_rca.server import Refused, Server, ServerFailed, program

Observation = str
Outcome = tuple[Observation, float, bool, bool, dict[str, Any]]


@dataclass(frozen=True)
class Budget:
    """What an episode may take."""

    steps: int = 25
    queries: int = 15
    answer_bytes: int = 200_000
    seconds: float = 60.0


class RootCauseEnv:
    """``reset``, ``step`` and ``submit`` over the runs of a suite, in the shape of ``gymnasium.Env``.

    An action is a mapping: ``{"sql": "SELECT ..."}`` asks ClickHouse as the user who may only read, and
    ``{"answer": {"root": [...], ...}}`` hands in the answer and ends the episode. An observation is a text.
    Every episode has a folder of its own in ``records`` with its transcript and its answer.
    """

    def __init__(
        self,
        data: str | os.PathLike[str] = "run",
        *,
        records: str | os.PathLike[str] = "episodes",
        run: str | os.PathLike[str] | None = None,
        budget: Budget | None = None,
        program: str | os.PathLike[str] | None = None,
        launcher: str | os.PathLike[str] | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """Looks at the suite in the folder ``data``, or at one ``run`` of it.

        ``program`` is faultline-mcp, ``launcher`` is ``demo``: with it questions are written when a run is over, and
        ``reset`` can start scenarios. ``environment`` replaces this process' variables.
        """
        self.budget = budget or Budget()
        self._data = Path(data).absolute()
        self._records = Path(records).absolute()
        self._run = Path(run).absolute() if run is not None else None
        self._program = program
        self._launcher = Path(launcher).absolute() if launcher is not None else None
        self._environment = dict(os.environ if environment is None else environment)
        self._random = random.Random()
        self._server: Server | None = None
        self._question: dict[str, Any] = {}
        self._episode = Path()
        self._steps = 0
        self._is_over = True

    def reset(
        self, *, seed: int | None = None, options: Mapping[str, Any] | None = None
    ) -> tuple[Observation, dict[str, Any]]:
        """Begins an episode: the text of its question, and what is known of it.

        ``seed`` is what questions are drawn from. ``options`` may have ``question``, the name of one, or ``scenario``
        (with ``scenario_seed``, ``time_scale`` and ``wait_seconds``): then the shop is started with it, and the first
        question is asked when it is over.

        Raises ``ServerFailed``, and ``ValueError`` for options that make no sense.
        """
        chosen = dict(options or {})
        unknown = set(chosen) - {"question", "scenario", "scenario_seed", "time_scale", "wait_seconds"}
        if unknown:
            raise ValueError(f"options has no {', '.join(sorted(unknown))}")
        if seed is not None:
            self._random.seed(seed)
        self.close()
        self._episode = self._next_folder()
        server = self._server = self._start(self._episode)
        try:
            if "scenario" in chosen:
                self._start_scenario(server, chosen)
            questions = self._questions(server, chosen)
        except Refused as refused:
            self.close()
            raise ServerFailed(str(refused)) from None
        names = [question["question"] for question in questions]
        wanted = chosen.get("question", names[0] if "scenario" in chosen else self._random.choice(names))
        if wanted not in names:
            self.close()
            raise ValueError(f"there is no question {wanted}: there are {', '.join(names)}")
        self._question = next(each for each in questions if each["question"] == wanted)
        self._steps = 0
        self._is_over = False
        return self._text(), self._info()

    def step(self, action: Mapping[str, Any]) -> Outcome:
        """Does one thing: observation, reward, whether the episode ended by an answer, by its steps, and what is known.

        A query that is refused, and one when the budget is spent, is told in the observation. Raises ``RuntimeError``
        without an episode, and ``ServerFailed``.
        """
        server = self._running()
        self._steps += 1
        if set(action) == {"answer"} and isinstance(action["answer"], Mapping):
            return self._hand_in(server, action["answer"])
        if not {"sql"} <= set(action) <= {"sql", "why"}:
            return self._go_on('An action is {"sql": "SELECT ..."} or {"answer": {"root": [...]}}.', {"failed": True})
        try:
            arguments = {**action, "question": self._question["question"]}
            text, structured = server.call("query", arguments)
            return self._go_on(text, {"failed": False, **structured})
        except Refused as refused:
            return self._go_on(str(refused), {"failed": True})

    def submit(self, answer: Mapping[str, Any]) -> Outcome:
        """Hands in an answer, as ``step({"answer": answer})`` does."""
        return self.step({"answer": answer})

    def close(self) -> None:
        """Ends the episode without an answer, where there is one."""
        self._is_over = True
        if self._server is not None:
            self._server.close()
            self._server = None

    def __enter__(self) -> RootCauseEnv:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def transcript(self) -> Path:
        """Every query of this episode and its answer, a JSON object a line."""
        return self._episode / "transcripts" / "episode.jsonl"

    def _hand_in(self, server: Server, answer: Mapping[str, Any]) -> Outcome:
        try:
            _, used = server.call("submit_answer", {**answer, "question": self._question["question"]})
        except Refused as refused:
            return self._go_on(str(refused), {"failed": True})
        try:
            _, score = server.call("score", {"question": self._question["question"]})
        except Refused as refused:
            raise ServerFailed(str(refused)) from None
        self.close()
        return "The answer is handed in.", reward(score), True, False, {**self._info(), **used, "score": score}

    def _go_on(self, text: str, more: Mapping[str, Any]) -> Outcome:
        truncated = self._steps >= self.budget.steps
        if truncated:
            self.close()
            text += f"\nAll {self.budget.steps} steps are used: the episode is over without an answer."
        return text, 0.0, False, truncated, {**self._info(), **more}

    def _running(self) -> Server:
        if self._server is None or self._is_over:
            raise RuntimeError("there is no episode: call reset first")
        return self._server

    def _text(self) -> str:
        return (
            f"What went wrong from {self._question['from']} to {self._question['to']}, if anything did?"
            " SELECT Line FROM agent_guide says what can be asked."
            f" You have {self.budget.steps} steps, {self.budget.queries} queries, {self.budget.answer_bytes} bytes of"
            f" answers and {self.budget.seconds:g} seconds."
        )

    def _info(self) -> dict[str, Any]:
        return {"question": self._question["question"], "steps": self._steps, "transcript": str(self.transcript)}

    def _next_folder(self) -> Path:
        self._records.mkdir(parents=True, exist_ok=True)
        number = len(list(self._records.iterdir())) + 1
        while True:
            folder = self._records / f"{number:06}"
            try:
                # Several environments may share the folder.
                folder.mkdir()
                return folder
            except FileExistsError:
                number += 1

    def _start(self, folder: Path) -> Server:
        words = [program(self._program), "--data", str(self._data), "--records", str(folder), "--method", "episode"]
        words += ["--queries", str(self.budget.queries), "--bytes", str(self.budget.answer_bytes)]
        words += ["--seconds", str(self.budget.seconds)]
        if self._run is not None:
            words += ["--run", str(self._run)]
        if self._launcher is not None:
            words += ["--launcher", str(self._launcher), "--allow-start"]
        return Server(words, self._environment)

    def _start_scenario(self, server: Server, options: Mapping[str, Any]) -> None:
        arguments = {"scenario": options["scenario"]}
        if "scenario_seed" in options:
            arguments["seed"] = options["scenario_seed"]
        if "time_scale" in options:
            arguments["time_scale"] = options["time_scale"]
        if self._launcher is None:
            raise ServerFailed("a scenario needs launcher=..., the path of demo in the checkout")
        server.call("start_scenario", arguments, seconds=1000.0)

    def _questions(self, server: Server, options: Mapping[str, Any]) -> list[dict[str, Any]]:
        end = time.monotonic() + float(options.get("wait_seconds", 3600.0 if "scenario" in options else 0.0))
        while True:
            _, listed = server.call("list_questions", {}, seconds=400.0)
            questions: list[dict[str, Any]] = listed["questions"]
            if questions:
                return questions
            if time.monotonic() >= end:
                raise Refused(listed.get("state", "there are no questions"))
            time.sleep(2)
