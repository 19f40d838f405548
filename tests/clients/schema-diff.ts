// graphql-inspector: how the schema of the second file differs from the first one's, as JSON.
import { readFileSync } from "node:fs";
import { DiffRule, diff } from "@graphql-inspector/core";
import { buildSchema } from "graphql";
import { tell } from "./wire.ts";

const [before, after] = process.argv.slice(2).map((path) => buildSchema(readFileSync(path, "utf8")));
if (!before || !after) throw new Error("two schema files are needed");

// What was deprecated before may go: that is dangerous, and no longer breaking.
const changes = await diff(before, after, [DiffRule.suppressRemovalOfDeprecatedField]);
tell({ changes: changes.map(({ message, criticality }) => ({ message, level: criticality.level })) });
