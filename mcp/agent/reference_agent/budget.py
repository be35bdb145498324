"""How much an investigation may ask: for an answer to count, it has to be found with so much and no more."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass


class BudgetSpent(Exception):
    """Nothing more may be asked about this question; what is known by now has to do."""


@dataclass
class Budget:
    """Queries, bytes of answers and seconds for one question."""

    queries: int = 15
    answer_bytes: int = 200_000
    seconds: float = 60.0
    clock: Callable[[], float] = time.monotonic

    def __post_init__(self) -> None:
        self.used_queries = 0
        self.used_bytes = 0
        self._began = self.clock()

    @property
    def used_seconds(self) -> float:
        """Since the question was begun."""
        return self.clock() - self._began

    def take_query(self) -> None:
        """Counts a query that is about to be sent. Raises ``BudgetSpent`` when there is none left."""
        if self.used_queries >= self.queries:
            raise BudgetSpent(f"all {self.queries} queries are used")
        if self.used_bytes >= self.answer_bytes:
            raise BudgetSpent(f"all {self.answer_bytes} bytes of answers are used")
        if self.used_seconds >= self.seconds:
            raise BudgetSpent(f"all {self.seconds:g} seconds are used")
        self.used_queries += 1

    def add_answer(self, size: int) -> None:
        """Counts what came back."""
        self.used_bytes += size
