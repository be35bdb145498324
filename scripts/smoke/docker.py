"""Docker and Compose by their commands."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class Failure(Exception):
    """What went wrong, as a message for the person who ran the script."""


def docker(*words: str, text: bytes | None = None) -> str:
    """The output of ``docker``; raises ``Failure`` with the end of what it said."""
    result = subprocess.run(["docker", *words], input=text, capture_output=True, check=False)
    if result.returncode != 0:
        said = (result.stderr or result.stdout).decode(errors="replace").strip().splitlines()[-15:]
        raise Failure("\n".join([f"docker {' '.join(words[:6])} failed:", *said]))
    return result.stdout.decode()


def engine_answers() -> bool:
    """Whether there is a ``docker`` and an engine behind it."""
    if shutil.which("docker") is None:
        return False
    return subprocess.run(["docker", "info"], capture_output=True, check=False).returncode == 0


def compose_command() -> list[str] | None:
    """``docker-compose``, or ``docker compose``, or nothing."""
    if shutil.which("docker-compose"):
        return ["docker-compose"]
    found = subprocess.run(["docker", "compose", "version"], capture_output=True, check=False).returncode == 0
    return ["docker", "compose"] if found else None


@contextmanager
def own_engine() -> Iterator[None]:
    """An engine in a temporary folder, which touches no rule of this machine's network; it ends with the block."""
    if os.geteuid() != 0 or shutil.which("dockerd") is None:
        raise Failure("--own-engine needs root and dockerd (apt-get install docker.io)")
    with tempfile.TemporaryDirectory(prefix="compose-smoke-", ignore_cleanup_errors=True) as folder:
        options = {
            "--data-root": f"{folder}/root",
            "--exec-root": f"{folder}/exec",
            "--pidfile": f"{folder}/pid",
            "--host": f"unix://{folder}/docker.sock",
            "--bridge": "none",
            "--iptables": "false",
            "--ip6tables": "false",
            "--ip-forward": "false",
            "--ip-masq": "false",
        }
        with open(f"{folder}/log", "wb") as log:
            engine = subprocess.Popen(
                ["dockerd", *(f"{name}={value}" for name, value in options.items())],
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        os.environ["DOCKER_HOST"] = options["--host"]
        try:
            deadline = time.monotonic() + 60
            while not engine_answers():
                if engine.poll() is not None or time.monotonic() > deadline:
                    said = Path(f"{folder}/log").read_text(errors="replace").splitlines()[-10:]
                    raise Failure("\n".join(["dockerd did not start:", *said]))
                time.sleep(0.2)
            yield
        finally:
            engine.terminate()
            try:
                engine.wait(60)
            except subprocess.TimeoutExpired:
                engine.kill()
                engine.wait()
            _unmount_below(folder)


def _unmount_below(folder: str) -> None:
    """An engine leaves the network of the host mounted, and a folder with a mount in it cannot be deleted."""
    points = [line.split()[1] for line in Path("/proc/mounts").read_text().splitlines()]
    for point in sorted((each for each in points if each.startswith(folder + "/")), reverse=True):
        subprocess.run(["umount", "--lazy", point], check=False)


def run_loudly(words: Sequence[str], failed: str, environment: dict[str, str] | None = None) -> None:
    """Runs a command that prints as it goes; raises ``Failure``."""
    if subprocess.run(words, cwd=ROOT, env=environment, check=False).returncode != 0:
        raise Failure(failed)
