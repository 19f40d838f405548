// A developer's release years, and games similar to the developer's first one.
import { ClientError, GraphQLClient, gql } from "graphql-request";

interface Answer {
  developer: {
    name: string;
    releaseYears: { year: number | null; items: number; freePercent: number }[];
    games: { nodes: { title: string | null; similarGames: { game: { title: string | null } }[] }[] };
  };
}

const QUERY = gql`
  query Developer($name: String!) {
    developer(name: $name) {
      name
      releaseYears { year items freePercent }
      games(first: 1) { nodes { title similarGames(first: 5) { game { title } } } }
    }
  }
`;

const url = process.env["PLAYGRAPH_URL"] ?? "http://127.0.0.1:8000/graphql";
const client = new GraphQLClient(url);
const name = process.argv[2] ?? "Valve";

try {
  const { developer } = await client.request<Answer>(QUERY, { name });
  console.log(developer.name);
  for (const { year, items, freePercent } of developer.releaseYears) {
    console.log(`  ${year ?? "unknown year"}: ${items} items, ${freePercent.toFixed(1)} % free`);
  }
  for (const game of developer.games.nodes) {
    console.log(`Similar to ${game.title}`);
    for (const similar of game.similarGames) console.log(`  ${similar.game.title}`);
  }
} catch (error) {
  // The server says in `extensions` what a program needs to know: a code, and names that come close.
  const refusals = error instanceof ClientError ? error.response.errors : undefined;
  for (const { message, extensions } of refusals ?? []) {
    const close = (extensions?.["suggestions"] ?? []) as string[];
    console.error(message, ...(close.length ? [`Did you mean ${close.join(", ")}?`] : []));
  }
  if (!refusals) {
    const reason = error instanceof ClientError ? `HTTP status ${error.response.status}` : String(error);
    console.error(
      `No GraphQL answer from ${url} (${reason}). Start the server with \`playgraph serve\`, or set PLAYGRAPH_URL to the address of another one.`,
    );
  }
  process.exitCode = 1;
}
