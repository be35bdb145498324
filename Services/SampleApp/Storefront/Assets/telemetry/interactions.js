// What somebody does with the page: which element, never what is in it.

import { note, told } from "./spans.js";

const SELDOM = 5_000;

/** Records clicks, submits and changes, and of scrolling and focus no more than one each in five seconds. */
export function recordInteractions() {
  for (const kind of ["click", "submit", "change"]) addEventListener(kind, interaction, { capture: true, passive: true });
  addEventListener("focusin", seldom((event) => interaction(event, "focus")), { capture: true, passive: true });
  addEventListener("scroll", seldom((event) => interaction(event, "scroll")), { capture: true, passive: true });
  document.addEventListener("visibilitychange", () => note("visibility", "page-visibility", { hidden: document.hidden }));
}

function interaction({ type, target }, name = type) {
  const element = target instanceof Element ? target : document.documentElement;
  note(name, "@opentelemetry/instrumentation-user-interaction", {
    component: "user-interaction",
    event_type: name,
    "http.url": told(location.href),
    target_element: element.tagName,
    target_xpath: path(element),
  });
}

/** The way to an element, from the nearest that has an id. */
function path(element) {
  if (element.id) return `//*[@id="${element.id}"]`;
  const { localName, parentElement } = element;
  if (!parentElement) return `/${localName}`;
  const alike = [...parentElement.children].filter((each) => each.localName === localName);
  const place = alike.length > 1 ? `[${alike.indexOf(element) + 1}]` : "";
  return `${path(parentElement)}/${localName}${place}`;
}

function seldom(action) {
  let last = -Infinity;
  return (event) => {
    if (event.timeStamp - last < SELDOM) return;
    last = event.timeStamp;
    action(event);
  };
}
