// Spans as they are made. Until the page is painted and knows where they go, they wait here.

import { randomHex, recordedSession } from "./session.js";

export const INTERNAL = 1;
export const CLIENT = 3;

const MOST_WAITING = 200;
const waiting = [];
let receive = (span) => (waiting.length < MOST_WAITING ? waiting.push(span) : losses.spans++);
let origin = performance.timeOrigin;

/** Attributes of every span from now on. */
export const everywhere = {};

/** How much was dropped since that was last told. */
export const losses = { spans: 0, replay: 0 };

/** Milliseconds since 1970 of a moment of `performance`, by default of this one. */
export function instant(moment) {
  // That clock stands still while the machine sleeps.
  const drift = Date.now() - origin - performance.now();
  if (Math.abs(drift) > 1_000) origin += drift;
  return origin + (moment ?? performance.now());
}

/** An address as it may be told: what somebody typed is in the query. */
export function told(address) {
  try {
    const url = new URL(address, location.href);
    for (const name of [...url.searchParams.keys()]) url.searchParams.set(name, "REDACTED");
    if (url.searchParams.size === 0) url.search = "";
    url.hash = url.username = url.password = "";
    return url.href;
  } catch {
    return "about:blank";
  }
}

export class Span {
  #ended = false;

  /** A span that begins now, or at `start`; without a parent it is the root of a trace. */
  constructor(name, { scope = "custom-action", kind = INTERNAL, start = instant(), parent, attributes = {} } = {}) {
    Object.assign(this, { name, scope, kind, start });
    this.traceId = parent?.traceId ?? randomHex(16);
    this.spanId = randomHex(8);
    this.parentId = parent?.spanId;
    this.attributes = { "location.href": told(location.href), ...attributes };
  }

  /** The attribute `error` makes the span one that failed. */
  setAttribute(key, value) {
    this.attributes[key] = value;
    return this;
  }

  /** The header that makes this span the parent of what the server does (W3C Trace Context). */
  get traceparent() {
    return `00-${this.traceId}-${this.spanId}-01`;
  }

  /** Ends it, once; only then it is recorded. */
  end(at = instant()) {
    if (this.#ended) return;
    this.#ended = true;
    this.duration = Math.max(0, at - this.start);
    this.session = recordedSession();
    Object.assign(this.attributes, everywhere);
    if (this.session) receive(this);
  }
}

/** Records something that takes no time. */
export function note(name, scope, attributes) {
  const span = new Span(name, { scope, attributes });
  span.end(span.start);
}

/** Gives all spans to `receiver`, those that have waited first. */
export function deliverSpans(receiver) {
  receive = receiver;
  waiting.splice(0).forEach(receive);
}
