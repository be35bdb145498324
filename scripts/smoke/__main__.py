"""Runs the smoke test."""

from __future__ import annotations

import argparse
import contextlib
import sys
import time

from smoke.base_images import provide_base_images
from smoke.docker import Failure, compose_command, engine_answers, own_engine
from smoke.suite import Suite, build, check, check_incident


def main() -> int:
    """0 when everything held, or when there is no engine; 1 otherwise."""
    parser = argparse.ArgumentParser(
        prog="scripts/compose-smoke", description="Builds and starts the lite arrangement and asks for its Service Map."
    )
    parser.add_argument(
        "--own-engine", action="store_true", help="start a Docker engine for this alone (root, dockerd)"
    )
    parser.add_argument("--no-build", action="store_true", help="take the images that are there")
    parser.add_argument(
        "--incident", action="store_true", help="wait for an incident of the default scenario, up to half an hour"
    )
    parser.add_argument("--rate", type=int, default=10, help="journeys a second (default 10)")
    options = parser.parse_args()
    began = time.monotonic()
    try:
        with own_engine() if options.own_engine else contextlib.nullcontext():
            compose = compose_command()
            if not engine_answers() or compose is None:
                missing = "docker-compose" if engine_answers() else "Docker engine that answers"
                print(
                    f"compose-smoke: skipped: there is no {missing}; with root and docker.io, --own-engine starts one"
                )
                return 0
            _run(compose, options)
    except Failure as failure:
        print(f"compose-smoke: {failure}", file=sys.stderr)
        return 1
    print(f"compose-smoke: passed in {time.monotonic() - began:.0f} s")
    return 0


def _run(compose: list[str], options: argparse.Namespace) -> None:
    if not options.no_build:
        print("Base images")
        provide_base_images()
        print("Images")
        build()
    suite = Suite(compose, options.rate)
    print("The lite arrangement")
    try:
        suite.up()
        check(suite)
        if options.incident:
            check_incident(suite)
    except Failure:
        with contextlib.suppress(Failure):
            print(suite.logs(), file=sys.stderr)
        raise
    finally:
        suite.down()


if __name__ == "__main__":
    sys.exit(main())
