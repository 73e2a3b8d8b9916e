import { describe, expect, test } from "@jest/globals";
import { header } from "../../../lib/sip/syntax/message.ts";
import { serialize } from "../../../lib/sip/syntax/serialize.ts";
import { createNetwork, DOMAIN, secretsOf } from "../../support/phone/network.ts";

/** A service of the PBX and a user, both with a `#` in their names. */
function aNetwork() {
  const network = createNetwork({ peers: { "gateway.example": `sip:bob@${DOMAIN}` } });
  for (const user of ["*21#", "a#b#c"]) {
    const escaped = user.replaceAll("#", "%23");
    network.state.addSubscriber({ aor: `sip:${escaped}@${DOMAIN}`, ha1: secretsOf(user) });
  }
  return network;
}

describe("RFC 3261 §19.1.2, §25.1: a raw # in the user of a phone's request is read as %23 and never written", () => {
  test.each(["INVITE", "MESSAGE", "OPTIONS"])("Request-URI and To of %s", async (method) => {
    const network = aNetwork();
    const [alice, service] = [await network.online("alice"), await network.online("*21#")];
    await alice.request(method, `sip:*21#@${DOMAIN}`);
    expect(header(await service.takeRequest(method), "to")).toBe(`<sip:*21%23@${DOMAIN}>`);
  });

  test("a user that does not exist is 404, and the answer repeats To escaped", async () => {
    const alice = await createNetwork().online("alice");
    await alice.request("MESSAGE", `sip:*99#@${DOMAIN}`);
    const refused = await alice.takeFinal("MESSAGE");
    expect([refused.status, serialize(refused).includes("#")]).toEqual([404, false]);
    expect(header(refused, "to")).toMatch(/^<sip:\*99%23@example\.com>;tag=/);
  });

  test("a request that is forwarded has no # in Request-URI, To and From", async () => {
    const network = aNetwork();
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    const { text } = alice.write("MESSAGE", "sip:*21#5#@gateway.example");
    await alice.send(text);
    const received = await bob.takeRequest("MESSAGE");
    expect(received.uri).toBe("sip:*21%235%23@gateway.example");
    expect(serialize(received)).not.toContain("#");
  });

  test.each([
    ["in brackets with a display name", `"Hash # <1>" <sip:*21#@${DOMAIN}>`, `"Hash # <1>" <sip:*21%23@${DOMAIN}>`],
    ["without brackets", `sip:*21#@${DOMAIN};x="#"`, `sip:*21%23@${DOMAIN};x="#"`],
  ])("To %s", async (_what, written, read) => {
    const alice = await createNetwork().online("alice");
    const { text } = alice.write("MESSAGE", `sip:nobody-here@${DOMAIN}`);
    await alice.send(text.replace(/To: [^\r]*/, `To: ${written}`));
    expect(header(await alice.takeFinal("MESSAGE"), "to")?.split(";tag=")[0]).toBe(read);
  });

  test("a call is cancelled by the same raw Request-URI", async () => {
    const network = aNetwork();
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    const invite = await alice.request("INVITE", "sip:*21#@gateway.example");
    await bob.answer(await bob.takeRequest("INVITE"), 180);
    const { branch, callId, cseq, fromTag } = invite;
    await alice.request("CANCEL", invite.uri, { branch, callId, cseq, fromTag });
    expect((await alice.takeFinal("CANCEL")).status).toBe(200);
    expect((await bob.takeRequest("CANCEL")).uri).not.toContain("#");
  });

  test("a # in From and To of a REGISTER registers the user", async () => {
    const network = aNetwork();
    const phone = network.phone("a#b#c");
    expect((await phone.register()).status).toBe(200);
    expect(network.state.rows.registrations.get(`sip:a%23b%23c@${DOMAIN}`)?.bindings).toHaveLength(1);
  });

  test("a # after the @ is malformed", async () => {
    const alice = await createNetwork().online("alice");
    await alice.request("MESSAGE", `sip:bob@${DOMAIN}#1`, { to: `sip:bob@${DOMAIN}` });
    expect((await alice.takeFinal("MESSAGE")).status).toBe(400);
  });
});
