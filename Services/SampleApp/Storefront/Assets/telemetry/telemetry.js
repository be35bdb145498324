// What the page tells of itself. Nothing here waits for anything, fails, or is needed for the page to work.

import { reportError } from "./errors.js";
import { recordedSession } from "./session.js";
import { CLIENT, everywhere, instant, note, Span, told } from "./spans.js";

/** Records what somebody did, such as `trackUserAction("Add to cart", { "app.product.id": id })`. */
export function trackUserAction(name, attributes) {
  note(name, "custom-action", attributes);
}

/** Records that somebody has gone to another view. */
export function trackRoute(previous) {
  note("routeChange", "route", { component: "user-interaction", "prev.href": told(previous) });
}

/** Records an error that was caught. */
export function trackError(error, attributes) {
  reportError("exception", error, attributes);
}

/** A span of your own: `setAttribute(key, value)`, and `end()`, which records it. */
export function createSpan(name, attributes) {
  return new Span(name, { attributes });
}

/** Says who the visitor is; until the page is closed all spans say so. */
export function identify(email) {
  everywhere.userEmail = email;
}

/** Records a call that is over, and was not made by `trackedFetch`: its status, 0 for none, and milliseconds. */
export function trackApiCall(method, address, status, duration) {
  endCall(callSpan(method, address, instant() - duration), status);
}

/** `fetch`, recorded, as the parent of what the server does for it. */
export async function trackedFetch(address, options = {}) {
  if (!recordedSession()) return fetch(address, options);
  const span = callSpan(options.method ?? "GET", address);
  const headers = new Headers(options.headers);
  const isOurs = new URL(address, location.href).origin === location.origin;
  if (isOurs) headers.set("traceparent", span.traceparent);
  try {
    const response = await fetch(address, { ...options, headers });
    span.setAttribute("http.status_text", response.statusText || undefined);
    const length = response.headers.get("content-length");
    span.setAttribute("http.response_content_length", length && Number(length));
    endCall(span, response.status);
    return response;
  } catch (error) {
    endCall(span, 0, error);
    throw error;
  }
}

function callSpan(method, address, start) {
  const url = new URL(told(address));
  return new Span(`HTTP ${method}`, {
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
      "server.address": url.hostname,
      "server.port": Number(url.port) || (url.protocol === "https:" ? 443 : 80),
    },
  });
}

function endCall(span, status, error) {
  if (status) span.setAttribute("http.status_code", status);
  if (!status || status >= 400) {
    span.failed = true;
    span.message = error?.message;
    span.setAttribute("error.type", status ? String(status) : error?.name ?? "failed");
  }
  span.end();
}

// The rest is loaded when there is something to see. A tab that nobody looks at paints nothing, and waits.
const painted = new PerformanceObserver(() => {
  painted.disconnect();
  import("./start.js").then(({ start }) => start()).catch(() => {});
});
painted.observe({ type: "paint", buffered: true });
