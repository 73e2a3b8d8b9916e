import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { closeClouds } from "../../../parts/local/cloud.ts";
import { aRawClient, type RawClient } from "../../../parts/local/web-socket-client.ts";
import { aService, DOMAIN, type Service } from "../../e2e/service.ts";

// WebSocket frames that no client library sends, to the deployed bundles. Effect of each frame on the gateway:
// test/parts/local/gateway-limits.test.ts; calls of others meanwhile: test/systems/e2e/unkillable.test.ts.

let service: Service;
beforeAll(async () => {
  service = await aService();
});
afterAll(closeClouds);

const TEXT = 1;
const BINARY = 2;
const CLOSE = 8;
const PING = 9;
const LARGEST = 131_072;

const open = (): Promise<RawClient> => aRawClient(service.cloud.ws, { "Sec-WebSocket-Protocol": "sip" });

function options(more = "", callId = randomBytes(6).toString("hex")): string {
  return [
    `OPTIONS sip:${DOMAIN} SIP/2.0`,
    "Via: SIP/2.0/WS frames.invalid;branch=z9hG4bKframes",
    "Max-Forwards: 70",
    `From: <sip:mallory@${DOMAIN}>;tag=1`,
    `To: <sip:${DOMAIN}>`,
    `Call-ID: ${callId}`,
    "CSeq: 1 OPTIONS",
    "Subject: grüße",
    "",
    more,
  ].join("\r\n");
}

/** The first line of the next message; a message of several frames is put together. */
async function nextLine(client: RawClient): Promise<string> {
  const parts: Buffer[] = [];
  for (;;) {
    const { opcode, fin, payload } = await client.nextFrame();
    if (opcode === CLOSE) return `closed with ${payload.readUInt16BE(0)}`;
    if (opcode === PING + 1) continue;
    parts.push(payload);
    if (fin) return Buffer.concat(parts).toString("utf8").split("\r\n")[0] ?? "";
  }
}

/** The first line of the response to a valid request: shows that the connection is still served. */
async function askedAgain(client: RawClient): Promise<string> {
  client.frame(TEXT, options());
  return nextLine(client);
}

describe("frames that are empty or nearly empty: no answer, and the connection is served as before", () => {
  test.each([
    ["an empty one", ""],
    ["a space", " "],
    ["line ends and tabs", "\r\n\t\r\n"],
    ["sixteen line feeds", "\n".repeat(16)],
  ])("%s", async (_what, text) => {
    const client = await open();
    client.frame(TEXT, text);
    expect(await askedAgain(client)).toBe("SIP/2.0 200 OK");
  });

  test("RFC 5626 §3.5.1: two line ends are a ping, and one comes back", async () => {
    const client = await open();
    client.frame(TEXT, "\r\n\r\n");
    expect((await client.nextFrame()).payload.toString()).toBe("\r\n");
    expect(await askedAgain(client)).toBe("SIP/2.0 200 OK");
  });

  test("a NUL, and a bell: no response, because the text has no Via to send one to", async () => {
    const client = await open();
    client.frame(TEXT, "\0");
    client.frame(TEXT, "\x07");
    expect(await askedAgain(client)).toBe("SIP/2.0 200 OK");
  });
});

describe("binary frames (RFC 7118 §4.2 allows them, the platform does not): closed with 1003", () => {
  test.each([
    ["of SIP", Buffer.from(options())],
    ["empty", Buffer.alloc(0)],
    ["of noise", randomBytes(2000)],
  ])("%s", async (_what, payload) => {
    const client = await open();
    client.frame(BINARY, payload);
    expect(await nextLine(client)).toBe("closed with 1003");
  });
});

