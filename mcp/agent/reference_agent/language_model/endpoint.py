"""An interface of language models over HTTP. The key goes into one header and nowhere else."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from typing import Any

_ANSWER_SECONDS = 180.0
_ATTEMPTS = 3
_LONGEST_WAIT_SECONDS = 30.0
_MOST_BYTES = 16_000_000
_TRY_AGAIN = frozenset([408, 429, 500, 502, 503, 504, 529])


class ModelFailed(Exception):
    """The endpoint gave no answer that can be used; the message says why, without the key."""


class Endpoint:
    """Sends documents and reads documents. A busy endpoint is asked again, three times in all."""

    def __init__(
        self, url: str, headers: Mapping[str, str], secret: str, pause: Callable[[float], None] = time.sleep
    ) -> None:
        if not url.startswith(("https://", "http://")):
            raise ValueError(f"{url} is no address of an endpoint: it begins with https:// or http://")
        self._url = url
        self._headers = {"Content-Type": "application/json", **headers}
        self._secret = secret
        self._pause = pause

    def __repr__(self) -> str:
        return f"Endpoint({self._url})"

    def send(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """The answer to a document. Blocks. Raises ``ModelFailed``."""
        body = json.dumps(document).encode()
        for attempt in range(1, _ATTEMPTS + 1):
            request = urllib.request.Request(self._url, data=body, headers=self._headers, method="POST")
            try:
                with urllib.request.urlopen(request, timeout=_ANSWER_SECONDS) as response:
                    answer = json.loads(response.read(_MOST_BYTES))
            except urllib.error.HTTPError as error:
                said = error.read(2000).decode(errors="replace")
                if error.code in _TRY_AGAIN and attempt < _ATTEMPTS:
                    self._pause(_wait(error.headers.get("Retry-After"), attempt))
                    continue
                raise ModelFailed(self._without_secret(f"status {error.code} of {self._url}: {said[:300]}")) from None
            except (OSError, ValueError) as error:
                raise ModelFailed(self._without_secret(f"no answer of {self._url}: {error}")) from None
            if not isinstance(answer, dict):
                raise ModelFailed(f"the answer of {self._url} is no object")
            return answer
        raise ModelFailed(f"no answer of {self._url}")

    def _without_secret(self, text: str) -> str:
        line = " ".join(text.split())
        return line.replace(self._secret, "(hidden)") if self._secret else line


def _wait(asked: str | None, attempt: int) -> float:
    try:
        seconds = float(asked or 2**attempt)
    except ValueError:
        seconds = float(2**attempt)
    return min(max(seconds, 0.0), _LONGEST_WAIT_SECONDS)
