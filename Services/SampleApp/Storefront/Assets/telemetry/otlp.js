// OTLP in JSON (OpenTelemetry Protocol, section JSON Protobuf Encoding): ids in hexadecimal, 64-bit numbers as text.

const LONGEST_TEXT = 4_096;
const ERROR = 2;

/** Milliseconds since 1970 in nanoseconds; a number holds microseconds of them. */
export const nanoseconds = (milliseconds) => `${Math.round(milliseconds * 1_000)}000`;

function value(it) {
  if (typeof it === "boolean") return { boolValue: it };
  if (Number.isInteger(it)) return { intValue: String(it) };
  if (Number.isFinite(it)) return { doubleValue: it };
  if (Array.isArray(it)) return { arrayValue: { values: it.map(value) } };
  return { stringValue: whole(String(it).slice(0, LONGEST_TEXT)) };
}

/** Text without halves of characters, which no reader of JSON has to take. */
function whole(text) {
  return text.toWellFormed?.() ?? text;
}

function attributes(of) {
  return Object.entries(of).filter(([, it]) => it !== undefined && it !== null)
    .map(([key, it]) => ({ key, value: value(it) }));
}

/** A span as text, and what it is sent with. */
export function spanRecord(span) {
  const json = JSON.stringify({
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentId,
    name: span.name,
    kind: span.kind,
    startTimeUnixNano: nanoseconds(span.start),
    endTimeUnixNano: nanoseconds(span.start + span.duration),
    attributes: attributes(span.attributes),
    status: span.failed ? { code: ERROR, message: span.message } : undefined,
  });
  return { scope: span.scope, session: span.session, json };
}

/** A log record as text, and what it is sent with. */
export function logRecord(scope, session, time, body, of) {
  const json = JSON.stringify({ timeUnixNano: time, body: { stringValue: body }, attributes: attributes(of) });
  return { scope, session, json };
}

/** The body of a request: the records by session, which is part of their resource, and by scope. */
export function exportBody([all, byScope, each], records, resourceOf) {
  const resources = [...grouped(records, ({ session }) => session.id)].map(([, ofSession]) => {
    const scopes = [...grouped(ofSession, ({ scope }) => scope)].map(([name, ofScope]) =>
      `{"scope":{"name":${JSON.stringify(name)}},"${each}":[${ofScope.map(({ json }) => json).join()}]}`);
    const resource = JSON.stringify({ attributes: attributes(resourceOf(ofSession[0].session)) });
    return `{"resource":${resource},"${byScope}":[${scopes.join()}]}`;
  });
  return `{"${all}":[${resources.join()}]}`;
}

export const SPANS = ["resourceSpans", "scopeSpans", "spans"];
export const LOGS = ["resourceLogs", "scopeLogs", "logRecords"];

function grouped(records, key) {
  const groups = new Map();
  for (const record of records) {
    if (groups.has(key(record))) groups.get(key(record)).push(record);
    else groups.set(key(record), [record]);
  }
  return groups;
}
