// The cart and the way to an order.

import { shop } from "./api.js";
import { go } from "./navigation.js";
import { element, failure, money, say } from "./page.js";
import { identify, trackUserAction } from "./telemetry/telemetry.js";

const testCards = [
  ["4242424242424242", "Visa, accepted"],
  ["5555555555554444", "Mastercard, accepted"],
  ["4000000000000002", "Visa, declined"],
  ["4000000000009995", "Visa, insufficient funds"],
];
let lastOrder;

export async function cartView({ count, redraw }) {
  const cart = await shop.cart();
  count(cart);
  const heading = element("h1", {}, "Your cart");
  if (cart.items.length > 0) {
    return [heading, element("div", { class: "purchase" }, cartTable(cart, redraw), checkoutForm(count))];
  }
  return [heading, element("p", {}, "Nothing in it yet. "), element("a", { class: "button", href: "/" }, "Look around")];
}

function cartTable(cart, reload) {
  const rows = cart.items.map((item) => {
    const quantity = element("input", { type: "number", min: 1, max: 100, "aria-label": `Quantity of ${item.name}` });
    quantity.value = item.quantity;
    quantity.addEventListener("change", () => shop.change(item.product_id, Number(quantity.value)).catch(failure).then(reload));
    const remove = element("button", { type: "button", class: "plain", "aria-label": `Remove ${item.name}` }, "Remove");
    remove.addEventListener("click", () => shop.remove(item.product_id).catch(failure).then(reload));
    return element("tr", {},
      element("th", { scope: "row" }, item.name),
      element("td", { class: "number optional" }, money(item.price, cart.currency)),
      element("td", {}, quantity),
      element("td", { class: "number" }, money(item.total, cart.currency)),
      element("td", {}, remove));
  });
  return element("div", { class: "panel" }, element("table", {},
    element("thead", {}, element("tr", {},
      element("th", { scope: "col" }, "Product"), element("th", { scope: "col", class: "number optional" }, "Price"),
      element("th", { scope: "col" }, "Quantity"), element("th", { scope: "col", class: "number" }, "Total"),
      element("td", {}))),
    element("tbody", {}, ...rows),
    element("tfoot", {}, element("tr", {},
      element("th", { scope: "row" }, "Total"), element("td", { class: "optional" }), element("td", {}),
      element("td", { class: "number price", id: "cart-total" }, money(cart.total, cart.currency)), element("td", {})))));
}

// What is in a field is a property of it and no attribute: attributes are part of the page, values are the customer's.
function field(id, label, { value = "", ...attributes }, wide = false) {
  const input = element("input", { id, name: id, required: "", "aria-describedby": `${id}-error`, ...attributes });
  input.value = value;
  return element("div", wide ? { class: "wide" } : {}, element("label", { for: id }, label), input,
    element("div", { id: `${id}-error`, class: "field-error" }));
}

function checkoutForm(count) {
  const year = new Date().getFullYear() + 3;
  const pick = element("select", { id: "test-card" },
    ...testCards.map(([number, name]) => element("option", {}, `${name} (${number.slice(-4)})`)));
  const form = element("form", { class: "panel checkout", novalidate: "", "aria-labelledby": "checkout" },
    element("h2", { class: "wide", id: "checkout" }, "Checkout"),
    field("email", "E-mail", { type: "email", autocomplete: "email" }, true),
    element("div", { class: "wide" }, element("label", { for: "test-card" }, "Test card"), pick),
    field("number", "Card number", { inputmode: "numeric", autocomplete: "cc-number", value: testCards[0][0] }, true),
    field("exp_month", "Expiry month", { type: "number", min: 1, max: 12, value: 12, autocomplete: "cc-exp-month" }),
    field("exp_year", "Expiry year", { type: "number", min: 2024, max: 2100, value: year, autocomplete: "cc-exp-year" }),
    field("cvc", "Security code", { inputmode: "numeric", maxlength: 4, value: "123", autocomplete: "cc-csc" }));
  const button = element("button", { class: "wide", type: "submit" }, "Place order");
  form.append(button);
  pick.addEventListener("change", () => { form.elements.number.value = testCards[pick.selectedIndex][0]; });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    forgetErrors(form);
    const wish = order(form.elements);
    if (wish.email && form.elements.email.validity.valid) identify(wish.email);
    trackUserAction("Place order");
    try {
      lastOrder = await shop.checkout(wish);
      trackUserAction("Order placed", { "app.order.id": lastOrder.order_id });
      count({ items: [] });
      go(`/order/${encodeURIComponent(lastOrder.order_id)}`);
    } catch (problem) {
      if (!showErrors(form, problem.fields)) failure(problem);
    } finally {
      button.disabled = false;
    }
  });
  return form;
}

function forgetErrors(form) {
  for (const note of form.querySelectorAll(".field-error")) note.textContent = "";
  for (const input of form.querySelectorAll("[aria-invalid]")) input.removeAttribute("aria-invalid");
}

/** Says beside each field what is wrong with it and goes to the first; whether every one has such a field. */
function showErrors(form, problems) {
  const fields = problems.map(({ path, message }) => [form.elements[path.split(".").pop()], message]);
  if (fields.length === 0 || fields.some(([input]) => !input)) return false;
  for (const [input, message] of fields) {
    input.setAttribute("aria-invalid", "true");
    form.querySelector(`#${input.id}-error`).textContent = `${message[0].toUpperCase()}${message.slice(1)}.`;
  }
  say("Please look at the marked fields.");
  fields[0][0].focus();
  return true;
}

function order(fields) {
  return {
    email: fields.email.value.trim(),
    card: {
      number: fields.number.value,
      exp_month: Number(fields.exp_month.value),
      exp_year: Number(fields.exp_year.value),
      cvc: fields.cvc.value,
    },
  };
}

export function confirmation(id) {
  const known = lastOrder?.order_id === id ? lastOrder : undefined;
  return [element("section", { class: "done" },
    element("h1", {}, "Thank you!"),
    element("p", {}, "Your order is placed."),
    element("dl", {},
      element("dt", {}, "Order"), element("dd", { id: "order-id" }, id),
      ...(known ? [
        element("dt", {}, "Total"), element("dd", {}, money(known.total, known.currency)),
        element("dt", {}, "Status"), element("dd", {}, known.status),
        element("dt", {}, "Payment"), element("dd", {}, known.payment_id ?? "pending"),
      ] : [])),
    element("a", { class: "button", href: "/" }, "Keep looking"))];
}
