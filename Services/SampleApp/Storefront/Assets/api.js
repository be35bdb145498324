// The shop's interface: JSON both ways, and problems (RFC 9457) as errors.

import { trackedFetch } from "./telemetry/telemetry.js";

/** What the shop said when it could not do what was asked. */
export class Problem extends Error {
  constructor(status, document, phrase) {
    super(document.detail ?? document.title ?? `The shop answered ${status}.`);
    this.status = status;
    // The protocol's own words for a status, such as Conflict, say nothing to a shopper.
    this.title = document.title === phrase ? undefined : (document.title ?? "Something went wrong");
    this.traceID = document.trace_id;
    this.fields = document.errors ?? [];
  }
}

async function call(method, path, body) {
  let response;
  try {
    response = await trackedFetch(path, {
      method,
      headers: body === undefined ? {} : { "content-type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new Problem(0, { title: "No connection", detail: "The shop cannot be reached right now." });
  }
  const document = await response.json().catch(() => ({}));
  if (!response.ok) throw new Problem(response.status, document, response.statusText);
  return document;
}

export const shop = {
  products: (parameters) => call("GET", `/products?${new URLSearchParams(parameters)}`),
  product: (id) => call("GET", `/products/${encodeURIComponent(id)}`),
  cart: () => call("GET", "/cart"),
  add: (id, quantity) => call("POST", "/cart/add", { product_id: id, quantity }),
  change: (id, quantity) => call("PATCH", `/cart/lines/${encodeURIComponent(id)}`, { quantity }),
  remove: (id) => call("DELETE", `/cart/lines/${encodeURIComponent(id)}`),
  checkout: (order) => call("POST", "/checkout", order),
  status: () => fetch("/ready").then((response) => response.json()),
};
