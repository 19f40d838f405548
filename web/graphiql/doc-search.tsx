// Extends GraphiQL's documentation search from names to descriptions: a search for `userdata` finds `Query.user`.
// vite.config.ts replaces GraphiQL's own search functions with these two.

import { useGraphiQL } from '@graphiql/react';
import {
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLNamedType,
  type GraphQLSchema,
} from 'graphql';
import { useCallback, type ComponentType } from 'react';

type Field = GraphQLField<unknown, unknown> | GraphQLInputField;

interface Excerpt {
  before: string;
  match: string;
  after: string;
}

interface Match {
  type: GraphQLNamedType;
  field?: Field;
  argument?: GraphQLArgument;
  /** Where the description says it; a match by name speaks for itself. */
  excerpt?: Excerpt;
}

interface Matches {
  /** Fields of the type on show. */
  within: Match[];
  types: Match[];
  fields: Match[];
}

type Find = (text: string) => Matches;

const MOST = 100; // GraphiQL's own limit
const SHORTEST = 3; // two letters are in every other sentence
const LEAD = 24; // characters before a match: the panel is narrow

/** GraphiQL's search; matches in descriptions follow matches in names. */
export function useDescriptions(byName: Find, shown: unknown): Find {
  const schema = useGraphiQL((state) => state.schema);
  return useCallback(
    (text) => {
      const matches = byName(text);
      if (schema && text.trim().length >= SHORTEST) addDescribed(matches, text.trim(), schema, shown);
      return matches;
    },
    [byName, schema, shown],
  );
}

function addDescribed(matches: Matches, text: string, schema: GraphQLSchema, shown: unknown) {
  const found = new Set([...matches.within, ...matches.fields].map(({ field }) => field));
  let room = MOST - matches.within.length - matches.types.length - matches.fields.length;
  // The questions first: a schema read from a server has its types in alphabetical order.
  for (const type of new Set([schema.getQueryType(), ...Object.values(schema.getTypeMap())])) {
    const hasFields = isObjectType(type) || isInterfaceType(type) || isInputObjectType(type);
    if (!hasFields || type.name.startsWith('__')) continue;
    for (const field of Object.values<Field>(type.getFields())) {
      const excerpt = found.has(field) ? undefined : excerptOf(field.description ?? '', text);
      if (!excerpt) continue;
      if (room-- <= 0) return;
      (type === shown ? matches.within : matches.fields).push({ type, field, excerpt });
    }
  }
}

/** The first line of a description with the text, else the place where it runs over the end of a line. */
function excerptOf(description: string, text: string): Excerpt | undefined {
  for (const line of [...description.split('\n'), description]) {
    const said = line.trim().replace(/\s+/g, ' ');
    const at = said.toLowerCase().indexOf(text.toLowerCase());
    if (at < 0) continue;
    const start = at > LEAD ? said.indexOf(' ', at - LEAD) + 1 || at : 0;
    return {
      before: (start ? '… ' : '') + said.slice(Math.min(start, at), at),
      match: said.slice(at, at + text.length),
      after: said.slice(at + text.length),
    };
  }
  return undefined;
}

/** One line of the results: what GraphiQL shows of it and, below, what its description says. */
export function Result({ of: Name, result }: { of: ComponentType<any>; result: Match }) {
  const { excerpt, ...name } = result;
  return (
    <>
      <Name {...name} />
      {excerpt && (
        <span className="playgraph-excerpt">
          {excerpt.before}
          <mark>{excerpt.match}</mark>
          {excerpt.after}
        </span>
      )}
    </>
  );
}
