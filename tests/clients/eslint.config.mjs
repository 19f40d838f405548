// graphql-eslint over the schema: every rule of its `schema-recommended` and `schema-relay` sets.
import graphql from "@graphql-eslint/eslint-plugin";

const sets = [graphql.configs["flat/schema-recommended"], graphql.configs["flat/schema-relay"]];

export default [
  {
    files: ["**/*.graphql"],
    plugins: { "@graphql-eslint": graphql },
    languageOptions: {
      parser: graphql.parser,
      parserOptions: { graphQLConfig: { schema: "schema.graphql" } },
    },
    rules: {
      ...Object.assign({}, ...sets.map((set) => set.rules)),

      // Off: only what `node(id)` finds has an id. The rule wants one for every row of numbers,
      // every page, edge and PageInfo too; there such an id would name nothing.
      "@graphql-eslint/strict-id-in-types": "off",

      // Without the option every list must be one of edges. The contract has plain lists where a
      // list cannot grow (releaseYears, similarGames, tags) and `nodes` beside `edges`. All that
      // the rule says of edges themselves (suffix, node, cursor, Node) stays.
      "@graphql-eslint/relay-edge-types": ["error", { listTypeCanWrapOnlyEdgeType: false }],

      // Stricter than the set, which asks for types only: every field, argument and value says
      // what it is.
      "@graphql-eslint/require-description": [
        "error",
        {
          types: true,
          rootField: true,
          FieldDefinition: true,
          EnumValueDefinition: true,
          InputValueDefinition: true,
          DirectiveDefinition: true,
        },
      ],
    },
  },
];
