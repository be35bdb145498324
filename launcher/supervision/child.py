"""Becomes a process of the suite: run by Supervisor as ``child.py LOG [NAME=VALUE ...] -- COMMAND...``.

Its output goes straight into its own log, so that neither a full disk nor the end of Supervisor stands between a
process and what it says; and it is killed with Supervisor, however that ends.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def main() -> None:
    """Replaces this interpreter by the command."""
    log, *words = sys.argv[1:]
    end = words.index("--")
    own, command = dict(word.split("=", 1) for word in words[:end]), words[end + 1 :]
    # At once: what is asked to end in order, without those that it waits for, takes a minute and loses the same.
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != int(os.environ["FAULTLINE_SUPERVISOR_PID"]):
        sys.exit("the supervisor is gone")
    output = _open(log)
    os.dup2(output, sys.stdout.fileno())
    os.dup2(output, sys.stderr.fileno())
    os.close(output)
    try:
        os.execve(command[0], command, {**os.environ, **own})
    except OSError as error:
        sys.exit(f"{command[0]}: {error.strerror}")


def _open(log: str) -> int:
    try:
        # Appended to: the log may be emptied while the process writes (log_rotation.py).
        return os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    except OSError:
        return os.open(os.devnull, os.O_WRONLY)


main()
