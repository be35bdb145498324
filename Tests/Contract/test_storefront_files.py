"""The storefront's files as a browser fetches them: once, and then only when they have changed."""

from __future__ import annotations

import re
import urllib.error
import urllib.request
from http.client import HTTPMessage
from urllib.parse import urljoin

from running_suite import RunningSuite


def fetch(suite: RunningSuite, path: str, known: str | None = None) -> tuple[int, HTTPMessage, str]:
    """Fetches a file; returns status, fields and text."""
    headers = {"If-None-Match": known} if known else {}
    request = urllib.request.Request(suite.origin("SAMPLE_APP_PORT") + path, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.headers, answer.read().decode()
    except urllib.error.HTTPError as answer:
        return answer.code, answer.headers, answer.read().decode()


def test_every_view_is_the_page_and_what_is_none_is_a_problem(suite: RunningSuite) -> None:
    page = fetch(suite, "/")[2]
    for view in ("/category/books", "/product/lumen-lamp", "/search?q=a%20lamp", "/basket", "/order/ord_1"):
        assert fetch(suite, view)[::2] == (200, page), view
    assert fetch(suite, "/category")[0] == 404


def test_the_icon_is_where_browsers_look_for_it(suite: RunningSuite) -> None:
    status, fields, text = fetch(suite, "/favicon.ico")
    assert status == 200 and fields["Content-Type"] == "image/svg+xml" and text.startswith("<svg")


def test_every_file_is_there_and_sent_again_only_when_it_has_changed(suite: RunningSuite) -> None:
    waiting, fetched = ["/"], set()
    while waiting:
        path = waiting.pop()
        status, fields, text = fetch(suite, path)
        assert status == 200, path
        fetched.add(path)
        tag = fields["ETag"]
        assert fetch(suite, path, tag)[::2] == (304, ""), path
        assert fetch(suite, path, '"of another time"')[0] == 200, path
        named = re.findall(r"/assets/[a-z.]+", text)
        imported = [urljoin(path, name) for name in re.findall(r'(?:from |import\()"(\.[a-z./]+)"', text)]
        waiting += {*named, *imported} - fetched
    assert {"/assets/shop.css", "/assets/shop.js", "/assets/motifs.js", "/assets/telemetry/start.js"} <= fetched
    assert "/assets/telemetry/outbox.js" in fetched, "what is loaded later imports files, too"
