// The line of the phone page on JsSIP, without a browser: texts that come.
import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import { type LineListener, openLine } from "../../../lib/phone/page/sip/line.ts";

const NOW = Date.UTC(2027, 0, 15, 12);
const EARLIER = NOW - 3_600_000;
const SERVER = "SIP/2.0/WS example.com;branch=z9hG4bK1";
const SENDER = "SIP/2.0/WS phone.invalid;branch=z9hG4bK2";

beforeEach(() => void jest.useFakeTimers({ now: NOW, doNotFake: ["nextTick", "queueMicrotask"] }));
afterEach(() => void jest.useRealTimers());

/** Bob's line on a connection whose server accepts every REGISTER. */
async function aLine() {
  const sent: string[] = [];
  const read: { text: string; at: number }[] = [];
  const socket = {
    via_transport: "WS",
    url: "wss://example.com",
    sip_uri: "sip:example.com;transport=ws",
    connect: () => queueMicrotask(() => socket.onconnect()),
    disconnect: () => undefined,
    isConnected: () => true,
    isConnecting: () => false,
    send(text: string) {
      sent.push(text);
      if (text.startsWith("REGISTER ")) queueMicrotask(() => socket.ondata(accepted(text)));
      return true;
    },
    onconnect: () => undefined,
    ondisconnect: () => undefined,
    ondata: (_text: unknown): void => undefined,
  };
  const { promise, resolve } = Promise.withResolvers<void>();
  const listener: LineListener = {
    changed: ({ kind }) => void (kind === "registered" && resolve()),
    reads: (_from, text, at) => void read.push({ text, at }),
    rings: () => undefined,
    delivered: () => undefined,
    sees: () => undefined,
    seesMembers: () => undefined,
    refusesPush: () => undefined,
    notes: () => undefined,
  };
  const account = { user: "bob", domain: "example.com", password: "x", device: DEVICE, contact: "" };
  const line = openLine(account, socket, listener);
  await promise;
  const [, contact = ""] = /^Contact: <([^>]+)>/m.exec(sent[0] ?? "") ?? [];
  return {
    read,
    leave: line.leave,
    /** The answers to a text. */
    async gets(vias: readonly string[]) {
      socket.ondata(message(contact, vias));
      await jest.advanceTimersByTimeAsync(0);
      return sent.filter((text) => /^SIP\/2.0 [^]*CSeq: 1 MESSAGE/.test(text)).map((text) => text.slice(8, 11));
    },
  };
}

const DEVICE = "5f0f4b4e-9b77-4d0a-8a2e-0d6f0a3b1c11";

function accepted(register: string): string {
  const copied = register.split("\r\n").filter((line) => /^(?:Via|From|To|Call-ID|CSeq|Contact):/i.test(line));
  const lines = copied.map((line) => (line.startsWith("To:") ? `${line};tag=s` : line));
  return ["SIP/2.0 200 OK", ...lines, "Content-Length: 0", "", ""].join("\r\n");
}

function message(contact: string, vias: readonly string[]): string {
  return [
    `MESSAGE ${contact} SIP/2.0`,
    ...vias.map((via) => `Via: ${via}`),
    "Max-Forwards: 69",
    "From: <sip:alice@example.com>;tag=a",
    "To: <sip:bob@example.com>",
    "Call-ID: c1",
    "CSeq: 1 MESSAGE",
    `Date: ${new Date(EARLIER).toUTCString()}`,
    "Content-Type: text/plain",
    "Content-Length: 5",
    "",
    "Hello",
  ].join("\r\n");
}

test("a text that comes while the page closes is refused with 480, so that the server keeps it", async () => {
  const { leave, gets, read } = await aLine();
  leave();
  expect(await gets([SERVER])).toEqual(["480"]);
  expect(read).toEqual([]);
});

test.each([
  ["waited on the server has the time of its Date", [SERVER], EARLIER],
  ["its sender's own request brings has the time of its coming, whatever its Date", [SERVER, SENDER], NOW],
])("a text that %s", async (_rule, vias, at) => {
  const { gets, read } = await aLine();
  expect(await gets(vias)).toEqual(["200"]);
  expect(read).toEqual([{ text: "Hello", at }]);
});
