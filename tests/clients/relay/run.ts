// Relay's runtime over the compiled artifacts: pages of a connection, the store, one node again.
import {
  Environment,
  Network,
  RecordSource,
  Store,
  createOperationDescriptor,
  fetchQuery,
  getRequest,
  getSingularSelector,
} from "relay-runtime";
import type { GraphQLResponse, OperationType } from "relay-runtime";
import listQuery from "./__generated__/catalogueQuery.graphql.ts";
import type { catalogueQuery } from "./__generated__/catalogueQuery.graphql.ts";
import pageQuery from "./__generated__/cataloguePaginationQuery.graphql.ts";
import type { cataloguePaginationQuery } from "./__generated__/cataloguePaginationQuery.graphql.ts";
import gameQuery from "./__generated__/catalogueGameQuery.graphql.ts";
import type { catalogueGameQuery } from "./__generated__/catalogueGameQuery.graphql.ts";
import gamesFragment from "./__generated__/catalogue_games.graphql.ts";
import type { catalogue_games$data } from "./__generated__/catalogue_games.graphql.ts";
import { tell, url, wire } from "../wire.ts";

const CHANGED = "Renamed on the server";
const FIRST = 100;
const line = wire();
let changed = false;
const environment = new Environment({
  store: new Store(new RecordSource(), { gcReleaseBufferSize: 10 }),
  network: Network.create(async ({ text }, variables) => {
    const body = JSON.stringify({ query: text, variables });
    const headers = { "content-type": "application/json" };
    const response = await line.fetch(url, { method: "POST", headers, body });
    const answer = (await response.json()) as { data?: { node?: { title: string } } };
    if (changed && answer.data?.node) answer.data.node.title = CHANGED;
    return answer as GraphQLResponse;
  }),
});

async function load<T extends OperationType>(
  query: Parameters<typeof fetchQuery<T>>[1],
  variables: T["variables"],
): Promise<T["response"]> {
  const answer = await fetchQuery<T>(environment, query, variables).toPromise();
  if (!answer) throw new Error("no answer");
  return answer;
}

function lookUp(): { games: Games; endCursor: string | null; hasNextPage: boolean } {
  const selector = getSingularSelector(gamesFragment, environment.lookup(operation.fragment).data);
  if (!selector) throw new Error("the store has no list");
  const { data } = environment.lookup(selector);
  const { games } = data as unknown as catalogue_games$data;
  // Relay's compiler adds what a connection needs; it is not part of the component's own type.
  const { pageInfo } = games as unknown as { pageInfo: { endCursor: string; hasNextPage: boolean } };
  return { games, ...pageInfo };
}
type Games = catalogue_games$data["games"];
type StoredGame = { __typename: string; appId: string; title: string };

const operation = createOperationDescriptor(getRequest(listQuery), { count: FIRST });
environment.retain(operation);
await load<catalogueQuery>(listQuery, { count: FIRST });
let page = lookUp();
while (page.hasNextPage) {
  await load<cataloguePaginationQuery>(pageQuery, { count: FIRST, cursor: page.endCursor });
  page = lookUp();
}
const requests = line.calls.length;

const records = environment.getStore().getSource();
const stored = (id: string) => records.get(id) as unknown as StoredGame;
const ids = records.getRecordIDs().filter((id) => stored(id)?.__typename === "Game");
const id = ids[30] ?? "";
const { title, appId } = stored(id);
changed = true;
await load<catalogueGameQuery>(gameQuery, { id });

tell({
  requests,
  totalCount: page.games.totalCount,
  edges: page.games.edges.length,
  appIds: ids.map((game) => stored(game).appId),
  game: { id, appId, title },
  titleAfterRefetch: stored(id).title,
  changed: CHANGED,
});
