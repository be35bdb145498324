// The storefront: one page, a view for each address.

import { shop } from "./api.js";
import { cartView, confirmation } from "./checkout.js";
import { watchHealth } from "./health.js";
import { go, onArrival, place } from "./navigation.js";
import { picture } from "./picture.js";
import { element, failure, money, say } from "./page.js";
import { trackUserAction } from "./telemetry/telemetry.js";

const main = document.querySelector("#main");
let latest = 0;

function count(cart) {
  const units = cart.items.reduce((sum, item) => sum + item.quantity, 0);
  document.querySelector("#cart-count").textContent = units;
}

async function add(product, quantity, button) {
  button.disabled = true;
  trackUserAction("Add to cart", { "app.product.id": product.id, "app.product.quantity": quantity });
  try {
    count(await shop.add(product.id, quantity));
    say(`${product.name} is in your cart.`, { good: true });
  } catch (problem) {
    failure(problem);
  } finally {
    button.disabled = false;
  }
}

function card(product) {
  const button = element("button", { type: "button", "aria-label": `Add ${product.name} to the cart` }, "Add");
  button.disabled = product.stock === 0;
  button.addEventListener("click", () => add(product, 1, button));
  return element("li", { class: "card", "data-product": product.id },
    picture(product),
    element("div", { class: "text" },
      element("h2", {}, element("a", { href: `/product/${encodeURIComponent(product.id)}` }, product.name)),
      element("p", {}, product.description),
      element("div", { class: "buy" }, element("span", { class: "price" }, money(product.price, product.currency)), button)));
}

async function listView(parameters, title, attributes = {}) {
  const list = await shop.products(parameters);
  return [
    element("h1", attributes, title),
    list.products.length
      ? element("ul", { class: "grid" }, ...list.products.map(card))
      : element("p", {}, "Nothing here matches. Try another word."),
  ];
}

async function productView(id) {
  const product = await shop.product(id);
  const quantity = element("input", { id: "quantity", type: "number", min: 1, max: 100, inputmode: "numeric" });
  quantity.value = 1;
  const button = element("button", { type: "button" }, "Add to cart");
  button.disabled = product.stock === 0;
  button.addEventListener("click", () => add(product, Number(quantity.value) || 1, button));
  return [element("article", { class: "product" },
    picture(product),
    element("div", {},
      element("h1", {}, product.name),
      element("p", {}, product.description),
      element("p", { class: "price" }, money(product.price, product.currency)),
      element("p", {}, product.stock > 0 ? `${product.stock} in stock` : "Sold out"),
      element("div", { class: "buy" }, element("label", { for: "quantity" }, "Quantity"), quantity, button)))];
}

function nodes({ view, argument, words }) {
  switch (view) {
    case "product": return productView(argument);
    case "category": return listView({ category: argument }, argument[0].toUpperCase() + argument.slice(1));
    // What somebody typed is in it: the recorder leaves it out.
    case "search": return listView({ q: words }, `Results for “${words}”`, { class: "rr-mask" });
    case "basket": return cartView({ count, redraw: draw });
    case "order": return confirmation(argument);
    default: return listView({}, "Well-made things");
  }
}

/** Draws the view of the address, unless somebody has gone on to another in the meantime. */
async function draw() {
  const turn = ++latest;
  let drawn = [];
  try {
    drawn = await nodes(place());
  } catch (problem) {
    if (turn === latest) failure(problem);
  }
  if (turn !== latest) return;
  main.replaceChildren(...drawn);
  document.title = `${main.querySelector("h1")?.textContent ?? "The shop"} · Faultline`;
}

async function show() {
  say("");
  for (const link of document.querySelectorAll("#categories a")) {
    if (link.pathname === location.pathname) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  document.querySelector("#query").value = place().words;
  await draw();
}

document.querySelector("#search").addEventListener("submit", (event) => {
  event.preventDefault();
  const words = document.querySelector("#query").value.trim();
  go(words ? `/search?${new URLSearchParams({ q: words })}` : "/");
});
// As an address it would stay in the history, and Back would go nowhere.
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  main.focus();
});
onArrival(async () => {
  await show();
  main.focus({ preventScroll: true });
});
show();
shop.cart().then(count).catch(() => {});
watchHealth();
