// The strip at the bottom: how each service is.

import { shop } from "./api.js";
import { element } from "./page.js";

/** Asks now, and then every ten seconds while somebody can see it. */
export function watchHealth() {
  ask();
  setInterval(() => document.hidden || ask(), 10_000);
}

async function ask() {
  try {
    show((await shop.status()).services);
  } catch {
    show({ "sample-ecommerce-app": "unavailable" });
  }
}

/** Changes the rows that say something else now, and no others: most of the time nothing happens. */
function show(services) {
  const list = document.querySelector("#status");
  const rows = Object.entries(services).sort();
  rows.forEach(([name, state], index) => {
    const shown = list.children[index];
    if (shown?.textContent === `${name}: ${state}`) return;
    const row = element("li", { class: state === "ok" ? "up" : "down" },
      element("span", { class: "dot", "aria-hidden": "true" }), `${name}: ${state}`);
    if (shown) shown.replaceWith(row);
    else list.append(row);
  });
  while (list.children.length > rows.length) list.lastElementChild.remove();
}
