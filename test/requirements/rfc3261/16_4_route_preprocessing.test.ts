import { describe, expect, test } from "@jest/globals";
import { headers } from "../../../lib/sip/syntax/message.ts";
import { establish } from "../../support/phone/call.ts";
import { createNetwork, DOMAIN } from "../../support/phone/network.ts";
import { viasOf } from "../../support/phone/phone.ts";

const bobAor = `sip:bob@${DOMAIN}`;

describe("RFC 3261 §16.4 route preprocessing", () => {
  test("a pre-loaded route to this server is removed and the call proceeds", async () => {
    const network = createNetwork();
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    await alice.request("INVITE", bobAor, { routes: [`<sip:${DOMAIN};transport=ws;lr>`] });
    expect(headers(await bob.takeRequest("INVITE"), "route")).toEqual([]);
  });

  test("a pre-loaded route by the host name that phones connect to is removed too (RFC 7118 §8.2)", async () => {
    const network = createNetwork({ hosts: ["ws.example.net"] });
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    await alice.request("INVITE", bobAor, { routes: ["<sip:ws.example.net:443;transport=ws;lr>"] });
    expect(headers(await bob.takeRequest("INVITE"), "route")).toEqual([]);
  });

  test("the host name that phones connect to is not a domain of addresses: 403", async () => {
    const alice = await createNetwork({ hosts: ["ws.example.net"] }).online("alice");
    expect((await alice.ask("INVITE", "sip:bob@ws.example.net", { to: bobAor })).status).toBe(403);
  });

  test("a route to another server is 403", async () => {
    const network = createNetwork();
    const alice = await network.online("alice");
    await network.online("bob");
    expect((await alice.ask("INVITE", bobAor, { routes: ["<sip:proxy.elsewhere.example;lr>"] })).status).toBe(403);
  });

  test("within a dialog, a route with a token that this server did not make is 403", async () => {
    const network = createNetwork();
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    const { caller } = await establish(alice, bob);
    const forged = [`<sip:AAAAAAAAAAAAAAAAAAAAAAYXR0YWNrZXI@${DOMAIN};lr>`];
    await alice.inDialog("BYE", { ...caller, routes: forged });
    expect((await alice.takeFinal("BYE")).status).toBe(403);
  });

  test("a token does not bypass the policies: without a To tag the Request-URI decides, and From is checked", async () => {
    const network = createNetwork();
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    const { callee } = await establish(alice, bob);
    expect((await bob.ask("INVITE", alice.aor, { from: `sip:carol@${DOMAIN}`, routes: callee.routes })).status).toBe(
      403,
    );
  });

  test("a token is valid in its own dialog only: another Call-ID, tag or From is 403", async () => {
    const network = createNetwork();
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    const { callee } = await establish(alice, bob);
    for (const other of [{ callId: "another" }, { toTag: "another" }, { from: `sip:carol@${DOMAIN}` }]) {
      await bob.inDialog("INFO", callee, other);
      expect((await bob.takeFinal("INFO")).status).toBe(403);
    }
    expect(alice.inbox.titles()).not.toContain("INFO");
  });

  test("the token in the Via of a single request is not a valid route", async () => {
    const network = createNetwork();
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    await alice.request("MESSAGE", bobAor);
    const message = await bob.takeRequest("MESSAGE");
    const token = /hop=([^;]+)/.exec(viasOf(message)[0] ?? "")?.[1];
    const dialog = { ...bob.dialogAsCallee(message), remoteTarget: alice.contact };
    await bob.inDialog("INFO", { ...dialog, routes: [`<sip:${token}@${DOMAIN};lr>`] });
    expect((await bob.takeFinal("INFO")).status).toBe(403);
  });

  test("700 routes to this server are 400", async () => {
    const alice = await createNetwork().online("alice");
    const routes = [Array.from({ length: 700 }, () => `<sip:${DOMAIN}>`).join(",")];
    expect((await alice.ask("INVITE", bobAor, { routes })).status).toBe(400);
  });
});
