// How the page was loaded, with all that it is made of.

import { instant, Span, told } from "./spans.js";

/** Records it when the page is loaded. */
export function recordLoad() {
  // The end of the event is known only after it.
  if (document.readyState === "complete") setTimeout(record);
  else addEventListener("load", () => setTimeout(record), { once: true });
}

function record() {
  const [page] = performance.getEntriesByType("navigation");
  if (!page) return;
  const load = span("documentLoad", page, {
    "http.user_agent": navigator.userAgent,
    "screen.xy": `${screen.width}x${screen.height}`,
    "document.referrer": document.referrer && new URL(document.referrer).origin,
    "performance.memory.usedJSHeapSize": performance.memory?.usedJSHeapSize,
    "browser.navigation.type": page.type,
    "browser.dom_interactive": page.domInteractive,
    "browser.dom_content_loaded": page.domContentLoadedEventEnd,
  });
  fetched("documentFetch", page, load);
  for (const each of performance.getEntriesByType("resource")) {
    // Calls have spans of their own, and what is loaded later is no part of this.
    if (each.initiatorType !== "fetch" && each.startTime <= page.loadEventEnd) fetched("resourceFetch", each, load);
  }
  load.end(instant(page.loadEventEnd));
}

function fetched(name, entry, parent) {
  span(name, entry, {
    "http.method": "GET",
    "http.response_content_length": entry.encodedBodySize,
    "http.status_code": entry.responseStatus || undefined,
  }, parent).end(instant(entry.responseEnd));
}

function span(name, entry, attributes, parent) {
  return new Span(name, {
    scope: "@opentelemetry/instrumentation-document-load",
    parent,
    start: instant(entry.fetchStart),
    attributes: { component: "document-load", "http.url": told(entry.name), ...attributes },
  });
}
