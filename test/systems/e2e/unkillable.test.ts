import { once } from "node:events";
import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { WebSocket } from "ws";
import { headers } from "../../../lib/sip/syntax/message.ts";
import { closeClouds } from "../../parts/local/cloud.ts";
import { establish } from "../../support/phone/call.ts";
import type { SocketPhone } from "../../support/phone/socket.ts";
import { aService, DOMAIN, type Service } from "./service.ts";

// While one client misbehaves, a call between two others is held; afterwards it still stands.

let service: Service;
let alice: SocketPhone;
let bob: SocketPhone;
beforeAll(async () => {
  service = await aService();
  [alice, bob] = [await service.online("alice"), await service.online("bob")];
});
afterAll(closeClouds);

async function callStandsDuring(nuisance: () => Promise<void>): Promise<void> {
  const { caller, callee } = await establish(alice, bob);
  await nuisance();
  await alice.inDialog("INFO", caller);
  await bob.answer(await bob.takeRequest("INFO"), 200);
  await alice.takeFinal("INFO");
  await bob.inDialog("BYE", callee);
  await alice.answer(await alice.takeRequest("BYE"), 200);
  expect((await bob.takeFinal("BYE")).status).toBe(200);
}

test.each([
  ["nothing", []],
  ["another", ["xmpp"]],
])("a client that offers %s as subprotocol gets no connection", async (_what, offers) => {
  await callStandsDuring(async () => {
    const socket = new WebSocket(service.cloud.ws, offers);
    const [, response] = await once(socket, "unexpected-response");
    expect(response.statusCode).toBe(400);
    socket.on("error", () => undefined).terminate();
  });
});

test("sip among several subprotocols is chosen", async () => {
  const socket = new WebSocket(service.cloud.ws, ["xmpp", "sip"]);
  await once(socket, "open");
  expect(socket.protocol).toBe("sip");
  socket.close();
});

test("RFC 7118 §8.2: a client that makes the URL it connects to its outbound proxy gets its call through", async () => {
  const { host } = new URL(service.cloud.ws);
  await alice.request("INVITE", bob.aor, { routes: [`<sip:${host};transport=ws;lr>`] });
  const invite = await bob.takeRequest("INVITE");
  expect(headers(invite, "route")).toEqual([]);
  await bob.answer(invite, 486);
  await alice.takeFinal("INVITE");
});

test("a binary frame closes its own connection with 1003 and no other", async () => {
  await callStandsDuring(async () => {
    const mallory = await service.connect("mallory");
    mallory.socket.send(randomBytes(100));
    const [code] = await once(mallory.socket, "close");
    expect(code).toBe(1003);
  });
});

test("200 KB of junk close their own connection with 1009 and no other", async () => {
  await callStandsDuring(async () => {
    const mallory = await service.connect("mallory");
    mallory.socket.send("x".repeat(200_000));
    const [code] = await once(mallory.socket, "close");
    expect(code).toBe(1009);
  });
});

test("150 malformed messages are answered 400 or not at all; nothing fails", async () => {
  await callStandsDuring(async () => {
    const mallory = await service.connect("mallory");
    const good = mallory.write("INVITE", `sip:bob@${DOMAIN}`).text;
    for (let index = 0; index < 150; index += 1) mallory.socket.send(spoil(good, index));
    expect((await mallory.ask("OPTIONS", `sip:${DOMAIN}`)).status).toBe(200);
    await service.cloud.settled(20_000);
    expect(mallory.inbox.noise).toEqual([]);
    expect(mallory.inbox.titles().filter((title) => title.startsWith("5") && !title.startsWith("505"))).toEqual([]);
    expect(service.cloud.logs.filter((entry) => JSON.stringify(entry).includes("failed"))).toEqual([]);
  });
});

/** Deterministic damage: cut, doubled, bent or filled with control characters somewhere. */
function spoil(text: string, seed: number): string {
  const at = (seed * 7919) % text.length;
  const kinds = [
    () => text.slice(0, at),
    () => text.slice(at),
    () => `${text.slice(0, at)}\0${text.slice(at)}`,
    () => `${text.slice(0, at)}\r${text.slice(at)}`,
    () => `${text.slice(0, at)}${text.slice(at).replace("\r\n", "\n")}`,
    () => text.replaceAll(":", ";"),
    () => text.replace(/CSeq: \d+/, `CSeq: ${"9".repeat(seed)}`),
    () => text.replace(/Content-Length: \d+/, `Content-Length: ${seed * 1000}`),
    () => `${text.slice(0, at)}${'<"'.repeat(seed)}${text.slice(at)}`,
    () => text.replace("SIP/2.0", `SIP/${seed}.0`),
  ];
  return kinds[seed % kinds.length]?.() ?? text;
}

test("the log can be searched by Call-ID", async () => {
  const sent = await alice.request("OPTIONS", `sip:${DOMAIN}`);
  await alice.takeFinal("OPTIONS");
  await service.cloud.settled();
  expect(service.cloud.logs.some((entry) => JSON.stringify(entry).includes(sent.callId))).toBe(true);
});
