// node start.ts CERTIFICATE KEY [TOKEN]: serves the endpoints at https://localhost:8443/
import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import { createEndpoint } from "./endpoint.ts";

const [certificate = "endpoint.pem", key = "key.pem", token] = process.argv.slice(2);
const { serve } = createEndpoint(token === undefined ? {} : { token });
createServer({ cert: readFileSync(certificate), key: readFileSync(key) }, serve).listen(8443, "127.0.0.1", () =>
  console.log("https://localhost:8443/ answers calls"),
);
