"""Supervisor's configuration file for one suite."""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path

from launcher.configuration.locations import python
from launcher.configuration.run_folder import RunFolder
from launcher.supervision.processes import Process

_SUPERVISOR = """\
; Written by ./demo up: a change here lasts until the next one.
[supervisord]
nodaemon=true
; What it says goes to supervisor_process.py's stream, which a full disk does not break.
logfile=/dev/null
logfile_maxbytes=0
pidfile=supervisord.pid
childlogdir=logs
{user}
[unix_http_server]
file=%(ENV_FAULTLINE_SOCKET)s
chmod=0700

[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface

[rpcinterface:faultline]
supervisor.rpcinterface_factory=launcher.supervision.suite_interface:make_suite_interface
"""

_PROGRAM = """
[program:{name}]
command=%(ENV_{command})s
directory=%(ENV_FAULTLINE_ROOT)s
priority={priority}
; ./demo up starts them one after the other, each when what it needs is healthy.
autostart=false
autorestart={autorestart}
exitcodes={exitcodes}
startsecs=1
; It never gives up: suite_interface.py bounds the wait between two tries.
startretries=1000
stopsignal=TERM
stopwaitsecs={stop_seconds}
killasgroup=true
redirect_stderr=true
; child.py opens the log.
stdout_logfile=NONE
"""


def configuration_text(processes: Sequence[Process]) -> str:
    """The file. Paths and commands come in by environment: no character in them can break the syntax."""
    text = _SUPERVISOR.format(user="user=root\n" if os.geteuid() == 0 else "")
    for priority, process in enumerate(processes, start=1):
        text += _PROGRAM.format(
            name=process.name,
            command=_command_variable(process),
            priority=priority,
            autorestart="unexpected" if process.ended_well else "true",
            exitcodes=",".join(str(status) for status in process.ended_well) or "0",
            stop_seconds=process.stop_seconds,
        )
    return text


def configuration_environment(
    folder: RunFolder, processes: Sequence[Process], own_variables: Mapping[str, Mapping[str, str]]
) -> dict[str, str]:
    """The variables that the file refers to.

    ``own_variables`` are those that one process alone is given, by its name.
    """
    # Without -S and -I the interpreter would look for packages before it becomes the process.
    child = [str(python()), "-I", "-S", str(Path(__file__).with_name("child.py"))]
    commands = {
        _command_variable(process): shlex.join(
            [*child, str(folder.log(process.name)), *_words(own_variables.get(process.name, {})), "--"]
            + [*process.command]
        )
        for process in processes
    }
    return {"FAULTLINE_SOCKET": str(folder.supervisor_socket), **commands}


def _words(variables: Mapping[str, str]) -> list[str]:
    return [f"{name}={value}" for name, value in variables.items()]


def _command_variable(process: Process) -> str:
    return "FAULTLINE_COMMAND_" + process.name.upper().replace("-", "_")
