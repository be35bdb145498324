"""Entry point: ``python -m launcher COMMAND ...``, called by ``./demo``."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence

from launcher.arguments import parse
from launcher.commands import run
from launcher.errors import UserError
from launcher.terminal.style import for_stream

_DEBUG = "--debug"


def main(words: Sequence[str]) -> int:
    """Runs one command and returns the exit status of the process.

    Every error is one line; with ``--debug`` an unexpected one has its traceback.
    """
    debug = _DEBUG in words
    try:
        return run(parse([word for word in words if word != _DEBUG]))
    except UserError as error:
        if debug and error.__context__ is not None:
            raise
        _complain(error.message, error.details)
        return error.exit_status
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    except BrokenPipeError:
        # The reader has gone (`./demo logs | head`): keep the interpreter from complaining at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 128 + signal.SIGPIPE
    except Exception as error:
        if debug:
            raise
        _complain(f"{_in_words(error)} ({_DEBUG} shows where)")
        return 1


def _complain(message: str, details: Sequence[str] = ()) -> None:
    style = for_stream(sys.stderr)
    print(f"{style.red('demo:')} {message}", file=sys.stderr)
    for line in details:
        print(f"  {style.dim(line)}", file=sys.stderr)


def _in_words(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    said = " ".join(str(error).split())
    return f"{type(error).__name__}: {said}" if said else type(error).__name__


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
