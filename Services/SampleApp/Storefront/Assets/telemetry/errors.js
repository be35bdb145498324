// What goes wrong in the page, and what it says in the console.

import { losses, note } from "./spans.js";

const LONGEST_MESSAGE = 1_024;
const MOST_A_MINUTE = 60;
let minute = 0;
let reported = 0;

/** Records an error; more than 60 a minute say nothing new. */
export function reportError(name, thrown, attributes) {
  const now = Math.floor(Date.now() / 60_000);
  if (now !== minute) [minute, reported] = [now, 0];
  if (++reported > MOST_A_MINUTE) return void losses.spans++;
  const error = thrown instanceof Error ? thrown : undefined;
  note(name, "errors", {
    component: "error",
    error: true,
    "error.object": error?.name ?? "String",
    "error.message": words([thrown]),
    "error.stack": error?.stack,
    ...attributes,
  });
}

function words(values) {
  return values.map(word).join(" ").slice(0, LONGEST_MESSAGE);
}

function word(value) {
  try {
    return value instanceof Error ? value.message || value.name : String(value);
  } catch {
    // Not everything has a text: modules have none.
    return typeof value;
  }
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
    else note(`console.${level}`, "console", { component: "console", level, message: words(values) });
  };
}
