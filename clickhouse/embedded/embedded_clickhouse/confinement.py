"""What this process may reach at all: its own folder to write, little else to read, nobody to call.

The second wall behind statement_policy.py and the engine's grants. They know what a statement can name today; the
kernel (Landlock, Linux 5.13 and newer) does not care how a file was named.
"""

from __future__ import annotations

import ctypes
import os
import site
import sys
import sysconfig
from collections.abc import Iterable
from pathlib import Path

# The numbers are the same on every architecture: asm-generic/unistd.h, linux/landlock.h.
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_VERSION_ONLY = 1
_PATH_BENEATH = 1
_PR_SET_NO_NEW_PRIVS = 38

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR, _REMOVE_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3, 1 << 4
_TRUNCATE = 1 << 14
_OF_A_FILE = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE
_FIRST_VERSION = (1 << 13) - 1
_REFER_SINCE_2, _TRUNCATE_SINCE_3, _CONNECT_TCP_SINCE_4 = 1 << 13, _TRUNCATE, 1 << 1
_READ = _EXECUTE | _READ_FILE | _READ_DIR

_OF_THE_MACHINE = [
    "/usr",
    "/lib",
    "/lib64",
    "/proc",
    "/sys",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/etc/nsswitch.conf",
]
_DEVICES = ["/dev/null", "/dev/zero", "/dev/random", "/dev/urandom"]


class _Ruleset(ctypes.Structure):
    _fields_ = [("files", ctypes.c_uint64), ("network", ctypes.c_uint64)]


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = [("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32)]


def confine(readable: Iterable[Path], writable: Iterable[Path], temporary: Path) -> bool:
    """Gives up, for good, all of the file system but these paths, Python and the system's libraries, and all calls.

    ``temporary`` is a folder to write in and to remove in the end. Holds for this thread and
    those that it starts from now on, so it comes before the first of them. Returns whether the kernel can do it; an
    older one leaves things as they were. Raises ``OSError``.
    """
    library = ctypes.CDLL(None, use_errno=True)
    version = library.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), _VERSION_ONLY)
    if version < 1:
        return False
    handled = _FIRST_VERSION | (_REFER_SINCE_2 if version >= 2 else 0) | (_TRUNCATE_SINCE_3 if version >= 3 else 0)
    rules = _Ruleset(handled, _CONNECT_TCP_SINCE_4 if version >= 4 else 0)
    ruleset = _checked(library.syscall(_CREATE_RULESET, ctypes.byref(rules), ctypes.c_size_t(ctypes.sizeof(rules)), 0))
    try:
        for path in [*_of_python(), *map(Path, _OF_THE_MACHINE), *readable]:
            _allow(library, ruleset, path, _READ & handled)
        for path in map(Path, _DEVICES):
            _allow(library, ruleset, path, (_READ_FILE | _WRITE_FILE) & handled)
        for path in [*writable, temporary]:
            _allow(library, ruleset, path, handled)
        _allow(library, ruleset, temporary.parent, _REMOVE_DIR)
        _checked(library.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
        _checked(library.syscall(_RESTRICT_SELF, ruleset, 0))
    finally:
        os.close(ruleset)
    return True


def _allow(library: ctypes.CDLL, ruleset: int, path: Path, access: int) -> None:
    try:
        parent = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        allowed = access if path.is_dir() else access & _OF_A_FILE
        rule = _PathBeneath(allowed, parent)
        _checked(library.syscall(_ADD_RULE, ruleset, _PATH_BENEATH, ctypes.byref(rule), 0))
    finally:
        os.close(parent)


def _of_python() -> set[Path]:
    """Where the interpreter and its packages are; not all of ``sys.path``, which a caller may have put a home into."""
    places = {*sysconfig.get_paths().values(), *site.getsitepackages(), site.getusersitepackages()}
    places |= {sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix}
    return {Path(place) for place in places} | {Path(__file__).parents[1]}


def _checked(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result
