// What the page tells of itself. Nothing here waits for anything, fails, or is needed for the page to work.

import { reportError } from "./errors.js";
import { recordedSession } from "./session.js";
import { CLIENT, everywhere, instant, note, Span, told } from "./spans.js";

/** Records what somebody did, such as `trackUserAction("Add to cart", { "app.product.id": id })`. */
export function trackUserAction(name, attributes) {
  note(name, "custom-action", attributes);
}

/** Records an error that was caught. */
export function trackError(error, attributes) {
  reportError("exception", error, attributes);
}

/** A span of your own: `setAttribute(key, value)`, and `end()`, which records it. */
export function createSpan(name, attributes) {
  return new Span(name, { attributes });
}

/** Records a call that is over, and was not made by `trackedFetch`: its status, 0 for none, and milliseconds. */
export function trackApiCall(method, address, status, duration) {
  callSpan(method, address, instant() - duration).finish(status);
}

/** `fetch`, recorded, as the parent of what the server does for it. */
export async function trackedFetch(address, options = {}) {
  if (!recordedSession()) return fetch(address, options);
  const call = callSpan(options.method ?? "GET", address);
  const isOurs = new URL(address, location.href).origin === location.origin;
  const headers = new Headers(options.headers);
  if (isOurs) headers.set("traceparent", call.span.traceparent);
  try {
    const response = await fetch(address, { ...options, headers });
    if (response.statusText) call.span.setAttribute("http.status_text", response.statusText);
    call.finish(response.status, response.headers.get("content-length"));
    return response;
  } catch (error) {
    call.finish(0, undefined, error);
    throw error;
  }
}

/** Says who the visitor is; until the page is closed all spans say so. */
export function identify(email) {
  everywhere.userEmail = email;
}

/** Records that somebody has gone to another view. */
export function trackRoute(previous) {
  note("routeChange", "route", { component: "user-interaction", "prev.href": told(previous) });
}

// In the names that HyperDX reads, and in those of today's conventions beside them.
function callSpan(method, address, start) {
  const url = new URL(told(address));
  const span = new Span(`HTTP ${method}`, {
    scope: "@opentelemetry/instrumentation-fetch",
    kind: CLIENT,
    start,
    attributes: {
      component: "fetch",
      "http.method": method,
      "http.url": url.href,
      "http.host": url.host,
      "http.scheme": url.protocol.slice(0, -1),
      "http.user_agent": navigator.userAgent,
      "http.request.method": method,
      "url.full": url.href,
      "server.address": url.hostname,
      "server.port": Number(url.port) || (url.protocol === "https:" ? 443 : 80),
    },
  });
  const finish = (status, length, error) => {
    if (status) span.setAttribute("http.status_code", status).setAttribute("http.response.status_code", status);
    if (length) span.setAttribute("http.response_content_length", Number(length));
    if (!status || status >= 400) {
      span.setAttribute("error.type", status ? String(status) : error?.name ?? "failed");
      span.failed = true;
      span.message = error?.message;
    }
    span.end();
  };
  return { span, finish };
}

// The rest is loaded when there is something to see. A tab that nobody looks at paints nothing, and waits.
let began = false;
function begin() {
  if (began) return;
  began = true;
  import("./start.js").then(({ start }) => start()).catch(() => {});
}
if (globalThis.PerformanceObserver?.supportedEntryTypes?.includes("paint")) {
  new PerformanceObserver(begin).observe({ type: "paint", buffered: true });
} else {
  addEventListener("load", begin);
}
