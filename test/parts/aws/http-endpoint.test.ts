// Requests to the endpoints of HTTP callees: their destinations and their content. The endpoint is on this machine, which
// only some tests allow.
import { createServer, type Server } from "node:https";
import type { IncomingMessage, ServerResponse } from "node:http";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { beginInvocation } from "../../../lib/aws/client/invocation.ts";
import { guardedLookup, isPublic, NOT_PUBLIC } from "../../../lib/aws/http-endpoint/addresses.ts";
import { createEndpoints, type EndpointOptions } from "../../../lib/aws/http-endpoint/execute.ts";
import { endpointTokens } from "../../../lib/aws/http-endpoint/tokens.ts";
import { certificateFor } from "../../../lib/local/command/certificate.ts";
import type { HttpRequest } from "../../../lib/sip/effect.ts";

let server: Server;
let ca = "";
let host = "";
let port = 0;
let received: { title: string; headers: IncomingMessage["headers"]; body: string }[] = [];
let answer: (request: IncomingMessage, response: ServerResponse) => void;

beforeAll(async () => {
  const tls = await certificateFor([], undefined);
  ca = tls.cert;
  server = createServer(tls, (request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      received.push({ title: `${request.method} ${request.url}`, headers: request.headers, body });
      answer(request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  port = typeof address === "object" && address !== null ? address.port : 0;
  host = `localhost:${port}`;
});

afterAll(() => new Promise((resolve) => server.close(resolve)));

afterEach(() => {
  received = [];
  beginInvocation({});
});

function endpoints(more: Partial<EndpointOptions> = {}) {
  return createEndpoints({ hosts: [host], token: () => Promise.resolve("s3cret"), isAllowed: () => true, ca, ...more });
}

function post(url: string, more: Partial<HttpRequest> = {}): HttpRequest {
  return {
    kind: "http",
    flow: "http:sip:studio@example.com",
    purpose: "open",
    session: "tag",
    callId: "call",
    method: "POST",
    url,
    headers: { "content-type": "application/sdp" },
    configured: { origin: `https://${host}`, headers: { "x-room": "1" }, secret: "media-token" },
    body: "v=0\r\n",
    ...more,
  };
}

describe("a request to a listed endpoint", () => {
  test("carries the offer, exactly its type, and the token; the answer comes back with its URL", async () => {
    answer = (_request, response) => response.writeHead(201, { Location: "/s/1" }).end("v=0\r\na=ö\r\n");
    const result = await endpoints()(post(`https://${host}/whip?x=1`));
    expect(result).toMatchObject({
      kind: "answered",
      status: 201,
      url: `https://${host}/whip?x=1`,
      body: "v=0\r\na=ö\r\n",
    });
    expect(result).toMatchObject({ headers: { location: "/s/1" } });
    const [{ title, headers, body } = { title: "", headers: {}, body: "" }] = received;
    expect([title, body]).toEqual(["POST /whip?x=1", "v=0\r\n"]);
    expect(headers).toMatchObject({ "content-type": "application/sdp", authorization: "Bearer s3cret", host });
  });

  test("without a secret has no Authorization", async () => {
    answer = (_request, response) => response.writeHead(200).end();
    await endpoints()(post(`https://${host}/whip`, { configured: { origin: `https://${host}`, headers: {} } }));
    expect(received[0]?.headers.authorization).toBeUndefined();
  });

  test.each([307, 308])("follows %i to a listed host with method, body and token", async (status) => {
    answer = (request, response) =>
      request.url === "/next" ? response.writeHead(201).end() : response.writeHead(status, { Location: "/next" }).end();
    const result = await endpoints()(post(`https://${host}/whip`));
    expect(result).toMatchObject({ status: 201, url: `https://${host}/next` });
    expect(received.map(({ title, body, headers }) => [title, body, headers.authorization])).toEqual([
      ["POST /whip", "v=0\r\n", "Bearer s3cret"],
      ["POST /next", "v=0\r\n", "Bearer s3cret"],
    ]);
  });

  // The same server under another name is another origin.
  const elsewhere = () => ({ hosts: [host, `127.0.0.1:${port}`] });
  const ownHeaders = () =>
    received.map(({ title, headers }) => [title, headers.authorization, headers["x-room"], headers["content-type"]]);

  test("a redirection to another listed host gets neither the token nor the headers of the policy (RFC 9110 §15.4)", async () => {
    answer = (request, response) => {
      if (request.url === "/whip") response.writeHead(307, { Location: `https://127.0.0.1:${port}/b` }).end();
      else if (request.url === "/b") response.writeHead(307, { Location: `https://${host}/back` }).end();
      else response.writeHead(201).end();
    };
    expect(await endpoints(elsewhere())(post(`https://${host}/whip`))).toMatchObject({ status: 201 });
    expect(ownHeaders()).toEqual([
      ["POST /whip", "Bearer s3cret", "1", "application/sdp"],
      ["POST /b", undefined, undefined, "application/sdp"],
      ["POST /back", "Bearer s3cret", "1", "application/sdp"],
    ]);
  });

  test("the end of a session at another listed host goes without the token and the headers of the policy", async () => {
    answer = (_request, response) => response.writeHead(200).end();
    const token = () => Promise.reject(new Error("not read"));
    const end = post(`https://127.0.0.1:${port}/s/1`, { purpose: "end", method: "DELETE" });
    expect(await endpoints({ ...elsewhere(), token })(end)).toMatchObject({ status: 200 });
    expect(ownHeaders()).toEqual([["DELETE /s/1", undefined, undefined, "application/sdp"]]);
  });

  test.each([301, 302, 303])("does not follow %i, after which the offer would be lost", async (status) => {
    answer = (_request, response) => response.writeHead(status, { Location: "/next" }).end();
    expect(await endpoints()(post(`https://${host}/whip`))).toMatchObject({ status });
    expect(received).toHaveLength(1);
  });

  test.each(["https://evil.example/", "http://localhost/", "//127.0.0.1/", "https://user@localhost/"])(
    "does not follow a redirection to %s",
    async (location) => {
      answer = (_request, response) => response.writeHead(307, { Location: location }).end();
      expect(await endpoints()(post(`https://${host}/whip`))).toEqual({ kind: "failed", why: "not allowed" });
      expect(received).toHaveLength(1);
    },
  );

  test("gives up redirections that go in a circle", async () => {
    answer = (_request, response) => response.writeHead(307, { Location: "/whip" }).end();
    expect(await endpoints()(post(`https://${host}/whip`))).toEqual({ kind: "failed", why: "unreachable" });
    expect(received).toHaveLength(4);
  });

  test("does not read an answer without end", async () => {
    answer = (_request, response) => {
      const more = () => void (response.destroyed || response.write("x".repeat(10_000), () => setImmediate(more)));
      more();
    };
    expect(await endpoints()(post(`https://${host}/whip`))).toEqual({ kind: "failed", why: "unreachable" });
  });

  test("ends in time for the invocation when no answer comes", async () => {
    answer = () => undefined;
    beginInvocation({ getRemainingTimeInMillis: () => 4100 });
    expect(await endpoints()(post(`https://${host}/whip`))).toEqual({ kind: "failed", why: "timeout" });
    server.closeAllConnections();
  });

  test("that is cut off is unreachable", async () => {
    answer = (request) => request.socket.destroy();
    expect(await endpoints()(post(`https://${host}/whip`))).toEqual({ kind: "failed", why: "unreachable" });
  });

  test("is not made with a certificate that is not trusted", async () => {
    expect(
      await createEndpoints({ hosts: [host], token: () => Promise.resolve("t"), isAllowed: () => true })(
        post(`https://${host}/`),
      ),
    ).toEqual({
      kind: "failed",
      why: "unreachable",
    });
    expect(received).toEqual([]);
  });

  test("is not made without its token", async () => {
    const token = () => Promise.reject(new Error("denied"));
    expect(await endpoints({ token })(post(`https://${host}/`))).toEqual({ kind: "failed", why: "no secret" });
    expect(received).toEqual([]);
  });
});

describe("no request goes", () => {
  const urls: readonly (readonly [string, () => string])[] = [
    ["to a host that is not listed", () => `https://127.0.0.1:${port}/`],
    ["to a host that only begins like a listed one", () => `https://localhost.evil.example:${port}/`],
    ["to another port of a listed host", () => "https://localhost/"],
    ["with a user in the URL", () => `https://localhost@127.0.0.1:${port}/`],
    ["without TLS", () => `http://localhost:${port}/`],
    ["to an IPv6 form", () => `https://[::ffff:127.0.0.1]:${port}/`],
    ["to a decimal address", () => `https://2130706433:${port}/`],
    ["to a text that is no URL", () => "whip"],
  ];
  test.each(urls)("%s", async (_what, url) => {
    answer = (_request, response) => response.end();
    expect(await endpoints()(post(url()))).toEqual({ kind: "failed", why: "not allowed" });
    expect(received).toEqual([]);
  });

  test.each(["localhost", "127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]"])(
    "to a listed host that is not a public address: %s",
    async (name) => {
      answer = (_request, response) => response.end();
      const listed = new URL(`https://${name}:${port}`).host;
      const request = endpoints({ hosts: [listed], isAllowed: isPublic });
      expect(await request(post(`https://${listed}/`))).toEqual({ kind: "failed", why: "not allowed" });
      expect(received).toEqual([]);
    },
  );
});

test.each([
  ["8.8.8.8", true],
  ["203.0.114.1", true],
  ["2606:4700::1111", true],
  ["2001:4860:4860::8888", true],
  ["10.1.2.3", false],
  ["172.31.255.255", false],
  ["192.168.0.1", false],
  ["127.0.0.53", false],
  ["169.254.169.254", false],
  ["100.64.0.1", false],
  ["0.0.0.0", false],
  ["224.0.0.1", false],
  ["255.255.255.255", false],
  ["198.18.0.1", false],
  ["::", false],
  ["::1", false],
  ["::ffff:8.8.8.8", false],
  ["::ffff:10.0.0.1", false],
  ["64:ff9b::a00:1", false],
  ["64:ff9b:1::a00:1", false],
  ["fc00::1", false],
  ["fec0::1", false],
  ["100::1", false],
  ["5f00::1", false],
  ["fe80::1", false],
  ["fd00:ec2::254", false],
  ["ff02::1", false],
  ["2002:a00:1::", false],
  ["2001:0:1::", false],
  ["2001:db8::1", false],
  ["localhost", false],
])("%s is public: %s", (address, expected) => {
  expect(isPublic(address)).toBe(expected);
});

test("the address of a name is judged for each connection: one that resolves elsewhere later is not reached", async () => {
  answer = (_request, response) => response.writeHead(201).end();
  const verdicts = [true, false]; // as of a name that is public for the first look-up, and private for the next
  const judged: string[] = [];
  const request = endpoints({ isAllowed: (address) => (judged.push(address), verdicts[received.length] ?? false) });
  expect(await request(post(`https://${host}/whip`))).toMatchObject({ status: 201 });
  expect(await request(post(`https://${host}/whip`))).toEqual({ kind: "failed", why: "not allowed" });
  expect([received.length, judged.length >= 2]).toEqual([1, true]);
});

test("a failure tells its kind alone: no token, URL or error of the system is in it", async () => {
  answer = (request) => request.socket.destroy();
  const cut = await endpoints()(post(`https://${host}/stream-key`));
  const refused = await endpoints({ token: () => Promise.reject(new Error("s3cret")) })(post(`https://${host}/`));
  expect([cut, refused]).toEqual([
    { kind: "failed", why: "unreachable" },
    { kind: "failed", why: "no secret" },
  ]);
});

test.each([true, false])("a name with one address that is not allowed resolves to none (all: %s)", async (all) => {
  const lookup = guardedLookup(() => false);
  const code = await new Promise((resolve) => lookup("localhost", { all }, (error) => resolve(error?.code)));
  expect(code).toBe(NOT_PUBLIC);
});

describe("the token of an endpoint", () => {
  const arns = [
    "arn:aws:secretsmanager:us-east-1:1:secret:media/one-aBcDeF",
    "arn:aws:secretsmanager:us-east-1:1:secret:two",
  ];
  const asked: string[] = [];
  const tokens = (value = " s3cret\n") =>
    endpointTokens(
      (id) => (asked.push(id), Promise.resolve(value)),
      arns,
      () => 0,
    );

  test.each([
    ["media/one", arns[0]],
    ["two", arns[1]],
    [arns[0] ?? "", arns[0]],
  ])("%s is read by the ARN that is listed, without white space around it", async (name, arn) => {
    expect(await tokens()(name)).toBe("s3cret");
    expect(asked.at(-1)).toBe(arn);
  });

  test.each(["signing", "one", "media/one-aBcDe", "media", ""])(
    "%p is not read: no secret of that name is listed",
    async (name) => {
      const before = asked.length;
      await expect(tokens()(name)).rejects.toThrow("not listed");
      expect(asked).toHaveLength(before);
    },
  );

  test.each(["", "two words", "line\r\nX-Other: 1"])(
    "a secret that is not a bearer token is refused: %j",
    async (value) => {
      await expect(tokens(value)("two")).rejects.toThrow("not a bearer token");
    },
  );
});
