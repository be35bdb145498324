"""An environment in which agents find root causes, in Gymnasium's shape and without needing it."""

from faultline_rca.environment import Budget, RootCauseEnv
from faultline_rca.reward import reward
from faultline_rca.server import ServerFailed

__all__ = ["Budget", "RootCauseEnv", "ServerFailed", "reward"]
