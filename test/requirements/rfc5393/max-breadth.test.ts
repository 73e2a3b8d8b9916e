import { expect, test } from "@jest/globals";
import { header } from "../../../lib/sip/syntax/message.ts";
import { createNetwork, DOMAIN } from "../../support/phone/network.ts";

const bobAor = `sip:bob@${DOMAIN}`;

test("RFC 5393 §5.3.3: a fork divides the breadth it was given among its branches", async () => {
  const network = createNetwork();
  const [alice, desk, mobile] = [
    await network.online("alice"),
    await network.online("bob"),
    await network.online("bob"),
  ];
  await alice.request("INVITE", bobAor, { lines: ["Max-Breadth: 7"] });
  expect(header(await desk.takeRequest("INVITE"), "max-breadth")).toBe("3");
  expect(header(await mobile.takeRequest("INVITE"), "max-breadth")).toBe("3");
});

test("RFC 5393 §5.3.3: a request without the header counts as one with 60", async () => {
  const network = createNetwork();
  const [alice, desk] = [await network.online("alice"), await network.online("bob"), await network.online("bob")];
  await alice.request("INVITE", bobAor);
  expect(header(await desk.takeRequest("INVITE"), "max-breadth")).toBe("30");
});

test("RFC 5393 §5.3.3: one target gets the breadth of the request", async () => {
  const network = createNetwork();
  const [alice, bob] = [await network.online("alice"), await network.online("bob")];
  await alice.request("INVITE", bobAor, { lines: ["Max-Breadth: 1"] });
  expect(header(await bob.takeRequest("INVITE"), "max-breadth")).toBe("1");
});

test("RFC 5393 §5.3.3: every request has the header, with 60 at most", async () => {
  const network = createNetwork();
  const [alice, bob] = [await network.online("alice"), await network.online("bob")];
  await alice.request("MESSAGE", bobAor);
  expect(header(await bob.takeRequest("MESSAGE"), "max-breadth")).toBe("60");
  await alice.request("INVITE", bobAor, { lines: ["Max-Breadth: 1000000"] });
  expect(header(await bob.takeRequest("INVITE"), "max-breadth")).toBe("60");
});

test("RFC 5393 §5.3.3.1: targets beyond the breadth are tried one after the other", async () => {
  const network = createNetwork();
  const [alice, desk, mobile] = [
    await network.online("alice"),
    await network.online("bob"),
    await network.online("bob"),
  ];
  await alice.request("INVITE", bobAor, { lines: ["Max-Breadth: 1"] });
  const first = await desk.takeRequest("INVITE");
  expect(mobile.inbox.titles()).not.toContain("INVITE");
  await desk.answer(first, 486);
  expect(header(await mobile.takeRequest("INVITE"), "max-breadth")).toBe("1");
});

test("RFC 5393 §5.3.3.1: a breadth of zero is 440 and rings no phone", async () => {
  const network = createNetwork();
  const [alice, desk] = [await network.online("alice"), await network.online("bob")];
  expect((await alice.ask("INVITE", bobAor, { lines: ["Max-Breadth: 0"] })).status).toBe(440);
  expect(desk.inbox.titles()).not.toContain("INVITE");
});
