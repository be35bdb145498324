"""Visitors with a real browser: ``python browsers --shop URL --journal DIR --count N``.

It needs Debian's chromium and chromium-driver, and requirements.txt.
"""

from __future__ import annotations

import argparse
import signal
import sys
import urllib.parse
from pathlib import Path

from browser import missing_programs
from visitors import Visitors


def main() -> int:
    """Visits until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(prog="browsers", description=__doc__.splitlines()[0])
    parser.add_argument("--shop", required=True, type=_origin, help="the shop's origin")
    parser.add_argument(
        "--journal", required=True, type=Path, help="the folder that data-generator --journal writes to"
    )
    parser.add_argument("--count", type=int, default=1, choices=range(1, 17), metavar="1-16", help="browsers at once")
    parser.add_argument("--seed", type=int, default=1, help="what visits are drawn from")
    parser.add_argument("--hurry", type=float, default=1, help="how many times faster than usual they read and type")
    options = parser.parse_args()
    if missing := missing_programs():
        print(f"{' and '.join(missing)} missing: apt-get install chromium chromium-driver", file=sys.stderr)
        return 1
    visitors = Visitors(options.shop, options.journal, options.seed, max(0.1, options.hurry))
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: visitors.leaving.set())
    print(f"{options.count} browsers visit {options.shop} while the load runs", file=sys.stderr, flush=True)
    visitors.run(options.count)
    return 0


def _origin(text: str) -> str:
    parts = urllib.parse.urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.path.strip("/"):
        raise argparse.ArgumentTypeError(f"'{text}' is no origin: give one such as http://127.0.0.1:8000")
    return f"{parts.scheme}://{parts.netloc}"


if __name__ == "__main__":
    sys.exit(main())
