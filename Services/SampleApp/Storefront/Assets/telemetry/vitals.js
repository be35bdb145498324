// The web vitals (web.dev/vitals), once a page each, and tasks that kept the page from answering.

import { instant, note, Span } from "./spans.js";

/** Up to where a value is good, and from where it is poor. */
const LIMITS = {
  lcp: [2_500, 4_000], inp: [200, 500], cls: [0.1, 0.25], fcp: [1_800, 3_000], ttfb: [800, 1_800],
};
const WORST_KEPT = 10;
const INTERACTIONS_TO_AN_OUTLIER = 50;

const told = new Set();

function tell(name, value) {
  if (value === undefined || told.has(name)) return;
  told.add(name);
  const [good, poor] = LIMITS[name];
  note("webvitals", "webvitals", {
    [name]: value,
    "browser.web_vital.name": name,
    "browser.web_vital.value": value,
    "browser.web_vital.rating": value <= good ? "good" : value <= poor ? "needs-improvement" : "poor",
    "browser.web_vital.navigation_type": performance.getEntriesByType("navigation")[0]?.type,
  });
}

function observe(type, each, options = {}) {
  if (!PerformanceObserver.supportedEntryTypes?.includes(type)) return () => {};
  const observer = new PerformanceObserver((list) => list.getEntries().forEach(each));
  observer.observe({ type, buffered: true, ...options });
  return () => observer.takeRecords().forEach(each);
}

/** Begins to watch; the result says what is final when the page goes out of sight. */
export function watchVitals() {
  const [page] = performance.getEntriesByType("navigation");
  tell("ttfb", page && Math.max(0, page.responseStart - (page.activationStart ?? 0)));
  observe("paint", ({ name, startTime }) => name === "first-contentful-paint" && tell("fcp", startTime));
  observe("longtask", ({ startTime, duration, name, entryType }) => {
    const attributes = {
      component: "browser-longtask",
      "longtask.name": name,
      "longtask.entry_type": entryType,
      "longtask.duration": duration,
    };
    const start = instant(startTime);
    new Span("longtask", { scope: "browser-longtask", start, attributes }).end(start + duration);
  });
  const shift = watchShifts();
  const paint = watchLargestPaint();
  const delay = watchDelays();
  return () => {
    tell("lcp", paint());
    tell("cls", shift());
    tell("inp", delay());
  };
}

/** The largest paint, up to the first thing that somebody does. */
function watchLargestPaint() {
  let latest;
  let isFinal = false;
  const take = observe("largest-contentful-paint", ({ startTime }) => { if (!isFinal) latest = startTime; });
  const finish = () => {
    take();
    isFinal = true;
    tell("lcp", latest);
  };
  for (const kind of ["click", "keydown"]) addEventListener(kind, () => setTimeout(finish), { capture: true, once: true });
  return () => {
    take();
    return latest;
  };
}

/** The worst session of layout shifts: less than a second apart, five seconds at most. */
function watchShifts() {
  let worst = 0;
  let sum = 0;
  let first = -Infinity;
  let last = -Infinity;
  const take = observe("layout-shift", ({ startTime, value, hadRecentInput }) => {
    if (hadRecentInput) return;
    if (startTime - last > 1_000 || startTime - first > 5_000) {
      sum = 0;
      first = startTime;
    }
    last = startTime;
    sum += value;
    worst = Math.max(worst, sum);
  });
  return () => {
    take();
    return worst;
  };
}

/** The slowest interaction; of many, one in fifty is left out. */
function watchDelays() {
  const slowest = new Map();
  const seen = new Set();
  const take = observe("event", ({ interactionId, duration }) => {
    if (!interactionId) return;
    seen.add(interactionId);
    slowest.set(interactionId, Math.max(duration, slowest.get(interactionId) ?? 0));
    if (slowest.size > WORST_KEPT) slowest.delete([...slowest].reduce((least, each) => (each[1] < least[1] ? each : least))[0]);
  }, { durationThreshold: 16 });
  return () => {
    take();
    return [...slowest.values()].sort((a, b) => b - a)[Math.floor(seen.size / INTERACTIONS_TO_AN_OUTLIER)];
  };
}
