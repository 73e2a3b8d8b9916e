import { describe, expect, test } from "@jest/globals";
import { header, headers, withFirstValue } from "../../../lib/sip/syntax/message.ts";
import { establish } from "../../support/phone/call.ts";
import { createNetwork, DOMAIN } from "../../support/phone/network.ts";

const bobAor = `sip:bob@${DOMAIN}`;

describe("RFC 3261 §22.3 credentials", () => {
  test("credentials for our realm are removed before a request is forwarded, those for other realms stay", async () => {
    const network = createNetwork();
    const bob = await network.online("bob");
    const alice = network.phone("alice");
    const sent = await alice.request("INVITE", bobAor, { callId: "one" });
    const ours = alice.credentials(await alice.takeFinal("INVITE"), sent);
    const theirs = 'Proxy-Authorization: Digest username="a", realm="elsewhere", nonce="n", uri="sip:x", response="r"';
    await alice.request("INVITE", bobAor, { callId: "one", lines: [theirs, ours] });
    const invite = await bob.takeRequest("INVITE");
    expect(headers(invite, "proxy-authorization")).toEqual([expect.stringContaining("elsewhere")]);
    expect(JSON.stringify(network.timers)).not.toContain("c0ffee");
  });

  test.each(["Proxy-Authorization", "Authorization"])(
    "credentials for our realm in %s of a flow that is logged in are removed too",
    async (name) => {
      const network = createNetwork();
      const [alice, bob] = [await network.online("alice"), await network.online("bob")];
      const ours = `${name}: Digest username="alice", realm="${DOMAIN}", nonce="bobs", uri="${bobAor}", response="c0ffee"`;
      await alice.request("INVITE", bobAor, { lines: [ours] });
      expect(headers(await bob.takeRequest("INVITE"), name.toLowerCase())).toEqual([]);
    },
  );

  test.each([
    [401, "WWW-Authenticate", `Digest realm="${DOMAIN}", nonce="bobs", algorithm=MD5`],
    [407, "Proxy-Authenticate", `Digest realm="EXAMPLE.com", nonce="bobs", algorithm=MD5`],
    [401, "WWW-Authenticate", `Bearer realm="${DOMAIN}", authz_server="https://bob.example"`],
    [401, "WWW-Authenticate", `Digest realm="x", nonce="1", realm="${DOMAIN}", nonce="bobs"`],
  ])(
    "§22.1: a phone cannot challenge another for credentials of our realm: %i, %s: %s",
    async (status, name, value) => {
      const network = createNetwork();
      const [alice, bob] = [await network.online("alice"), await network.online("bob")];
      const lines = [`${name}: ${value}`];
      await alice.request("INVITE", bobAor);
      await bob.answer(await bob.takeRequest("INVITE"), status, { lines });
      expect(headers(await alice.takeFinal("INVITE"), name.toLowerCase())).toEqual([]);
      await alice.request("MESSAGE", bobAor); // forwarded without state
      await bob.answer(await bob.takeRequest("MESSAGE"), status, { lines });
      expect(headers(await alice.takeFinal("MESSAGE"), name.toLowerCase())).toEqual([]);
      const { caller } = await establish(alice, bob);
      await alice.inDialog("BYE", caller);
      await bob.answer(await bob.takeRequest("BYE"), status, { lines });
      expect(headers(await alice.takeFinal("BYE"), name.toLowerCase())).toEqual([]);
    },
  );

  test("credentials with an algorithm that the deployment does not offer are refused as the client's mistake (RFC 7616 §3.4)", async () => {
    const network = createNetwork({ digestAlgorithms: ["SHA-256"] });
    const alice = network.phone("alice");
    const sent = await alice.request("REGISTER", `sip:${DOMAIN}`, { to: alice.aor });
    const challenged = await alice.takeFinal("REGISTER");
    const asMd5 = withFirstValue(
      challenged,
      "www-authenticate",
      header(challenged, "www-authenticate")?.replace("SHA-256", "MD5"),
    );
    await alice.request("REGISTER", `sip:${DOMAIN}`, { to: alice.aor, lines: [alice.credentials(asMd5, sent)] });
    expect((await alice.takeFinal("REGISTER")).status).toBe(400);
  });
});
