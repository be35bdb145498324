"""Parts of ``./demo test`` that pass or fail by themselves, and how they are run."""

from launcher.stages.running import run_all
from launcher.stages.stage import Output, Stage
from launcher.stages.summary import summarize

__all__ = ["Output", "Stage", "run_all", "summarize"]
