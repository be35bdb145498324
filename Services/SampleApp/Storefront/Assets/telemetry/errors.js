// What goes wrong in the page, and what it says in the console.

import { losses, note, Span } from "./spans.js";

const LONGEST_TEXT = 1_024;
const LONGEST_STACK = 4_096;
const MOST_A_MINUTE = 60;
let minute = 0;
let reported = 0;

/** Records an error; more than 60 a minute say nothing new. */
export function reportError(name, error, attributes = {}) {
  const now = Math.floor(Date.now() / 60_000);
  if (now !== minute) [minute, reported] = [now, 0];
  if (++reported > MOST_A_MINUTE) return void losses.spans++;
  const isError = error instanceof Error;
  const message = String(isError ? error.message || error.name : error).slice(0, LONGEST_TEXT);
  const type = isError ? error.name : "String";
  const stack = isError && error.stack ? error.stack.slice(0, LONGEST_STACK) : undefined;
  const span = new Span(name, {
    scope: "errors",
    attributes: {
      component: "error",
      error: true,
      "error.object": type,
      "error.message": message,
      "exception.type": type,
      "exception.message": message,
      ...(stack && { "error.stack": stack, "exception.stacktrace": stack }),
      ...attributes,
    },
  });
  span.message = message;
  span.end(span.start);
}

function words(values) {
  return values.map((value) => (value instanceof Error ? value.message : String(value))).join(" ");
}

addEventListener("error", ({ error, message, target }) => {
  if (error || message) reportError("onerror", error ?? message);
  // Events of what did not load do not bubble, and have no message.
  else if (target?.tagName) reportError("eventListener.error", `${target.tagName.toLowerCase()} did not load`);
}, { capture: true });
addEventListener("unhandledrejection", ({ reason }) => reportError("unhandledrejection", reason));

for (const level of ["log", "warn", "error"]) {
  const say = console[level];
  console[level] = (...values) => {
    say.apply(console, values);
    const error = values.find((value) => value instanceof Error);
    if (level === "error") reportError("console.error", error ?? words(values));
    else note(`console.${level}`, "console", { component: "console", level, message: words(values).slice(0, LONGEST_TEXT) });
  };
}
