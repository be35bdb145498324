// A picture for each product, drawn from its name: always the same for the same product, and nothing to download.

import { departments, products } from "./motifs.js";

function hash(text) {
  let value = 2166136261;
  for (const character of text) value = Math.imul(value ^ character.codePointAt(0), 16777619) >>> 0;
  return value;
}

/** The SVG element of a product's picture. */
export function picture(product) {
  let seed = hash(product.id);
  const random = (limit) => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return (seed >>> 8) % limit;
  };
  const hue = hash(product.id) % 360;
  const motif = (products[product.id] ?? departments[product.category] ?? departments.home)(random);
  const template = document.createElement("template");
  template.innerHTML = `<svg viewBox="0 0 400 300" role="img"><rect width="400" height="300" fill="hsl(${hue} 45% 86%)"/>
    <circle cx="${60 + random(280)}" cy="${50 + random(200)}" r="${60 + random(70)}" fill="hsl(${(hue + 40) % 360} 50% 78%)"/>
    <g fill="hsl(${hue} 35% 96%)" stroke="hsl(${hue} 45% 24%)" stroke-width="6" stroke-linejoin="round" stroke-linecap="round">${motif}</g></svg>`;
  const svg = template.content.firstElementChild;
  svg.setAttribute("aria-label", product.name);
  return svg;
}
