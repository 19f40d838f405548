// node mercurius.mjs PORT EXPORT: Fastify with Mercurius, compiled by graphql-jit.
import Fastify from "fastify";
import mercurius from "mercurius";
import { resolversOf, typeDefs } from "./data.mjs";

const [port, file] = process.argv.slice(2);
const app = Fastify();
app.register(mercurius, { schema: typeDefs, resolvers: resolversOf(file), jit: 1 });
await app.listen({ port: Number(port), host: "127.0.0.1" });
