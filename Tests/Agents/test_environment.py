"""The environment for people who train agents: episodes, budgets, rewards."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from embedded_server import EmbeddedServer
from faultline_rca import Budget, RootCauseEnv, ServerFailed, reward

from running_mcp import PROGRAM, RIGHT, environment, run_folder

GUIDE = {"sql": "SELECT Line FROM agent_guide"}


def score(precision: float, path: float, time: float) -> dict[str, Any]:
    level = {"precision_at_full_recall": precision}
    return {"service": level, "operation": level, "mechanism": level, "path_grounded": path, "time": time}


@pytest.mark.parametrize(
    ("precision", "path", "time", "value"),
    [(1, 1, 1, 1.0), (0, 0, 0, 0.0), (0, 1, 1, 0.0), (0.5, 1, 1, 0.5), (1, 0, 0, 0.6), (1, 1, 0, 0.8)],
)
def test_the_reward_is_the_mean_of_five_parts_and_a_root_too_many_costs(
    precision: float, path: float, time: float, value: float
) -> None:
    assert reward(score(precision, path, time)) == pytest.approx(value)


@pytest.fixture
def env(shop: EmbeddedServer, tmp_path: Path) -> Any:
    run_folder(tmp_path / "run")
    with RootCauseEnv(
        tmp_path / "run",
        records=tmp_path / "episodes",
        program=PROGRAM,
        budget=Budget(steps=6, queries=3),
        environment=environment(shop.port),
    ) as made:
        yield made


def test_an_episode_asks_answers_and_is_rewarded(env: RootCauseEnv) -> None:
    question, info = env.reset(seed=1, options={"question": "q1"})
    assert "from 2026-11-21T10:00:00" in question
    assert info["question"] == "q1"
    seen, value, terminated, truncated, info = env.step(GUIDE)
    assert "otel_traces" in seen
    assert (value, terminated, truncated, info["left"]["queries"]) == (0.0, False, False, 2)
    seen, value, terminated, truncated, info = env.submit(RIGHT)
    assert (value, terminated, truncated) == (1.0, True, False)
    assert info["queries"] == 1
    events = [json.loads(line)["event"] for line in Path(info["transcript"]).read_text().splitlines()]
    assert events == ["question", "call", "answer"]
    with pytest.raises(RuntimeError, match="call reset first"):
        env.step(GUIDE)


def test_each_episode_is_its_own_and_a_root_too_many_costs(env: RootCauseEnv) -> None:
    rewards = []
    for roots in ([*RIGHT["root"], {"service": "web"}], [{"service": "web"}], []):
        env.reset(options={"question": "q1"})
        rewards.append(env.submit({**RIGHT, "root": roots})[1])
    assert rewards == [0.5, 0.0, 0.0]
    env.reset(options={"question": "q2"})
    assert env.submit({"root": []})[1] == 1.0


def test_the_same_seed_asks_the_same_questions(env: RootCauseEnv) -> None:
    def asked(seed: int) -> list[str]:
        names = [env.reset(seed=seed)[1]["question"]]
        return names + [env.reset()[1]["question"] for _ in range(3)]

    assert asked(7) == asked(7)


def test_a_spent_budget_and_a_refused_action_are_told_and_steps_end_it(env: RootCauseEnv) -> None:
    env.reset(options={"question": "q1"})
    for _ in range(2):
        env.step(GUIDE)
    seen, *_, info = env.step({"sql": "SELECT * FROM ground_truth.incidents"})
    assert info["failed"] and "the answer" not in seen
    seen, value, terminated, truncated, _ = env.step(GUIDE)
    assert "all 3 queries are used" in seen and not truncated
    seen, *_ = env.step({"answer": {"root": "x"}})
    assert "root is missing" in seen
    seen, value, terminated, truncated, _ = env.step({"shell": "ls"})
    assert (value, terminated, truncated) == (0.0, False, True)
    assert "All 6 steps are used" in seen


def test_what_cannot_be_done_says_what_to_do(env: RootCauseEnv, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="q1, q2"):
        env.reset(options={"question": "q9"})
    with pytest.raises(ValueError, match="no colour"):
        env.reset(options={"colour": "red"})
    with pytest.raises(ServerFailed, match="launcher"):
        env.reset(options={"scenario": "demo"})
    with pytest.raises(ServerFailed, match="no run yet"):
        RootCauseEnv(tmp_path / "nothing", records=tmp_path / "more", program=PROGRAM).reset()
    with pytest.raises(ServerFailed, match="FAULTLINE_MCP"):
        RootCauseEnv(tmp_path / "run", records=tmp_path / "more", program="no-such-program").reset()
