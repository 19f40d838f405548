// urql: all pages of `games` in a schema-aware Graphcache, then automatic persisted queries.
import { readFileSync } from "node:fs";
import { Client, fetchExchange } from "@urql/core";
import { cacheExchange } from "@urql/exchange-graphcache";
import { relayPagination } from "@urql/exchange-graphcache/extras";
import { persistedExchange } from "@urql/exchange-persisted";
import { minifyIntrospectionQuery } from "@urql/introspection";
import { buildSchema, introspectionFromSchema, isIntrospectionType, isObjectType } from "graphql";
import { GAME, GAMES } from "./documents.ts";
import { tell, url, wire } from "./wire.ts";

const CHANGED = "Renamed on the server";
const complaints: string[] = [];
console.warn = console.error = (...said: unknown[]) => complaints.push(said.join(" "));

const schema = buildSchema(readFileSync("schema.graphql", "utf8"));
const embedded = Object.values(schema.getTypeMap()).filter(
  (type) => isObjectType(type) && !isIntrospectionType(type) && !("id" in type.getFields()),
);
const graphcache = cacheExchange({
  schema: minifyIntrospectionQuery(introspectionFromSchema(schema)),
  resolvers: { Query: { games: relayPagination() } },
  keys: Object.fromEntries(embedded.map((type) => [type.name, () => null])),
});

const line = wire();
const client = new Client({
  url,
  fetch: line.fetch,
  preferGetMethod: false,
  exchanges: [graphcache, fetchExchange],
});

async function cursorBehind(after: string | null): Promise<string | null> {
  const { data, error } = await client.query(GAMES, { first: 100, after });
  if (!data) throw error ?? new Error("no page");
  return data.games.pageInfo.hasNextPage ? data.games.pageInfo.endCursor : null;
}
let after = await cursorBehind(null);
while (after) after = await cursorBehind(after);
const requests = line.calls.length;

const cached = () => client.readQuery(GAMES, { first: 100, after: null })?.data?.games;
const walked = cached();
const game = walked?.edges[30]?.node;
if (!walked || !game) throw new Error("the cache has no list");

line.title = CHANGED;
await client.query(GAME, { appId: game.appId });

async function persisted(): Promise<object> {
  const link = wire();
  const { data } = await new Client({
    url,
    fetch: link.fetch,
    preferGetMethod: false,
    exchanges: [persistedExchange({ preferGetForPersistedQueries: true }), fetchExchange],
  }).query(GAME, { appId: game?.appId ?? "" });
  return { calls: link.calls, title: data?.game?.title };
}

tell({
  requests,
  appIds: walked.edges.map((edge) => edge.node.appId),
  totalCount: walked.totalCount,
  game,
  titleInList: cached()?.edges[30]?.node.title,
  requestsForTheChange: line.calls.length - requests,
  changed: CHANGED,
  firstVisit: await persisted(),
  nextVisit: await persisted(),
  complaints,
});
