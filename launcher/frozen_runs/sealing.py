"""Labels under a key: nobody else reads them, and nobody can put them beside another telemetry.

AES-SIV (RFC 5297) and not AES-GCM: the same labels have to become the same bytes, so there is no room for a random
nonce, and with GCM a nonce that is used twice gives the key away.
"""

from __future__ import annotations

import base64
import os
import secrets
import sys
from pathlib import Path
from typing import Any

from launcher.configuration.locations import ROOT, given_python, python
from launcher.errors import UserError
from launcher.preparation.virtual_environment import install_requirements
from launcher.terminal.progress import Progress

_REQUIREMENTS = ROOT / "launcher" / "frozen_runs" / "requirements.txt"
_KEY_BYTES = 64


def require_cryptography() -> None:
    """Makes sure that labels can be sealed, and installs what that needs into ``.venv``. Raises ``UserError``."""
    if _importable():
        return
    if given_python():
        raise UserError(f"{python()} has no cryptography: pip install -r {_REQUIREMENTS.relative_to(ROOT)} gives it it")
    install_requirements([_REQUIREMENTS], Progress(sys.stderr))
    if Path(sys.executable) != python():
        # The first command in a new checkout runs outside the environment that it makes.
        os.execv(str(python()), [str(python()), "-u", "-m", "launcher", *sys.argv[1:]])
    if not _importable():
        raise UserError(f"cryptography cannot be loaded: remove {ROOT / '.venv'} and run this again")


def new_key(file: Path) -> bytes:
    """Makes a key that only this user may read. Raises ``OSError``."""
    key = secrets.token_bytes(_KEY_BYTES)
    file.parent.mkdir(parents=True, exist_ok=True)
    with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as written:
        written.write(base64.urlsafe_b64encode(key) + b"\n")
    return key


def read_key(file: Path) -> bytes:
    """The key in a file. Raises ``UserError``."""
    try:
        key = base64.urlsafe_b64decode(file.read_bytes().strip())
    except FileNotFoundError:
        raise UserError(f"there is no key in {file}: --key FILE names the one that the run was frozen with") from None
    except (OSError, ValueError) as error:
        raise UserError(f"{file} cannot be used as a key: {error}") from None
    if len(key) != _KEY_BYTES:
        raise UserError(f"{file} holds no key: it has {len(key)} bytes, a key has {_KEY_BYTES}")
    return key


def seal(content: bytes, key: bytes, beside: bytes) -> bytes:
    """The content under the key, bound to what it lies beside."""
    return bytes(_cipher(key).encrypt(content, [beside]))


def unseal(sealed: bytes, key: bytes, beside: bytes) -> bytes:
    """What was sealed. Raises ``UserError`` for another key, other neighbours or changed bytes."""
    from cryptography.exceptions import InvalidTag

    try:
        return bytes(_cipher(key).decrypt(sealed, [beside]))
    except (InvalidTag, ValueError):
        raise UserError(
            "this key does not open the labels, or they were changed: --key FILE names the one of the freeze"
        ) from None


def _cipher(key: bytes) -> Any:
    from cryptography.hazmat.primitives.ciphers.aead import AESSIV

    return AESSIV(key)


def _importable() -> bool:
    try:
        import cryptography.hazmat.primitives.ciphers.aead  # noqa: F401
    except ImportError:
        return False
    return True
