// The web vitals (web.dev/vitals), once a page each, and tasks that kept the page from answering.

import { instant, note, Span } from "./spans.js";

/** Up to where a value is good, and from where it is poor. */
const LIMITS = {
  lcp: [2_500, 4_000], inp: [200, 500], cls: [0.1, 0.25], fcp: [1_800, 3_000], ttfb: [800, 1_800],
};
const MOST_INTERACTIONS = 10_000;
const INTERACTIONS_TO_AN_OUTLIER = 50;

/** Begins to watch; the result says what is final when the page goes out of sight. */
export function watchVitals() {
  const [page] = performance.getEntriesByType("navigation");
  const tell = teller(page?.type);
  tell("ttfb", page && Math.max(0, page.responseStart - (page.activationStart ?? 0)));
  observe("paint", ({ name, startTime }) => name === "first-contentful-paint" && tell("fcp", startTime));
  observe("longtask", recordLongTask);
  const vitals = [["lcp", largestPaint()], ["cls", layoutShift()], ["inp", slowestInteraction()]];
  return () => vitals.forEach(([name, value]) => tell(name, value()));
}

function teller(navigation) {
  const said = new Set();
  return (name, value) => {
    if (value === undefined || said.has(name)) return;
    said.add(name);
    const [good, poor] = LIMITS[name];
    note("webvitals", "webvitals", {
      [name]: value,
      "browser.web_vital.name": name,
      "browser.web_vital.value": value,
      "browser.web_vital.rating": value <= good ? "good" : value <= poor ? "needs-improvement" : "poor",
      "browser.web_vital.navigation_type": navigation,
    });
  };
}

/** Calls `each` for entries as they come; the result, for those that are there and have not been told yet. */
function observe(type, each, options) {
  if (!PerformanceObserver.supportedEntryTypes.includes(type)) return () => {};
  const observer = new PerformanceObserver((list) => list.getEntries().forEach(each));
  observer.observe({ type, buffered: true, ...options });
  return () => observer.takeRecords().forEach(each);
}

function recordLongTask({ startTime, duration, name, entryType }) {
  const start = instant(startTime);
  const attributes = {
    component: "browser-longtask",
    "longtask.name": name,
    "longtask.entry_type": entryType,
    "longtask.duration": duration,
  };
  new Span("longtask", { scope: "browser-longtask", start, attributes }).end(start + duration);
}

/** The largest paint. Browsers look for it up to the first thing that somebody does. */
function largestPaint() {
  let latest;
  const take = observe("largest-contentful-paint", ({ startTime }) => { latest = startTime; });
  return () => {
    take();
    return latest;
  };
}

/** The worst session of layout shifts: less than a second apart, five seconds at most. */
function layoutShift() {
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
function slowestInteraction() {
  const durations = new Map();
  const take = observe("event", ({ interactionId: id, duration }) => {
    if (!id || (durations.size === MOST_INTERACTIONS && !durations.has(id))) return;
    durations.set(id, Math.max(duration, durations.get(id) ?? 0));
  }, { durationThreshold: 16 });
  return () => {
    take();
    return [...durations.values()].sort((a, b) => b - a)[Math.floor(durations.size / INTERACTIONS_TO_AN_OUTLIER)];
  };
}
