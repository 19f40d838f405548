// What every client asks. Typed by hand: generated types are the subject of `codegen/`.
import { parse } from "graphql";
import type { TypedDocumentNode } from "@graphql-typed-document-node/core";

export interface Game {
  __typename: "Game";
  id: string;
  appId: string;
  title: string | null;
}

export interface GamePage {
  totalCount: number;
  edges: { cursor: string; node: Game }[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

export const GAMES = parse(`
  query Games($first: Int, $after: String) {
    games(first: $first, after: $after) {
      totalCount
      edges { cursor node { __typename id appId title } }
      pageInfo { hasNextPage endCursor }
    }
  }
`) as TypedDocumentNode<{ games: GamePage }, { first: number; after?: string | null }>;

export const GAME = parse(`
  query Game($appId: ID!) {
    game(appId: $appId) { __typename id appId title price }
  }
`) as TypedDocumentNode<{ game: (Game & { price: number | null }) | null }, { appId: string }>;
