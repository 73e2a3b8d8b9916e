import { expect, test } from "@jest/globals";
import { serialize } from "../../../lib/sip/syntax/serialize.ts";
import { createNetwork, DOMAIN } from "../../support/phone/network.ts";

test("RFC 3323: nothing in the INVITE of a caller that withholds its identity names it, nor in the tokens", async () => {
  const network = createNetwork();
  const [alice, bob] = [await network.online("alice"), await network.online("bob")];
  await alice.request("INVITE", `sip:bob@${DOMAIN}`, {
    from: "sip:anonymous@anonymous.invalid",
    lines: ["Privacy: id"],
  });
  const text = serialize(await bob.takeRequest("INVITE")).replace(/From: "alice"/, "");
  const readable = [
    text,
    ...(text.match(/[\w-]{40,}/g) ?? []).map((token) => Buffer.from(token, "base64url").toString()),
  ];
  expect(readable.filter((part) => part.includes(alice.aor) || part.includes("alice@"))).toEqual([]);
});
