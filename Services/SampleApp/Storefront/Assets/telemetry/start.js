// Puts it together, once there is something to see: asks the shop for what has to be known, and begins to send.

import { recordInteractions } from "./interactions.js";
import { recordLoad } from "./load.js";
import { exportBody, LOGS, spanRecord, SPANS } from "./otlp.js";
import { Outbox } from "./outbox.js";
import { recordReplay } from "./replay.js";
import { randomHex, recordShare } from "./session.js";
import { deliverSpans, losses, note } from "./spans.js";
import { watchVitals } from "./vitals.js";

const SPANS_MOST = 500_000;
const REPLAY_MOST = 4_000_000;

export async function start() {
  const settings = await (await fetch("/telemetry/settings", { signal: AbortSignal.timeout(10_000) })).json();
  recordShare(settings.sample_ratio);
  if (settings.sample_ratio === 0) return deliverSpans(() => {});
  const resourceOf = resource(settings);
  const outbox = (signal, form, limits) =>
    new Outbox(`/telemetry/v1/${signal}`, (records) => exportBody(form, records, resourceOf), limits);
  const spans = outbox("traces", SPANS, { most: SPANS_MOST, enough: 40_000, lose: (count) => { losses.spans += count; } });
  const replay = outbox("logs", LOGS, { most: REPLAY_MOST, enough: 60_000, lose: (count) => { losses.replay += count; } });
  deliverSpans((span) => spans.add(spanRecord(span)));

  const finishVitals = watchVitals();
  recordLoad();
  recordInteractions();
  const leave = () => {
    finishVitals();
    tellLosses();
    spans.leave();
    replay.leave();
  };
  // Out of sight it may be ended without a further word.
  document.addEventListener("visibilitychange", () => document.hidden && leave());
  addEventListener("pagehide", leave);
  if (settings.recorder) await recordReplay(settings.recorder, (record) => replay.add(record));
}

function tellLosses() {
  if (losses.spans + losses.replay === 0) return;
  note("records dropped", "telemetry", { "telemetry.dropped.spans": losses.spans, "telemetry.dropped.replay": losses.replay });
  losses.spans = losses.replay = 0;
}

/** What all records of a session come from. */
function resource(settings) {
  const data = navigator.userAgentData;
  const page = {
    "service.name": "storefront",
    "service.version": settings.service_version,
    "deployment.environment": settings.deployment_environment,
    "deployment.environment.name": settings.deployment_environment,
    "telemetry.sdk.name": "faultline",
    "telemetry.sdk.version": settings.service_version,
    "rum.version": settings.service_version,
    "telemetry.sdk.language": "webjs",
    "rum.scriptInstance": randomHex(8),
    "user_agent.original": navigator.userAgent,
    "browser.language": navigator.language,
    "browser.platform": data?.platform,
    "browser.mobile": data?.mobile,
    "browser.brands": data?.brands.map(({ brand, version }) => `${brand} ${version}`),
  };
  return ({ id, previous }) => ({ ...page, "rum.sessionId": id, "session.id": id, "session.previous_id": previous });
}
