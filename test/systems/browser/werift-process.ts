// The process of `werift-endpoint.ts`: the endpoints of `examples/http-callees`, and orders of the test. It ends with its parent.
import { createServer } from "node:https";
import { createEndpoint } from "../../../examples/http-callees/endpoint.ts";
import { certificateFor } from "../../../lib/local/command/certificate.ts";
import type { EndpointFacts, EndpointOrder } from "./werift-endpoint.ts";

const [token] = process.argv.slice(2);
const tls = await certificateFor([]);
let held = Promise.withResolvers<void>();
const endpoint = createEndpoint({ ...(token !== undefined && { token }), beforeAnswer: () => held.promise });
const server = createServer(tls, endpoint.serve);

function facts(): EndpointFacts {
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const { requests, sessions } = endpoint;
  const counts = { sessions: sessions.size, packets: endpoint.packets() };
  return { host: `localhost:${port}`, certificate: tls.cert, requests, ...counts };
}

held.resolve();
process.on("disconnect", () => process.exit());
process.on("message", (order: EndpointOrder) => {
  if (order === "hold") held = Promise.withResolvers();
  if (order === "release") held.resolve();
  process.send?.(facts());
});
server.listen(0, "127.0.0.1", () => process.send?.(facts()));
