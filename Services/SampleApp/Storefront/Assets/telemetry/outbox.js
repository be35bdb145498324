// Records on their way to the shop, which passes them on to the collector.

import { LOGS, requestText, SPANS } from "./otlp.js";
import { losses } from "./spans.js";

// How many characters may wait, the oldest records giving way, and how many are sent without waiting for more.
const KINDS = {
  spans: { path: "/telemetry/v1/traces", parts: SPANS, most: 500_000, enough: 40_000 },
  replay: { path: "/telemetry/v1/logs", parts: LOGS, most: 4_000_000, enough: 60_000 },
};
const PAUSE = 2_000;
const LONGEST_PAUSE = 32_000;
const DEADLINE = 10_000;
const BATCH = 400_000;
// So much a request may have for the browser to end it after the page: two outboxes share 64 KiB of what is under way.
const OUTLIVES_PAGE = 30_000;
// At the end of a page, too: in small pieces more fits.
const PIECE = 15_000;

export class Outbox {
  #kind;
  #settings;
  #resourceOf;
  #waiting = [];
  #size = 0;
  #timer;
  #pause = PAUSE;
  #busy = false;
  /** The batch that is being compressed. */
  #packing;

  /** An outbox for `"spans"` or `"replay"`; `resourceOf` tells what records of a session come from. */
  constructor(kind, resourceOf) {
    this.#kind = kind;
    this.#settings = KINDS[kind];
    this.#resourceOf = resourceOf;
  }

  add(record) {
    this.#put([record]);
    if (this.#size >= this.#settings.enough && this.#pause === PAUSE) this.#send();
    else this.#sendLater();
  }

  /** Sends what is left when the page may be about to end: then nothing that takes time is of use. */
  leave() {
    const left = [...(this.#packing ?? []), ...this.#take(Infinity)];
    this.#packing = undefined;
    while (left.length > 0) {
      const piece = first(left, PIECE);
      const body = new Blob([this.#text(piece)], { type: "application/json" });
      if (navigator.sendBeacon(this.#settings.path, body)) continue;
      // No more goes out of a page that ends. One that is only out of sight has time.
      this.#put([...piece, ...left.splice(0)]);
      this.#send();
    }
  }

  #put(records, where = this.#waiting.length) {
    this.#waiting.splice(where, 0, ...records);
    this.#size += length(records);
    while (this.#size > this.#settings.most) {
      this.#size -= length([this.#waiting.shift()]);
      losses[this.#kind]++;
    }
  }

  #take(characters) {
    const records = first(this.#waiting, characters);
    this.#size -= length(records);
    return records;
  }

  #text(records) {
    return requestText(this.#settings.parts, records, this.#resourceOf);
  }

  #sendLater() {
    if (this.#waiting.length > 0) this.#timer ??= setTimeout(() => this.#send(), this.#pause);
  }

  async #send() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#busy || this.#waiting.length === 0) return;
    this.#busy = true;
    const batch = this.#take(BATCH);
    this.#packing = batch;
    const body = await compressed(this.#text(batch));
    // Otherwise it has left with the rest.
    if (this.#packing === batch) {
      this.#packing = undefined;
      this.#settle(batch, await status(this.#settings.path, body));
    }
    this.#busy = false;
    this.#sendLater();
  }

  /** What could not be sent waits again, and longer; what nobody wants is lost. */
  #settle(batch, status) {
    if (status === 0 || status === 429 || status >= 500) {
      this.#pause = Math.min(2 * this.#pause, LONGEST_PAUSE);
      this.#put(batch, 0);
    } else {
      this.#pause = PAUSE;
      if (status >= 400) losses[this.#kind] += batch.length;
    }
  }
}

/** Sends once; the status of the answer, 0 for none. */
async function status(path, body) {
  try {
    const answer = await fetch(path, {
      method: "POST",
      headers: { "content-type": "application/json", "content-encoding": "gzip" },
      body,
      keepalive: body.size < OUTLIVES_PAGE,
      signal: AbortSignal.timeout(DEADLINE),
      credentials: "omit",
      priority: "low",
    });
    return answer.status;
  } catch {
    return 0;
  }
}

function compressed(text) {
  return new Response(new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"))).blob();
}

/** Takes the first records out, as many as have so many characters together, one at least. */
function first(records, characters) {
  let count = 0;
  let size = 0;
  while (count < records.length && (count === 0 || size + records[count].json.length <= characters)) {
    size += records[count++].json.length;
  }
  return records.splice(0, count);
}

function length(records) {
  return records.reduce((sum, { json }) => sum + json.length, 0);
}
