// Records on their way to the shop, which passes them on to the collector.

const PAUSE = 2_000;
const LONGEST_PAUSE = 32_000;
const DEADLINE = 10_000;
/** So much a request may have for the browser to end it after the page: of 64 KiB under way two outboxes have a half each. */
const OUTLIVES_PAGE = 30_000;
/** All that is under way at the end of a page shares that much: in small pieces more of it fits. */
const PIECE = 15_000;
const BATCH = 400_000;

export class Outbox {
  #path;
  #encode;
  #most;
  #enough;
  #lose;
  #waiting = [];
  #size = 0;
  #timer;
  #pause = PAUSE;
  /** The batch that is being compressed. */
  #packing;
  #busy = false;

  /**
   * @param path Where to send.
   * @param encode Makes the text of a request out of records.
   * @param most How many characters may wait; the oldest records give way.
   * @param enough How many are sent without waiting for more.
   * @param lose Is told how many records were dropped.
   */
  constructor(path, encode, { most, enough, lose }) {
    this.#path = path;
    this.#encode = encode;
    this.#most = most;
    this.#enough = enough;
    this.#lose = lose;
  }

  add(record) {
    this.#put([record]);
    if (this.#size >= this.#enough && this.#pause === PAUSE) this.#send();
    else this.#timer ??= setTimeout(() => this.#send(), this.#pause);
  }

  /** Sends what is left when the page may be about to end: then nothing that takes time is of use. */
  leave() {
    const left = [...(this.#packing ?? []), ...this.#waiting.splice(0)];
    this.#packing = undefined;
    this.#size = 0;
    while (left.length > 0) {
      const piece = taken(left, PIECE);
      const body = new Blob([this.#encode(piece)], { type: "application/json" });
      if (navigator.sendBeacon(this.#path, body)) continue;
      // No more goes out of a page that ends. One that is only out of sight has time.
      this.#put([...piece, ...left.splice(0)]);
      this.#send();
    }
  }

  #put(records, where = this.#waiting.length) {
    this.#waiting.splice(where, 0, ...records);
    this.#size += length(records);
    while (this.#size > this.#most) {
      this.#size -= length([this.#waiting.shift()]);
      this.#lose(1);
    }
  }

  async #send() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#busy || this.#waiting.length === 0) return;
    this.#busy = true;
    const batch = taken(this.#waiting, BATCH);
    this.#size -= length(batch);
    this.#packing = batch;
    const body = await packed(this.#encode(batch));
    // Otherwise it has left with the rest.
    if (this.#packing === batch) {
      this.#packing = undefined;
      await this.#post(batch, body, body.size < OUTLIVES_PAGE);
    }
    this.#busy = false;
    if (this.#waiting.length > 0) this.#timer ??= setTimeout(() => this.#send(), this.#pause);
  }

  /** Sends once; what could not be sent waits again, and longer. */
  async #post(records, body, keepalive) {
    const headers = { "content-type": "application/json", ...(body.type === GZIP && { "content-encoding": "gzip" }) };
    let status = 0;
    try {
      const signal = AbortSignal.timeout(DEADLINE);
      ({ status } = await fetch(this.#path, {
        method: "POST", headers, body, keepalive, signal, credentials: "omit", priority: "low",
      }));
    } catch {
      // The shop is away.
    }
    if (status === 0 || status === 429 || status >= 500) {
      this.#pause = Math.min(2 * this.#pause, LONGEST_PAUSE);
      this.#put(records, 0);
      this.#timer ??= setTimeout(() => this.#send(), this.#pause);
    } else {
      this.#pause = PAUSE;
      if (status >= 400) this.#lose(records.length);
    }
  }
}

const GZIP = "application/gzip";

/** Compressed where the browser can do it. */
async function packed(text) {
  const plain = new Blob([text]);
  if (typeof CompressionStream === "undefined") return plain;
  const stream = plain.stream().pipeThrough(new CompressionStream("gzip"));
  return new Blob([await new Response(stream).arrayBuffer()], { type: GZIP });
}

/** Takes the first records out, as many as have so many characters together, one at least. */
function taken(records, characters) {
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
