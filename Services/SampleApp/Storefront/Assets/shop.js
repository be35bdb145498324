// The storefront: one page, a view for each address after the #.

import { shop } from "./api.js";
import { cartView, confirmation } from "./checkout.js";
import { picture } from "./picture.js";
import { clear, element, failure, money, say } from "./page.js";

const main = document.querySelector("#main");
const categories = ["electronics", "books", "home", "clothing", "sports", "toys"];

function showCategories(current) {
  const nav = clear(document.querySelector("#categories"));
  for (const name of ["", ...categories]) {
    const link = element("a", { href: name ? `#/category/${name}` : "#/" }, name || "Everything");
    if (name === current) link.setAttribute("aria-current", "page");
    nav.append(link);
  }
}

function count(cart) {
  const units = cart.items.reduce((sum, item) => sum + item.quantity, 0);
  document.querySelector("#cart-count").textContent = units;
}

async function add(product, quantity, button) {
  button.disabled = true;
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
      element("h2", {}, element("a", { href: `#/product/${encodeURIComponent(product.id)}` }, product.name)),
      element("p", {}, product.description),
      element("div", { class: "buy" }, element("span", { class: "price" }, money(product.price, product.currency)), button)));
}

async function listView(parameters, title) {
  const list = await shop.products(parameters);
  clear(main).append(
    element("h1", {}, title),
    list.products.length
      ? element("ul", { class: "grid" }, ...list.products.map(card))
      : element("p", {}, "Nothing here matches. Try another word."));
}

async function productView(id) {
  const product = await shop.product(id);
  const quantity = element("input", { id: "quantity", type: "number", min: 1, max: 100, value: 1, inputmode: "numeric" });
  const button = element("button", { type: "button" }, "Add to cart");
  button.disabled = product.stock === 0;
  button.addEventListener("click", () => add(product, Number(quantity.value) || 1, button));
  clear(main).append(element("article", { class: "product" },
    picture(product),
    element("div", {},
      element("h1", {}, product.name),
      element("p", {}, product.description),
      element("p", { class: "price" }, money(product.price, product.currency)),
      element("p", {}, product.stock > 0 ? `${product.stock} in stock` : "Sold out"),
      element("div", { class: "buy" }, element("label", { for: "quantity" }, "Quantity"), quantity, button))));
}

async function show() {
  const [, view = "", argument = ""] = location.hash.split("/").map(decodeURIComponent);
  say("");
  showCategories(view === "category" ? argument : view === "" ? "" : undefined);
  try {
    switch (view) {
      case "product": await productView(argument); break;
      case "category": await listView({ category: argument }, argument[0].toUpperCase() + argument.slice(1)); break;
      case "search": await listView({ q: argument }, `Results for “${argument}”`); break;
      case "cart": await cartView(main, count); break;
      case "order": confirmation(main, argument); break;
      default: await listView({}, "Well-made things");
    }
  } catch (problem) {
    clear(main);
    failure(problem);
  }
  if (view !== "search") document.querySelector("#query").value = "";
}

async function showStatus() {
  const list = document.querySelector("#status");
  let services;
  try {
    services = (await shop.status()).services;
  } catch {
    services = { "sample-ecommerce-app": "unavailable" };
  }
  clear(list).append(...Object.entries(services).sort().map(([name, state]) =>
    element("li", { class: state === "ok" ? "up" : "down" },
      element("span", { class: "dot", "aria-hidden": "true" }), `${name}: ${state}`)));
}

document.querySelector("#search").addEventListener("submit", (event) => {
  event.preventDefault();
  const words = document.querySelector("#query").value.trim();
  location.hash = words ? `#/search/${encodeURIComponent(words)}` : "#/";
});
// As an address it would be another view: the page would be drawn anew under the reader's keys.
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  main.focus();
});
window.addEventListener("hashchange", async () => {
  await show();
  main.focus({ preventScroll: true });
});
show();
shop.cart().then(count).catch(() => {});
showStatus();
setInterval(showStatus, 10_000);
