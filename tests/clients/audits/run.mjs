// Runs every audit of graphql-http against the server at PLAYGRAPH_URL; prints the results as JSON.
import { serverAudits } from "graphql-http";

const url = process.env.PLAYGRAPH_URL;
if (!url) throw new Error("PLAYGRAPH_URL is not set: the address of /graphql");

const results = [];
for (const audit of serverAudits({ url })) {
  const result = await audit.fn();
  results.push({ id: audit.id, name: audit.name, status: result.status, reason: result.reason });
}
console.log(JSON.stringify(results));
