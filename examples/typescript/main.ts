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

const client = new GraphQLClient(process.env["PLAYGRAPH_URL"] ?? "http://127.0.0.1:8000/graphql");
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
  if (!(error instanceof ClientError)) throw error;
  for (const { message, extensions } of error.response.errors ?? []) {
    const close = (extensions?.["suggestions"] ?? []) as string[];
    console.error(message, ...(close.length ? [`Did you mean ${close.join(", ")}?`] : []));
  }
  process.exitCode = 1;
}
