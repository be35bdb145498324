// Puts it together, once there is something to see: asks the shop for what has to be known, and begins to send.

import { recordInteractions } from "./interactions.js";
import { recordLoad } from "./load.js";
import { spanRecord } from "./otlp.js";
import { Outbox } from "./outbox.js";
import { recordReplay } from "./replay.js";
import { randomHex, recordShare } from "./session.js";
import { deliverSpans, losses, note } from "./spans.js";
import { watchVitals } from "./vitals.js";

export async function start() {
  const settings = await (await fetch("/telemetry/settings", { signal: AbortSignal.timeout(10_000) })).json();
  // Browsers from before 2024 have not all that recording takes.
  const share = Map.groupBy ? settings.sample_ratio : 0;
  recordShare(share);
  if (share === 0) return deliverSpans(() => {});
  const resourceOf = resource(settings);
  const spans = new Outbox("spans", resourceOf);
  const replay = new Outbox("replay", resourceOf);
  deliverSpans((span) => spans.add(spanRecord(span)));

  const tellVitals = watchVitals();
  recordLoad();
  recordInteractions();
  const leave = () => {
    tellVitals();
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
  const { spans, replay } = losses;
  note("records dropped", "telemetry", { "telemetry.dropped.spans": spans, "telemetry.dropped.replay": replay });
  losses.spans = losses.replay = 0;
}

/** What all records of a session come from. */
function resource(settings) {
  const data = navigator.userAgentData;
  const page = {
    "service.name": "storefront",
    "deployment.environment": settings.deployment_environment,
    "telemetry.sdk.name": "faultline",
    "telemetry.sdk.version": settings.service_version,
    "telemetry.sdk.language": "webjs",
    "rum.version": settings.service_version,
    "rum.scriptInstance": randomHex(8),
    "user_agent.original": navigator.userAgent,
    "browser.language": navigator.language,
    "browser.platform": data?.platform,
    "browser.mobile": data?.mobile,
    "browser.brands": data?.brands.map(({ brand, version }) => `${brand} ${version}`),
  };
  return ({ id, previous }) => ({ ...page, "rum.sessionId": id, "session.previous_id": previous });
}
