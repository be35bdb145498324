"""HyperDX's own SDK for browsers, cut out of the web UI that the embedded ClickHouse serves.

The UI records itself with it, so it is in there as it is published: one module of a bundle, which depends on nothing
but a shim of ``process``. It is found by what is in it, since its number changes with each build.
"""

from __future__ import annotations

import re
import urllib.request

_BUNDLE = re.compile(r"/clickstack/_next/static/chunks/pages/_app-[0-9a-f]+\.js")
_BEGIN = re.compile(r"\d+:function\(e,t,r\)\{")
_END = re.compile(r"\},\d+:")

_LOADER = """
const hyperdx = { exports: {} };
const required = () => ({ env: {}, nextTick: (action, ...values) => queueMicrotask(() => action(...values)) });
required.g = globalThis;
required.d = (target, values) => {
  for (const key in values) Object.defineProperty(target, key, { enumerable: true, get: values[key] });
};
required.o = (target, key) => Object.hasOwn(target, key);
required.r = () => {};
required.n = (it) => () => it;
(%s)(hyperdx, hyperdx.exports, required);
hyperdx.exports.init({
  url: location.origin, apiKey: "none", service: "storefront", consoleCapture: true, disableIntercom: true,
  tracePropagationTargets: [/.*/],
});
"""


def script(clickhouse: str) -> str:
    """A script that records the page that loads it, and sends to that page's origin; the SDK is ``hyperdx.exports``."""
    page = _text(f"{clickhouse}/clickstack/search")
    bundle = _BUNDLE.search(page)
    assert bundle is not None, "the UI has another bundle now"
    text = _text(clickhouse + bundle[0])
    named = text.index("@hyperdx/browser")
    begin = [found for found in _BEGIN.finditer(text) if found.start() < named][-1]
    end = _END.search(text, text.index("attachToReactErrorBoundary"))
    assert end is not None
    return _LOADER % text[begin.start() : end.start() + 1].partition(":")[2]


def _text(address: str) -> str:
    with urllib.request.urlopen(address, timeout=60) as answer:
        text: str = answer.read().decode()
        return text
