// Prints connections.json or sources.json for the ClickHouse that the environment names.
//
// HYPERDX_CLICKHOUSE_URL, CH_USER, CH_PASSWORD: where HyperDX's server reaches ClickHouse, over HTTP.
// CH_DATABASE: where the tables are; o11y unless given.
import { readFileSync } from 'node:fs';

const read = (name) => JSON.parse(readFileSync(new URL(name, import.meta.url)));
const environment = process.env;

const kinds = {
  connections: () =>
    read('connections.json').map((connection) => ({
      ...connection,
      host: environment.HYPERDX_CLICKHOUSE_URL || connection.host,
      username: environment.CH_USER || connection.username,
      password: environment.CH_PASSWORD || connection.password,
    })),
  sources: () =>
    read('sources.json').map((source) => ({
      ...source,
      from: { ...source.from, databaseName: environment.CH_DATABASE || source.from.databaseName },
    })),
};

const kind = kinds[process.argv[2]];
if (!kind) {
  console.error('usage: node defaults.mjs connections|sources');
  process.exit(2);
}
console.log(JSON.stringify(kind()));