describe("a message in fragments is one message", () => {
  test("in three, one of them cut within a character, a ping between them: 200", async () => {
    const client = await open();
    const octets = Buffer.from(options());
    const cut = octets.indexOf(Buffer.from("ü")) + 1;
    client.frame(TEXT, octets.subarray(0, 20), false);
    client.frame(0, octets.subarray(20, cut), false);
    client.frame(PING, "there?");
    client.frame(0, octets.subarray(cut), true);
    expect(await nextLine(client)).toBe("SIP/2.0 200 OK");
  });

  test("octet by octet: 200", async () => {
    const client = await open();
    const octets = Buffer.from(options());
    octets.forEach((_octet, at) =>
      client.frame(at === 0 ? TEXT : 0, octets.subarray(at, at + 1), at === octets.length - 1),
    );
    expect(await nextLine(client)).toBe("SIP/2.0 200 OK");
  });

  test("with empty fragments between: 200", async () => {
    const client = await open();
    client.frame(TEXT, "", false);
    client.frame(0, options(), false);
    client.frame(0, "", true);
    expect(await nextLine(client)).toBe("SIP/2.0 200 OK");
  });

  test("two messages in one: the second is the body of the first, and only the first is answered", async () => {
    const client = await open();
    client.frame(TEXT, options(), false);
    client.frame(0, options(), true);
    expect(await nextLine(client)).toBe("SIP/2.0 200 OK");
    client.frame(TEXT, "\r\n\r\n");
    expect(await nextLine(client)).toBe(""); // the pong, and no second 200 before it
  });

  test("fragments that never end: no answer; the connection closes, and no function was invoked", async () => {
    const client = await open();
    await service.cloud.settled();
    service.cloud.meter.reset();
    client.frame(TEXT, options(), false);
    client.socket.end();
    await service.cloud.settled();
    expect(service.cloud.meter.calls.filter(({ action }) => action === "MESSAGE")).toEqual([]);
  });

  test.each([
    ["a continuation of nothing", (client: RawClient) => client.frame(0, options(), true)],
    [
      "a new message within another",
      (client: RawClient) => {
        client.frame(TEXT, "OPTIONS", false);
        client.frame(TEXT, options(), true);
      },
    ],
    ["a reserved opcode", (client: RawClient) => client.frame(3, options(), true)],
    ["a ping in fragments", (client: RawClient) => client.frame(PING, "x", false)],
  ])("%s: closed with 1002", async (_what, send) => {
    const client = await open();
    send(client);
    expect(await nextLine(client)).toBe("closed with 1002");
  });

  test("text that is not UTF-8: closed with 1007", async () => {
    const client = await open();
    client.frame(TEXT, Buffer.concat([Buffer.from(options()), Buffer.from([0xc3, 0x28])]));
    expect(await nextLine(client)).toBe("closed with 1007");
  });
});

describe("128 KB", () => {
  /** In frames of at most 32 KB. */
  function inFrames(client: RawClient, text: string): void {
    const octets = Buffer.from(text);
    for (let start = 0; start < octets.length; start += 32_768) {
      const end = start + 32_768;
      client.frame(start === 0 ? TEXT : 0, octets.subarray(start, end), end >= octets.length);
    }
  }

  const padded = (text: string, octets: number): string => text + "x".repeat(octets - Buffer.byteLength(text));

  test("a message of exactly 128 KB is read: 200", async () => {
    const client = await open();
    inFrames(client, padded(options(), LARGEST));
    expect(await nextLine(client)).toBe("SIP/2.0 200 OK");
  });

  test("a message of one octet more: closed with 1009", async () => {
    const client = await open();
    inFrames(client, padded(options(), LARGEST + 1));
    expect(await nextLine(client)).toBe("closed with 1009");
  });

  test("128 KB of noise: no answer, and the connection is served as before", async () => {
    const client = await open();
    inFrames(client, "x".repeat(LARGEST));
    expect(await askedAgain(client)).toBe("SIP/2.0 200 OK");
  });

  test("a request of 128 KB to a phone does not fit with the headers that are added: 513, and the phone gets nothing", async () => {
    const [alice, bob] = [await service.online("alice"), await service.online("bob")];
    const { text } = alice.write("MESSAGE", bob.aor);
    await new Promise((resolve) =>
      alice.socket.send(padded(text.replace(/Content-Length.*\r\n/, ""), 32_000), resolve),
    );
    await bob.takeRequest("MESSAGE");
    const client = alice.socket;
    const body = padded(alice.write("MESSAGE", bob.aor).text.replace(/Content-Length.*\r\n/, ""), LARGEST);
    for (let start = 0; start < body.length; start += 32_768) {
      client.send(body.slice(start, start + 32_768), { fin: start + 32_768 >= body.length });
    }
    expect((await alice.takeFinal("MESSAGE")).status).toBe(513);
    await service.cloud.settled();
    expect(bob.inbox.titles().filter((title) => title === "MESSAGE")).toHaveLength(1);
  });
});

test("no function failed at any of these", async () => {
  await service.cloud.settled();
  expect(service.cloud.logs.filter((entry) => JSON.stringify(entry).includes("failed"))).toEqual([]);
});
