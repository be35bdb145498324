// What somebody saw, by rrweb's recorder, where the shop has one. What is in fields is no part of it.

import { logRecord } from "./otlp.js";
import { onAnotherSession, recordedSession } from "./session.js";
import { note } from "./spans.js";

const SCOPE = "rum.rr-web";
const CHUNK = 250_000;
const LONGEST_SESSION = (4 * 60 + 1) * 60_000;

/** Loads the recorder and gives its events to `add`, as log records. */
export async function recordReplay(address, add) {
  const { record } = await load(address);
  let session;
  let events = 0;
  let chunks = 0;
  let last = 0;

  /** Every piece has a time of its own, a microsecond apart, or their order would be lost. */
  function time({ timestamp }) {
    last = Math.max(Math.round(timestamp * 1_000), last + 1);
    return last / 1_000;
  }

  /** Whether the session is still the same; another one begins with the whole page, or it could not be played. */
  function isSame() {
    const current = recordedSession();
    if (current?.id === session?.id) return true;
    // In a tab that nobody looks at, that can wait.
    session = document.hidden ? undefined : current;
    if (session) begin();
    return false;
  }

  function emit(event) {
    if (!isSame() || !session || event.timestamp > session.startTime + LONGEST_SESSION) return;
    // The player shows where somebody is by it; what was typed into an address stays here.
    if (event.data?.href) event.data.href = location.origin + location.pathname;
    const pieces = split(withoutQuery(JSON.stringify(event)));
    events += 1;
    pieces.forEach((piece, index) => add(logRecord(SCOPE, session, time(event), piece, {
      "rr-web.offset": ++chunks,
      "rr-web.event": events,
      "rr-web.chunk": index + 1,
      "rr-web.total-chunks": pieces.length,
    })));
  }

  function begin() {
    events = 0;
    chunks = 0;
    note("record init", SCOPE, {});
    record.takeFullSnapshot(true);
  }

  onAnotherSession(isSame);
  session = recordedSession();
  if (session) note("record init", SCOPE, {});
  record({
    emit,
    maskAllInputs: true,
    // Titles repeat what was searched for.
    maskTextSelector: ".rr-mask, title",
    blockSelector: ".rr-block, input[type=hidden]",
    slimDOMOptions: { script: true, comment: true },
    sampling: { mousemove: 100, scroll: 150, input: "last" },
  });
}

function load(address) {
  return new Promise((resolve, reject) => {
    // A classic script: its wrapper wants a global object.
    const script = document.createElement("script");
    script.src = address;
    script.onload = () => resolve(globalThis.lmnrRrweb);
    script.onerror = reject;
    document.head.append(script);
  });
}

/** Links to a place on the page, such as #main, are recorded with its whole address, and what was typed is in that. */
function withoutQuery(json) {
  const query = JSON.stringify(location.search).slice(1, -1);
  return query ? json.replaceAll(query, "") : json;
}

/** In pieces, none of which ends in the middle of a character. */
function split(text) {
  const pieces = [];
  for (let from = 0; from < text.length;) {
    let to = Math.min(from + CHUNK, text.length);
    const code = text.charCodeAt(to - 1);
    if (to < text.length && code >= 0xd800 && code < 0xdc00) to -= 1;
    pieces.push(text.slice(from, to));
    from = to;
  }
  return pieces;
}
