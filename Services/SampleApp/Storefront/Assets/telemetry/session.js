// A session: what one visitor does in all tabs of a browser. It ends 15 minutes after the last thing somebody did, and
// after 4 hours in any case. Its cookie is the one of HyperDX's SDK, so that pages of both kinds share a session.

const COOKIE = "__rum_sid";
const IDLE_SECONDS = 15 * 60;
const LONGEST = 4 * 60 * 60_000;
// A cookie costs a call to another process: so long a look at it counts, and so long what somebody did.
const LOOK = 1_000;
const RENEWAL = 10_000;

/** The session that this tab knows, with the id of the one before it; `ended` while nobody has begun another. */
let known;
let looked = -Infinity;
let renewed = -Infinity;
let share = 1;
let change = () => {};

/** So many random bytes in hexadecimal digits. */
export function randomHex(bytes) {
  const random = crypto.getRandomValues(new Uint8Array(bytes));
  return Array.from(random, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The session, when there is one and it is recorded. Which are follows from the id, so that all tabs agree. */
export function recordedSession() {
  const session = currentSession();
  return session && parseInt(session.id.slice(0, 8), 16) / 2 ** 32 < share ? session : undefined;
}

/** Says which share of the sessions is recorded; before that, all are. */
export function recordShare(ratio) {
  share = ratio;
}

/** Calls `action` whenever another session has begun, here or in another tab. */
export function onAnotherSession(action) {
  change = action;
}

function currentSession() {
  if (isOlder(looked, LOOK)) look();
  return known?.ended ? undefined : known;
}

function look() {
  looked = Date.now();
  const found = read();
  if (found && found.id !== known?.id) go(found);
  else if (known) known.ended = !found;
}

function go(session) {
  known = { ...session, previous: known?.id };
  queueMicrotask(change);
}

function read() {
  const text = document.cookie.split("; ").find((each) => each.startsWith(`${COOKIE}=`))?.slice(COOKIE.length + 1);
  try {
    const { id, startTime } = JSON.parse(decodeURIComponent(text));
    return /^[0-9a-f]{32}$/.test(id) && !isOlder(startTime, LONGEST) ? { id, startTime } : undefined;
  } catch {
    return undefined;
  }
}

/** Somebody does something: the session goes on, or a new one begins. */
function renew() {
  if (!isOlder(renewed, RENEWAL) && currentSession()) return;
  renewed = Date.now();
  look();
  if (!known || known.ended) go({ id: randomHex(16), startTime: Date.now() });
  const { id, startTime } = known;
  const value = encodeURIComponent(JSON.stringify({ id, startTime }));
  document.cookie = `${COOKIE}=${value}; path=/; max-age=${IDLE_SECONDS}; SameSite=Strict`;
}

/** Whether a moment is longer ago. The clock may have been set: the other way round says nothing, either. */
function isOlder(moment, than) {
  return !(Math.abs(Date.now() - moment) < than);
}

renew();
for (const kind of ["click", "scroll", "mousedown", "keydown", "touchend"]) {
  addEventListener(kind, renew, { capture: true, passive: true });
}
document.addEventListener("visibilitychange", () => document.hidden || renew());
