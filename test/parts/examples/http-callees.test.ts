// The endpoint that answers as an HTTP callee, from its request listener on.
import { createServer, type Server } from "node:http";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { createEndpoint } from "../../../examples/http-callees/endpoint.ts";

let server: Server;
let origin = "";

beforeAll(async () => {
  server = createServer(createEndpoint().serve);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  origin = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
});

afterAll(() => new Promise((resolve) => server.close(resolve)));

const FORM = "multipart/form-data; boundary=b";
const formOf = (session: string) =>
  [
    ["sdp", "v=0\r\n"],
    ["session", session],
  ]
    .map(([name, value]) => `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`)
    .join("")
    .concat("--b--\r\n");

test.each([
  ["a form without an end", "--b\r\n"],
  ["a session that is not JSON", formOf("{")],
  ["a session that is null", formOf("null")],
])("%s is answered 400", async (_what, body) => {
  const response = await fetch(`${origin}/v1/realtime/calls`, {
    method: "POST",
    headers: { "Content-Type": FORM },
    body,
  });
  expect(response.status).toBe(400);
});
