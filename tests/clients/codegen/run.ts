// The generated documents, asked by graphql-request: every type below comes from the schema.
import { GraphQLClient } from "graphql-request";
import { graphql } from "../generated/gql.ts";
import { tell, url } from "../wire.ts";

const ANALYSIS = graphql(`
  query Analysis($name: String!, $basis: YearBasis!) {
    developer(name: $name) {
      name
      releaseYears { year items freePercent }
      games(first: 3) { nodes { appId releaseDate developer { name } } }
    }
    bestDevelopers(year: 2014, yearBasis: $basis) { rank recommendations developer { name } }
    dataset { builtAt }
  }
`);

const answer = await new GraphQLClient(url).request(ANALYSIS, { name: " VALVE ", basis: "RELEASE" });
const first = answer.bestDevelopers?.[0];
const years: (number | null | undefined)[] = answer.developer?.releaseYears.map((row) => row.year) ?? [];
const builtAt: string = answer.dataset.builtAt;

tell({
  name: answer.developer?.name,
  years,
  makers: answer.developer?.games.nodes.map((game) => game.developer?.name),
  best: first && { rank: first.rank, recommendations: first.recommendations },
  builtAt,
});
