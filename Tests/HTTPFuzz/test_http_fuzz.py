"""Half a minute of libFuzzer on the HTTP parsers, from the inputs that are kept in ``Corpus``."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

_FOLDER = Path(__file__).parent
_SECONDS = int(os.environ.get("HTTP_FUZZ_SECONDS", "30"))


def test_finds_nothing_in_half_a_minute(tmp_path: Path) -> None:
    """A crash, a broken invariant, a hang of 5 s or 512 MB of memory would fail here; the input is then kept."""
    build = ["swift", "build", "-c", "release", "--package-path", str(_FOLDER), "--product", "HTTPFuzz"]
    subprocess.run(build, check=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=1200)
    corpus = tmp_path / "corpus"
    shutil.copytree(_FOLDER / "Corpus", corpus)
    found = _FOLDER / "Findings"
    found.mkdir(exist_ok=True)
    run = subprocess.run(
        [
            str(_FOLDER / ".build" / "release" / "HTTPFuzz"),
            f"-max_total_time={_SECONDS}",
            "-max_len=4096",
            "-timeout=5",
            "-rss_limit_mb=512",
            "-print_final_stats=1",
            f"-artifact_prefix={found}/",
            str(corpus),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=_SECONDS + 120,
        check=False,
    )
    print("\n".join(run.stdout.splitlines()[-12:]))
    assert run.returncode == 0, f"libFuzzer found something; its input is in {found}\n{run.stdout[-4000:]}"
    if not any(found.iterdir()):
        found.rmdir()
