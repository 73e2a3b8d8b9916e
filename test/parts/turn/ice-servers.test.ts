import { createSecretKey } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import { header, type SipResponse } from "../../../lib/sip/syntax/message.ts";
import { createTurnCredential } from "../../../lib/sip/turn/credential.ts";
import { RTC_CONFIGURATION } from "../../../lib/sip/turn/ice-servers.ts";
import type { ReadSet } from "../../../lib/sip/state/snapshot.ts";
import { createNetwork, DOMAIN, type Network } from "../../support/phone/network.ts";
import type { Phone, RequestParts } from "../../support/phone/phone.ts";
import { accept, askForServers, credentialsIn } from "./fetch.ts";

const urls = ["turn:turn.example.com:3478", "stun:turn.example.com:3478"];
const ttlSeconds = 600;
const north = createSecretKey(Buffer.from("north"));

interface TurnNetwork extends Network {
  /** The keys that were read, in order. */
  readonly looks: ReadSet[];
  /** Number of reads of the secret. */
  readonly secretReads: () => number;
}

function aNetwork(): TurnNetwork {
  const looks: ReadSet[] = [];
  let reads = 0;
  const secret = () => {
    reads += 1;
    return Promise.resolve(north);
  };
  const network = createNetwork({}, (ports) => ({
    turn: { urls, ttlSeconds, secret },
    read: (keys) => {
      looks.push(keys);
      return ports.read(keys);
    },
  }));
  return { ...network, looks, secretReads: () => reads };
}

const asks = (phone: Phone, parts?: RequestParts): Promise<SipResponse> => askForServers(phone, DOMAIN, parts);

describe("OPTIONS to the domain that accepts an RTC configuration (RFC 3261 §11.2)", () => {
  test("on a signed-in flow: 200 with the servers and a credential for the signed-in user", async () => {
    const network = aNetwork();
    const ok = await asks(await network.online("alice"));
    expect([ok.status, header(ok, "content-type")]).toEqual([200, RTC_CONFIGURATION]);
    expect(header(ok, "content-length")).toBe(String(Buffer.byteLength(ok.body)));
    const credential = createTurnCredential(`sip:alice@${DOMAIN}`, network.now() + ttlSeconds, north);
    expect(JSON.parse(ok.body)).toEqual({ iceServers: [{ urls, ...credential }], ttl: ttlSeconds });
  });

  test("costs one read of one key, and no write", async () => {
    const network = aNetwork();
    const alice = await network.online("alice", { flow: "A" });
    network.looks.length = 0;
    const { size } = network.state.rows.flows;
    await asks(alice);
    expect(network.looks).toEqual([{ flows: ["A"] }]);
    expect(network.state.rows.flows.size).toBe(size);
  });

  test("on a flow without a login: 407, without reading the secret or naming the servers", async () => {
    const network = aNetwork();
    const stranger = network.phone("alice");
    await stranger.request("OPTIONS", `sip:${DOMAIN}`, accept(RTC_CONFIGURATION));
    const refused = await stranger.takeFinal("OPTIONS");
    expect([refused.status, refused.body, network.secretReads()]).toEqual([407, "", 0]);
  });

  test("the challenge answered: 200, and the flow is known from then on", async () => {
    const network = aNetwork();
    const alice = network.phone("alice");
    expect((await asks(alice)).status).toBe(200);
    expect((await asks(alice)).status).toBe(200);
    expect(alice.inbox.titles()).toEqual(["407 OPTIONS", "200 OPTIONS", "200 OPTIONS"]);
  });

  test("the challenge answered with a wrong password: 407 again", async () => {
    const network = aNetwork();
    expect((await asks(network.phone("alice", { password: "wrong" }))).status).toBe(407);
    expect(network.secretReads()).toBe(0);
  });

  test("in another's name: 403", async () => {
    const network = aNetwork();
    const alice = await network.online("alice");
    const parts = { ...accept(RTC_CONFIGURATION), from: `sip:bob@${DOMAIN}` };
    expect((await asks(alice, parts)).status).toBe(403);
    expect(network.secretReads()).toBe(0);
  });

  test.each([
    `application/sdp, ${RTC_CONFIGURATION};q=0.5`,
    RTC_CONFIGURATION.toUpperCase(),
    ` ${RTC_CONFIGURATION.replace("/", " / ")} ;level=1`,
  ])("Accept: %s asks for it", async (types) => {
    const alice = await aNetwork().online("alice");
    expect((await asks(alice, accept(types))).body).not.toBe("");
  });

  test("several fields are one list (§7.3.1)", async () => {
    const alice = await aNetwork().online("alice");
    const parts = { lines: ["Accept: application/sdp", `Accept: ${RTC_CONFIGURATION}`] };
    expect((await asks(alice, parts)).body).not.toBe("");
  });
});

describe("any other OPTIONS to the domain gets 200 without a login, a body or a read", () => {
  test.each<[string, RequestParts]>([
    ["no Accept", {}],
    ["an empty Accept", accept("")],
    ["application/sdp", accept("application/sdp")],
    ["a wildcard", accept("*/*")],
    ["a wildcard subtype", accept("application/*")],
    ["other JSON", accept("application/json")],
    ["the type with q=0", accept(`${RTC_CONFIGURATION};q=0`)],
    ["the type with a malformed q", accept(`${RTC_CONFIGURATION};q=high`)],
    ["a malformed Accept", accept(`;;${RTC_CONFIGURATION}`)],
  ])("%s", async (_title, parts) => {
    const network = aNetwork();
    const ok = await asks(network.phone("alice"), parts);
    expect([ok.status, ok.body, header(ok, "content-type")]).toEqual([200, "", undefined]);
    expect([network.looks, network.secretReads()]).toEqual([[], 0]);
  });

  test("where there are no TURN servers: the same, whatever it accepts", async () => {
    const ok = await asks(createNetwork().phone("alice"));
    expect([ok.status, ok.body, header(ok, "content-type")]).toEqual([200, "", undefined]);
  });

  test("only OPTIONS, and only to the domain: an OPTIONS to a user goes to the user's phone", async () => {
    const network = aNetwork();
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    await alice.request("OPTIONS", bob.aor, accept(RTC_CONFIGURATION));
    expect((await bob.takeRequest("OPTIONS")).uri).toBe(bob.contact);
    expect((await alice.ask("MESSAGE", `sip:${DOMAIN}`, accept(RTC_CONFIGURATION))).status).toBe(404);
    expect(network.secretReads()).toBe(0);
  });
});

test("a TURN secret that cannot be read fails only the requests for it, and no call", async () => {
  const secret = () => Promise.reject(new Error("no secret"));
  const network = createNetwork({}, () => ({ turn: { urls, ttlSeconds, secret } }));
  const [alice, bob] = [await network.online("alice"), await network.online("bob")];
  await expect(asks(alice)).rejects.toThrow("no secret"); // the Lambda's middleware answers 500
  await alice.request("INVITE", bob.aor);
  expect((await bob.takeRequest("INVITE")).uri).toBe(bob.contact);
});

test("nothing of a credential is in the log", async () => {
  const network = aNetwork();
  const ok = await asks(await network.online("alice"));
  const log = JSON.stringify(network.notes);
  expect(log).toContain("200 OPTIONS");
  expect(log).not.toContain(credentialsIn(ok).credential);
});
