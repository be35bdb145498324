// What the pictures show: line drawings on a field of 400 by 300, by product, or by department for what is new.
// Each takes a source of small numbers, so that no two drawings are quite alike.

const book = (r) => `<path d="M200 ${92 + r(8)}c-30-20-70-20-100-6v130c30-14 70-14 100 6 30-20 70-20 100-6V86c-30-14-70-14-100 6z"/><path d="M200 98v122"/>`;

export const departments = {
  electronics: () => `<rect x="130" y="90" width="140" height="110" rx="16"/><path d="M170 224h60"/>`,
  books: (r) => `${book(r)}<path d="M122 126h56M122 152h56M222 126h56M222 152h56"/>`,
  home: () => `<path d="M110 150h180l-14 74H124z"/><path d="M160 130c0-30 30-30 20-60M228 130c0-30 30-30 20-60"/>`,
  clothing: () => `<path d="M150 80l-50 34 20 38 24-12v94h112v-94l24 12 20-38-50-34c-18 24-82 24-100 0z"/>`,
  sports: () => `<circle cx="200" cy="150" r="70"/><path d="M132 150c40-36 96-36 136 0M132 150c40 36 96 36 136 0M200 80v140"/>`,
  toys: () => `<rect x="116" y="150" width="70" height="70" rx="8"/><rect x="206" y="150" width="70" height="70" rx="8"/><path d="M200 68l44 70h-88z"/>`,
};

