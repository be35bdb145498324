// A picture for each product, drawn from its name: always the same for the same product, and nothing to download.

const motifs = {
  electronics: (r) => `<rect x="${130 - r(20)}" y="90" width="${140 + r(40)}" height="${90 + r(30)}" rx="16"/><circle cx="200" cy="${140 + r(10)}" r="${22 + r(14)}"/><path d="M120 ${230 + r(8)}h160"/>`,
  books: (r) => `<path d="M200 ${90 + r(10)}c-30-20-70-20-100-6v130c30-14 70-14 100 6 30-20 70-20 100-6V84c-30-14-70-14-100 6z"/><path d="M200 96v124M125 ${120 + r(10)}h50M225 ${120 + r(10)}h50M125 150h50M225 150h50"/>`,
  home: (r) => `<path d="M110 ${150 - r(10)}h180l-14 ${70 + r(16)}h-152z"/><path d="M${150 + r(20)} 130c0-30 30-30 20-60M${220 + r(20)} 130c0-30 30-30 20-60"/>`,
  clothing: (r) => `<path d="M150 80l-50 34 ${16 + r(8)} 34 24-12v94h120v-94l24 12 16-34-50-34c-18 24-66 24-84 0z"/><path d="M200 ${110 + r(10)}v110"/>`,
  sports: (r) => `<circle cx="200" cy="150" r="${64 + r(12)}"/><path d="M${136 - r(8)} 150c40 ${-30 - r(14)} 88 ${-30 - r(14)} 128 0M136 150c40 ${30 + r(14)} 88 ${30 + r(14)} 128 0M200 ${80 - r(6)}v140"/>`,
  toys: (r) => `<rect x="${110 + r(10)}" y="150" width="70" height="70" rx="8"/><rect x="${205 + r(10)}" y="150" width="70" height="70" rx="8"/><path d="M200 ${64 + r(10)}l44 70h-88z"/>`,
};

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
  const motif = (motifs[product.category] ?? motifs.home)(random);
  const template = document.createElement("template");
  template.innerHTML = `<svg viewBox="0 0 400 300" role="img"><rect width="400" height="300" fill="hsl(${hue} 45% 86%)"/>
    <circle cx="${60 + random(280)}" cy="${50 + random(200)}" r="${60 + random(70)}" fill="hsl(${(hue + 40) % 360} 50% 78%)"/>
    <g fill="hsl(${hue} 35% 96%)" stroke="hsl(${hue} 45% 24%)" stroke-width="6" stroke-linejoin="round" stroke-linecap="round">${motif}</g></svg>`;
  const svg = template.content.firstElementChild;
  svg.setAttribute("aria-label", product.name);
  return svg;
}
