"""Entry point: ``python -m launcher COMMAND ...``, called by ``./demo``."""

from __future__ import annotations

import os
import signal
import sys

from launcher.arguments import parse
from launcher.commands import run
from launcher.errors import UserError
from launcher.terminal.style import for_stream


def main() -> int:
    """Runs one command and returns the exit status of the process."""
    try:
        return run(parse(sys.argv[1:]))
    except UserError as error:
        style = for_stream(sys.stderr)
        print(f"{style.red('demo:')} {error.message}", file=sys.stderr)
        for line in error.details:
            print(f"  {style.dim(line)}", file=sys.stderr)
        return error.exit_status
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    except BrokenPipeError:
        # The reader has gone (`./demo logs | head`): keep the interpreter from complaining at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 128 + signal.SIGPIPE


if __name__ == "__main__":
    sys.exit(main())
