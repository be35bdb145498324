// Puts the dashboards of dashboards/ and the alerts of alerts.json into a HyperDX application that has the sources of
// sources.json. What has the name of one of them is replaced, so that it may run again.
//
// HYPERDX_URL, HYPERDX_EMAIL, HYPERDX_PASSWORD: as in register.mjs.
// HYPERDX_WEBHOOK: where alerts are sent; without it the dashboards are loaded and no alert is made.
import { readFileSync, readdirSync } from 'node:fs';

const url = process.env.HYPERDX_URL || 'http://localhost:8080';
const email = process.env.HYPERDX_EMAIL || 'demo@faultline.example';
const password = process.env.HYPERDX_PASSWORD || 'Faultline-demo-1';
const webhook = process.env.HYPERDX_WEBHOOK;

const read = (name) => JSON.parse(readFileSync(new URL(name, import.meta.url)));
let cookie = '';

/** Asks HyperDX's own interface; ends the program with what was answered when it refuses. */
async function ask(method, path, body) {
  const answer = await fetch(`${url}/api${path}`, {
    method,
    headers: { 'Content-Type': 'application/json', cookie },
    body: body && JSON.stringify(body),
    redirect: 'manual',
    signal: AbortSignal.timeout(10_000),
  });
  const text = await answer.text();
  if (answer.status >= 400) {
    console.error(`HyperDX refused ${method} ${path} (${answer.status}): ${text.slice(0, 500)}`);
    process.exit(1);
  }
  cookie = answer.headers.getSetCookie().map((each) => each.split(';')[0]).join('; ') || cookie;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const idOf = (each) => each.id ?? each._id;

async function loadDashboards() {
  const sources = new Map((await ask('GET', '/sources')).map((source) => [source.name, idOf(source)]));
  const present = await ask('GET', '/dashboards');
  const loaded = new Map();
  for (const file of readdirSync(new URL('dashboards/', import.meta.url)).sort()) {
    const { name, tags, tiles } = read(`dashboards/${file}`);
    const body = {
      name,
      tags,
      tiles: tiles.map((tile) => {
        const source = sources.get(tile.config.source);
        if (!source) {
          console.error(`HyperDX has no source ${tile.config.source}: docs/HYPERDX_UI_SETUP.md makes it`);
          process.exit(1);
        }
        return { ...tile, config: { ...tile.config, source } };
      }),
    };
    const former = present.find((each) => each.name === name);
    const made = former
      ? await ask('PATCH', `/dashboards/${idOf(former)}`, body)
      : await ask('POST', '/dashboards', body);
    loaded.set(name, { id: idOf(former ?? made), tiles });
    console.log(`${name}: ${tiles.length} tiles`);
  }
  return loaded;
}

async function loadAlerts(dashboards) {
  const name = 'Faultline';
  const hooks = (await ask('GET', '/webhooks?service=generic')).data ?? [];
  const hook =
    hooks.find((each) => each.name === name) ??
    (await ask('POST', '/webhooks', { name, service: 'generic', url: webhook })).data;
  const present = (await ask('GET', '/alerts')).data ?? [];
  for (const { dashboard, tile, ...alert } of read('alerts.json')) {
    const { id: dashboardId, tiles } = dashboards.get(dashboard);
    const { id: tileId } = tiles.find((each) => each.config.name === tile);
    const body = { ...alert, source: 'tile', dashboardId, tileId, channel: { type: 'webhook', webhookId: idOf(hook) } };
    const former = present.find((each) => each.name === alert.name);
    await (former ? ask('PUT', `/alerts/${idOf(former)}`, body) : ask('POST', '/alerts', body));
    console.log(`alert ${alert.name}: ${dashboard}, ${tile}`);
  }
}

await ask('POST', '/login/password', { email, password });
const dashboards = await loadDashboards();
if (webhook) {
  await loadAlerts(dashboards);
} else {
  console.log('no alerts: HYPERDX_WEBHOOK says where they would be sent');
}
