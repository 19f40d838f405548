// node apollo.mjs PORT EXPORT: Apollo Server on Node's HTTP server.
import { ApolloServer } from "@apollo/server";
import { startStandaloneServer } from "@apollo/server/standalone";
import { resolversOf, typeDefs } from "./data.mjs";

const [port, file] = process.argv.slice(2);
const server = new ApolloServer({ typeDefs, resolvers: resolversOf(file) });
await startStandaloneServer(server, { listen: { port: Number(port), host: "127.0.0.1" } });
