// Views have addresses of their own, and going from one to another does not load the page anew.

import { trackRoute } from "./telemetry/telemetry.js";

/** What an address names: the view, and which of its kind. */
export function place() {
  const [, view, argument = ""] = location.pathname.split("/");
  return { view, argument: decoded(argument), words: new URLSearchParams(location.search).get("q") ?? "" };
}

/** Goes to another view as a link does. */
export async function go(address) {
  clearTimeout(resting);
  history.pushState({}, "", address);
  await arrive(0);
}

/** Calls `draw` for each view that somebody goes to, by a link, by the browser's buttons or by `go`. */
export function onArrival(draw) {
  show = draw;
}

let show;
let resting;
let here = location.href;

async function arrive(scroll) {
  if (here !== location.href) trackRoute(here);
  here = location.href;
  await show();
  scrollTo(0, scroll);
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

// A view is drawn after its answer has come: only then is there something to scroll back to.
history.scrollRestoration = "manual";
addEventListener("scroll", () => {
  clearTimeout(resting);
  resting = setTimeout(() => history.replaceState({ scroll: scrollY }, ""), 150);
}, { passive: true });
addEventListener("popstate", (event) => {
  clearTimeout(resting);
  arrive(event.state?.scroll ?? 0);
});
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href]");
  const ours = link && link.origin === location.origin && !link.hash && !link.target;
  if (!ours || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  go(link.href);
});
