// What Relay's compiler reads: components would hold these. Only the compiled artifacts run.
import { graphql } from "relay-runtime";

export const list = graphql`
  query catalogueQuery($count: Int!) {
    ...catalogue_games @arguments(count: $count)
  }
`;

export const games = graphql`
  fragment catalogue_games on Query
  @argumentDefinitions(count: { type: "Int", defaultValue: 20 }, cursor: { type: "String" })
  @refetchable(queryName: "cataloguePaginationQuery") {
    games(first: $count, after: $cursor) @connection(key: "catalogue_games") {
      totalCount
      edges {
        node {
          ...catalogue_game
        }
      }
    }
  }
`;

// `@refetchable` on a type with a global id: the compiler asks the schema for `node(id)`.
export const game = graphql`
  fragment catalogue_game on Game @refetchable(queryName: "catalogueGameQuery") {
    appId
    title
    developer {
      id
      name
    }
  }
`;
