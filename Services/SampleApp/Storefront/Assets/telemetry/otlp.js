// OTLP in JSON (OpenTelemetry Protocol, section JSON Protobuf Encoding): ids in hexadecimal, 64-bit numbers as text.

const LONGEST_TEXT = 4_096;
const ERROR = 2;

/** What HyperDX reads, and how today's semantic conventions call it: both are sent. */
const TODAY = {
  "deployment.environment": "deployment.environment.name",
  "error.message": "exception.message",
  "error.object": "exception.type",
  "error.stack": "exception.stacktrace",
  "http.method": "http.request.method",
  "http.status_code": "http.response.status_code",
  "http.url": "url.full",
  "rum.sessionId": "session.id",
  "rum.version": "service.version",
};

/** How the parts of a request are called. */
export const SPANS = { resources: "resourceSpans", scopes: "scopeSpans", records: "spans" };
export const LOGS = { resources: "resourceLogs", scopes: "scopeLogs", records: "logRecords" };

/** A span as text, and what it is sent with. */
export function spanRecord(span) {
  const failed = span.failed ?? span.attributes.error;
  const message = span.message ?? span.attributes["error.message"] ?? "";
  const json = JSON.stringify({
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentId,
    name: text(span.name),
    kind: span.kind,
    startTimeUnixNano: nanoseconds(span.start),
    endTimeUnixNano: nanoseconds(span.start + span.duration),
    attributes: attributes(span.attributes),
    status: failed ? { code: ERROR, message: text(message) } : undefined,
  });
  return { scope: span.scope, session: span.session, json };
}

/** A log record as text, and what it is sent with; its time in milliseconds since 1970. */
export function logRecord(scope, session, time, body, of) {
  const json = JSON.stringify({
    timeUnixNano: nanoseconds(time),
    body: { stringValue: body },
    attributes: attributes(of),
  });
  return { scope, session, json };
}

/** The text of a request: records by session, which is part of what they come from, and by scope. */
export function requestText(parts, records, resourceOf) {
  const resources = [...Map.groupBy(records, ({ session }) => session.id).values()].map((ofSession) => {
    const scopes = [...Map.groupBy(ofSession, ({ scope }) => scope)].map(([name, ofScope]) =>
      `{"scope":{"name":${JSON.stringify(name)}},"${parts.records}":[${ofScope.map(({ json }) => json).join()}]}`);
    const resource = JSON.stringify({ attributes: attributes(resourceOf(ofSession[0].session)) });
    return `{"resource":${resource},"${parts.scopes}":[${scopes.join()}]}`;
  });
  return `{"${parts.resources}":[${resources.join()}]}`;
}

/** A number holds microseconds of the time since 1970. */
function nanoseconds(milliseconds) {
  return `${Math.round(milliseconds * 1_000)}000`;
}

function attributes(of) {
  const said = Object.entries(of).filter(([, it]) => it !== undefined && it !== null);
  const again = said.filter(([key]) => key in TODAY).map(([key, it]) => [TODAY[key], it]);
  return Object.entries(Object.fromEntries([...again, ...said])).map(([key, it]) => ({ key, value: value(it) }));
}

function value(it) {
  if (typeof it === "boolean") return { boolValue: it };
  if (Number.isInteger(it)) return { intValue: String(it) };
  if (Number.isFinite(it)) return { doubleValue: it };
  if (Array.isArray(it)) return { arrayValue: { values: it.map(value) } };
  return { stringValue: text(it) };
}

/** Without halves of characters, which no reader of JSON has to take. */
function text(it) {
  return String(it).slice(0, LONGEST_TEXT).toWellFormed();
}