export const products = {
  "aurora-headphones": (r) => `<path d="M126 186v-26a74 ${74 + r(8)} 0 0 1 148 0v26" fill="none"/><rect x="108" y="160" width="38" height="66" rx="16"/><rect x="254" y="160" width="38" height="66" rx="16"/>`,
  "lumen-lamp": (r) => `<path d="M130 232h110"/><path d="M184 232l-30-76 70-${52 + r(8)}" fill="none"/><path d="M202 92l56-30 40 62-76 18z"/><path d="M268 146l10 24M292 136l20 16"/>`,
  "pico-projector": () => `<rect x="120" y="120" width="120" height="86" rx="14"/><circle cx="208" cy="163" r="20"/><path d="M240 146l66-38v110l-66-38" fill="none"/><path d="M140 206v16M220 206v16"/>`,
  "meridian-keyboard": () => `<rect x="84" y="112" width="232" height="94" rx="14"/><path d="M108 136h14M140 136h14M172 136h14M204 136h14M236 136h14M268 136h24M108 160h24M150 160h14M182 160h14M214 160h14M246 160h46M140 184h120"/>`,
  "orbit-tracker": (r) => `<circle cx="200" cy="160" r="48"/><circle cx="200" cy="96" r="14"/><circle cx="200" cy="160" r="12"/><path d="M${268 + r(6)} 118c22 26 22 58 0 84M${132 - r(6)} 118c-22 26-22 58 0 84" fill="none"/>`,
  "tidal-speaker": () => `<rect x="142" y="70" width="116" height="168" rx="30"/><circle cx="200" cy="176" r="36"/><circle cx="200" cy="176" r="8"/><circle cx="200" cy="106" r="16"/>`,
  "quiet-machines": (r) => `${book(r)}<circle cx="248" cy="150" r="20"/><path d="M248 120v10M248 170v10M218 150h10M268 150h10M122 126h56M122 152h40"/>`,
  "bread-and-salt": (r) => `${book(r)}<path d="M124 168c-8-30 10-44 28-44s36 14 28 44z"/><path d="M222 126h56M222 152h56"/>`,
  "field-guide-clouds": (r) => `${book(r)}<path d="M224 168a16 16 0 0 1 6-30 22 22 0 0 1 40 4 14 14 0 0 1 2 26zM122 126h56M122 152h56"/>`,
  "systems-that-fail": (r) => `${book(r)}<path d="M118 168l18-40 14 22 12-34 18 52M222 126h56M222 152h56" fill="none"/>`,
  "atlas-of-tea": (r) => `${book(r)}<path d="M226 136h38v22a14 14 0 0 1-14 14h-10a14 14 0 0 1-14-14zM264 142h10v14h-10M122 126h56M122 152h56"/>`,
  "cast-iron-pan": () => `<circle cx="172" cy="160" r="66"/><circle cx="172" cy="160" r="48"/><path d="M230 128l88-44" stroke-width="18"/>`,
  "linen-bedding": () => `<path d="M92 212v-98M308 212v-48" fill="none"/><path d="M92 148h64a24 24 0 0 1 24 24H92zM92 172h216v26H92z"/><path d="M180 172c0-30 20-36 50-36h50a28 28 0 0 1 28 28v8z"/>`,
  "pour-over-set": () => `<path d="M142 76h116l-40 66h-36z"/><path d="M182 142h36l34 74a10 10 0 0 1-10 14h-84a10 10 0 0 1-10-14zM164 190h72"/>`,
  "wool-throw": (r) => `<path d="M122 90h156v122H122z"/><path d="M122 ${122 + r(6)}h156M122 152h156M122 182h156M134 212v20M160 212v20M187 212v20M213 212v20M240 212v20M266 212v20"/>`,
  "herb-planter": () => `<path d="M136 172h128l-14 62h-100z"/><path d="M200 172v-72M200 132c-10-30-34-34-54-32 2 20 18 36 54 32zM200 118c8-30 32-36 54-34 0 22-20 38-54 34zM168 172v-24M232 172v-24"/>`,
  "rain-shell": () => `<path d="M158 96l-54 36 18 92 30-6v18h96v-18l30 6 18-92-54-36c0-36-84-36-84 0z"/><path d="M200 128v108M164 104c8 30 64 30 72 0" fill="none"/>`,
  "merino-socks": () => `<path d="M158 70h56v84l48 36a26 26 0 0 1-28 44l-64-38a24 24 0 0 1-12-22z"/><path d="M158 96h56M158 112h56"/>`,
  "canvas-cap": () => `<path d="M118 176a82 82 0 0 1 164 0z"/><path d="M118 176h164c32 4 46 14 52 28-40-12-150-12-216-6zM200 94v82M200 94v-8"/>`,
  "travel-scarf": () => `<path d="M130 96c30-24 110-24 140 0v34c-30 20-110 20-140 0z"/><path d="M158 138h40v92h-40zM206 140h38v62h-38zM166 230v12M178 230v12M190 230v12M214 202v12M226 202v12M236 202v12"/>`,
  "trail-shoes": () => `<path d="M96 132l48-22 30 34c30 28 70 30 112 40 20 6 22 30 8 34H96z"/><path d="M96 206h206M166 138l-18 14M184 152l-18 16M204 164l-16 18"/>`,
  "yoga-mat": () => `<path d="M124 96h160v112H124z"/><circle cx="124" cy="180" r="34"/><circle cx="124" cy="180" r="16"/><path d="M124 214h160"/>`,
  "climbing-chalk": () => `<path d="M146 118h108l12 96a20 20 0 0 1-20 22h-92a20 20 0 0 1-20-22z"/><path d="M146 118c0-24 108-24 108 0 0 22-108 22-108 0zM200 74v22M166 160h68"/>`,
  "bottle-insulated": () => `<path d="M176 62h48v28h-48z"/><path d="M168 90h64c10 10 14 24 14 38v94a18 18 0 0 1-18 18h-56a18 18 0 0 1-18-18v-94c0-14 4-28 14-38zM154 156h92M154 188h92"/>`,
  "jump-rope": (r) => `<path d="M128 118c-40 130 ${110 + r(10)} 150 76 60s40-100 68-60" fill="none"/><rect x="120" y="68" width="18" height="54" rx="9"/><rect x="262" y="68" width="18" height="54" rx="9"/>`,
  "marble-run": () => `<path d="M116 92l150 34M284 144l-150 34M116 196l160 32" fill="none"/><circle cx="136" cy="80" r="14"/><circle cx="250" cy="136" r="14"/><path d="M104 70v168M296 70v168"/>`,
  "night-sky-puzzle": () => `<path d="M130 84h62c-8 26 28 26 20 0h58v62c-26-8-26 28 0 20v58h-58c8-26-28-26-20 0h-62v-58c26 8 26-28 0-20z"/><path d="M160 118l4 10 10 4-10 4-4 10-4-10-10-4 10-4zM238 180l4 10 10 4-10 4-4 10-4-10-10-4 10-4z"/>`,
  "paper-gliders": () => `<path d="M88 152l220-68-86 136-34-46z"/><path d="M308 84L188 174l-6 48 24-26" fill="none"/>`,
  "robot-kit": () => `<rect x="150" y="76" width="100" height="76" rx="16"/><circle cx="180" cy="112" r="9"/><circle cx="220" cy="112" r="9"/><path d="M200 76V56M176 134h48M170 152v24h60v-24"/><circle cx="156" cy="204" r="30"/><circle cx="244" cy="204" r="30"/>`,
  "dinosaur-blocks": () => `<path d="M96 216c0-60 40-96 92-96 20 0 30-10 34-30 4-18 60-18 72 4 4 16-10 28-46 28 14 34 4 70-18 94h-28v-28h-50v28h-28v-20c-14 0-22 8-28 20z"/><path d="M258 88h2M136 138l-8-18M164 124l-2-20M190 118l6-20"/>`,
};
