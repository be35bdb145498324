"""Load by wrk, from one thread over 64 connections."""

from __future__ import annotations

import re
import subprocess
import sys
import time

from harness.servers import Server


class Run:
    """What one run of wrk gave."""

    def __init__(self, text: str, rss: float, cpu: float) -> None:
        if "Non-2xx" in text or "Socket errors" in text:
            sys.exit(f"wrk saw errors:\n{text}")
        self.rate = float(re.search(r"Requests/sec:\s+([\d.]+)", text).group(1))
        amount, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", text).groups()
        self.p99 = float(amount) * {"us": 0.001, "ms": 1, "s": 1000}[unit]
        self.rss = rss
        self.cpu_microseconds = cpu * 1e6 / int(re.search(r"(\d+) requests in", text).group(1))


def load(target: Server, path: str, seconds: int, *options: str) -> Run:
    """One run; resident memory is read while it is under way."""
    command = ["wrk", "-t1", "-c64", f"-d{seconds}s", "--latency", *options, f"http://127.0.0.1:{target.port}{path}"]
    before = target.cpu()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as wrk:
        time.sleep(seconds * 0.7)
        rss = target.rss()
        text, _ = wrk.communicate()
    return Run(text, rss, target.cpu() - before)
