// Apollo Client: all pages of `games` in one normalised cache, then automatic persisted queries.
import { createHash } from "node:crypto";
import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from "@apollo/client";
import { PersistedQueryLink } from "@apollo/client/link/persisted-queries";
import { relayStylePagination } from "@apollo/client/utilities";
import { GAME, GAMES } from "./documents.ts";
import { tell, url, wire } from "./wire.ts";

const CHANGED = "Renamed on the server";
const line = wire();
const cache = new InMemoryCache({
  typePolicies: { Query: { fields: { games: relayStylePagination() } } },
});
const client = new ApolloClient({ cache, link: new HttpLink({ uri: url, fetch: line.fetch }) });

const variables = { first: 100 };
let page = (await client.query({ query: GAMES, variables })).data;
const list = client.watchQuery({ query: GAMES, variables });
const subscription = list.subscribe(() => {});
while (page?.games.pageInfo.hasNextPage) {
  const after = page.games.pageInfo.endCursor;
  page = (await list.fetchMore({ variables: { after } })).data;
}
subscription.unsubscribe();

const cached = () => client.readQuery({ query: GAMES, variables })?.games;
const walked = cached();
const game = walked?.edges[30]?.node;
if (!walked || !game) throw new Error("the cache has no list");
const requests = line.calls.length;

line.title = CHANGED;
await client.query({ query: GAME, variables: { appId: game.appId } });
const entries = Object.values(cache.extract()).filter(
  (entry) => entry && "appId" in entry && entry["appId"] === game.appId,
);

async function persisted(): Promise<object> {
  const link = wire();
  const hashing = new PersistedQueryLink({
    sha256: (query) => createHash("sha256").update(query).digest("hex"),
    useGETForHashedQueries: true,
  });
  const { data } = await new ApolloClient({
    cache: new InMemoryCache(),
    link: ApolloLink.from([hashing, new HttpLink({ uri: url, fetch: link.fetch })]),
  }).query({ query: GAME, variables: { appId: game?.appId ?? "" } });
  return { calls: link.calls, title: data?.game?.title };
}

tell({
  requests,
  appIds: walked.edges.map((edge) => edge.node.appId),
  totalCount: walked.totalCount,
  game,
  entries: entries.length,
  titleInList: cached()?.edges[30]?.node.title,
  changed: CHANGED,
  firstVisit: await persisted(),
  nextVisit: await persisted(),
});
