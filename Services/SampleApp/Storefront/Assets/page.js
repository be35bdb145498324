// Small pieces that every view is made of.

import { trackError } from "./telemetry/telemetry.js";

/** An element with attributes and children; text is always text, never markup. */
export function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

export function money(amount, currency) {
  return new Intl.NumberFormat("en", { style: "currency", currency }).format(amount / 100);
}

/** Shows a message above the page, or takes it away when there is none. */
export function say(text, { good = false, traceID } = {}) {
  const box = document.querySelector("#message");
  if (box.hidden && text === "") return;
  box.hidden = text === "";
  box.className = good ? "good" : "";
  box.replaceChildren(text, ...(traceID ? [element("small", {}, `trace ${traceID}`)] : []));
}

/** Shows what went wrong, with the trace to look it up by. */
export function failure(problem) {
  // What the shop did not say is a defect of the page.
  if (problem.status === undefined) trackError(problem);
  const title = problem.title && problem.title !== problem.message ? `${problem.title}. ` : "";
  say(`${title}${problem.message}`, { traceID: problem.traceID });
}
