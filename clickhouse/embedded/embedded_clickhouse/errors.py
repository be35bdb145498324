"""Errors as ClickHouse answers them: a code, a message, an HTTP status."""

from __future__ import annotations

import re

_CODE = re.compile(r"Code: (\d+)\. ")


class ClickHouseError(Exception):
    """An error of the engine, or one that this server finds before the engine is asked."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message

    @property
    def http_status(self) -> int:
        """The status ClickHouse's own server would choose for this code."""
        return _STATUS.get(self.code, 500)

    @classmethod
    def of_engine(cls, error: BaseException) -> ClickHouseError:
        """From what chDB raised; its own words before ``Code:`` are left out."""
        text = str(error)
        found = _CODE.search(text)
        if found is None:
            return cls(1001, f"Code: 1001. DB::Exception: {text or type(error).__name__}. (STD_EXCEPTION)")
        return cls(int(found[1]), text[found.start() :].strip())


def refused(code: int, name: str, sentence: str) -> ClickHouseError:
    """An error of our own in the engine's form; ``name`` is ClickHouse's name for the code."""
    return ClickHouseError(code, f"Code: {code}. DB::Exception: {sentence}. ({name})")


_STATUS = {
    **dict.fromkeys(
        # What the client wrote cannot be read.
        [6, 7, 25, 26, 27, 36, 38, 41, 44, 53, 62, 67, 72, 117, 128, 130, 167, 168, 321, 376, 377, 427, 441]
        + [456, 457, 474, 675, 676],
        400,
    ),
    194: 401,
    **dict.fromkeys([192, 193, 497, 512, 516], 403),
    # What it names does not exist.
    **dict.fromkeys([16, 46, 47, 50, 56, 60, 63, 73, 78, 81, 99, 115, 336, 511], 404),
    159: 408,
    381: 411,
    229: 413,
    48: 501,
    **dict.fromkeys([76, 202, 209, 439], 503),
}
