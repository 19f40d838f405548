// The exported data as linked objects, and the part of the schema that the benchmark asks for.
import { readFileSync } from "node:fs";

export const typeDefs = `
  type Query {
    game(appId: ID!): Game
    games(first: Int, after: String): GameConnection!
    user(userId: ID!): User
  }
  type Game {
    id: ID!
    appId: ID!
    title: String
    publisher: String
    price: Float
    releaseYear: Int
    isFree: Boolean
    developer: Developer
    genres: [Genre!]!
    similarGames(first: Int = 10): [SimilarGame!]!
  }
  type Developer { name: String! }
  type Genre { name: String! }
  enum RecommendationSource { HYBRID COPLAY CONTENT POPULAR }
  type SimilarGame { score: Float! source: RecommendationSource! game: Game! }
  type RecommendedGame { score: Float! source: RecommendationSource! game: Game! }
  type User {
    userId: ID!
    itemsCount: Int!
    recommendations(first: Int = 10): [RecommendedGame!]!
  }
  type GameConnection { edges: [GameEdge!]! nodes: [Game!]! pageInfo: PageInfo! }
  type GameEdge { node: Game! cursor: String! }
  type PageInfo { hasNextPage: Boolean! endCursor: String }
`;

export function resolversOf(file) {
  const { games, users } = JSON.parse(readFileSync(file, "utf8"));
  const byId = new Map(games.map((game) => [game.appId, game]));
  const byCursor = new Map(games.map((game, row) => [game.cursor, row]));
  const byUser = new Map(users.map((user) => [user.userId, user]));
  const linked = (entries) =>
    entries.map((entry) => ({ ...entry, game: byId.get(entry.game.appId) ?? entry.game }));
  for (const game of games) game.similar = linked(game.similarGames);
  for (const user of users) user.recommended = linked(user.recommendations);
  for (const game of games) delete game.similarGames;
  for (const user of users) delete user.recommendations;
  const edges = games.map((game) => ({ node: game, cursor: game.cursor }));

  return {
    Query: {
      game: (_, { appId }) => byId.get(appId) ?? null,
      user: (_, { userId }) => byUser.get(userId) ?? null,
      games: (_, { first = 20, after }) => {
        const start = after === undefined ? 0 : byCursor.get(after) + 1;
        const stop = Math.min(start + first, games.length);
        return {
          edges: edges.slice(start, stop),
          nodes: games.slice(start, stop),
          pageInfo: {
            hasNextPage: stop < games.length,
            endCursor: stop > start ? games[stop - 1].cursor : null,
          },
        };
      },
    },
    Game: { similarGames: (game, { first }) => game.similar.slice(0, first) },
    User: { recommendations: (user, { first }) => user.recommended.slice(0, first) },
  };
}
