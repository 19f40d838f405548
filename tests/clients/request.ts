// graphql-request: the six questions in one document, and an unknown name.
import { ClientError, GraphQLClient, gql } from "graphql-request";
import { tell, url } from "./wire.ts";

const client = new GraphQLClient(url);
const QUESTIONS = gql`
  query Questions($developer: String!, $user: ID!, $genre: String!, $year: Int!, $game: ID!) {
    developer(name: $developer) {
      releaseYears { year items freeItems freePercent unknownPriceItems }
      reviewSentiment { negative neutral positive total }
    }
    user(userId: $user) { itemsCount moneySpent pricedItems recommendPercent reviewCount recommendedReviews }
    genre(name: $genre) { topPlayer { user { userId } hours hoursByReleaseYear { year hours } } }
    bestDevelopers(year: $year) { rank developer { name } recommendations }
    game(appId: $game) { similarGames(first: 5) { game { appId title } score source sharedPlayers } }
    dataset { version demo games }
  }
`;
const known = {
  developer: "Valve",
  user: await somePlayer(),
  genre: "Action",
  year: 2014,
  game: "220",
};

async function somePlayer(): Promise<string> {
  const query = gql`{ users(first: 100) { nodes { userId itemsCount } } }`;
  const { users } = await client.request<{ users: { nodes: { userId: string; itemsCount: number }[] } }>(query);
  return users.nodes.find((user) => user.itemsCount > 0)?.userId ?? "";
}

async function refusal(): Promise<object> {
  try {
    await client.request(gql`{ developer(name: "Vulve") { name } }`);
  } catch (error) {
    if (!(error instanceof ClientError)) throw error;
    const { status, errors, data } = error.response;
    return { status, errors, data };
  }
  throw new Error("an unknown name caused no error");
}

tell({ answers: await client.request(QUESTIONS, known), refusal: await refusal() });
