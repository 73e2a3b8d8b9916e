import { describe, expect, test } from "@jest/globals";
import { headers, type SipResponse } from "../../../lib/sip/syntax/message.ts";
import { createNetwork, DOMAIN } from "../../support/phone/network.ts";

const DEVICE = '+sip.instance="<urn:uuid:0f0e>";reg-id=1';
const [NEW, OLD] = [`<sip:new@a.invalid>;${DEVICE}`, `<sip:old@a.invalid>;expires=0;${DEVICE}`];

function bound(answer: SipResponse): unknown {
  return [answer.status, headers(answer, "contact").map((contact) => contact.slice(0, contact.indexOf(">") + 1))];
}

describe("RFC 5626 §6, RFC 3261 §10.3 step 7: a REGISTER that names a device's new contact and removes its old one leaves the new one, in any order", () => {
  test.each([
    ["the new one first", [NEW, OLD]],
    ["the old one first", [OLD, NEW]],
    ["the old one on both sides", [OLD, NEW, OLD]],
  ])("%s", async (_what, contacts) => {
    const network = createNetwork();
    const alice = network.phone("alice");
    const lines = [`Contact: ${contacts.join(", ")}`];
    const before = { to: alice.aor, callId: "c", cseq: 1, lines: [`Contact: <sip:old@a.invalid>;${DEVICE}`] };
    await alice.ask("REGISTER", `sip:${DOMAIN}`, before);
    const moved = { ...before, cseq: 3, lines };
    expect(bound(await alice.ask("REGISTER", `sip:${DOMAIN}`, moved))).toEqual([200, ["<sip:new@a.invalid>"]]);
    // §17.2.2: the same request again is answered as before
    expect(bound(await alice.ask("REGISTER", `sip:${DOMAIN}`, moved))).toEqual([200, ["<sip:new@a.invalid>"]]);
    expect(
      network.state.rows.registrations.get(alice.aor)?.bindings.filter((b) => b.expiresAt > network.now()),
    ).toHaveLength(1);
  });

  test.each([
    ["without a binding before", [NEW, OLD], ["<sip:new@a.invalid>"]],
    ["of the same URI: as it stands last", [NEW, NEW.replace(DEVICE, `expires=0;${DEVICE}`)], []],
    ["of another reg-id: both flows are apart", [NEW, OLD.replace("reg-id=1", "reg-id=2")], ["<sip:new@a.invalid>"]],
    ["alone: the flow ends", [OLD], []],
  ])("%s", async (_what, contacts, left) => {
    const alice = createNetwork().phone("alice");
    const lines = [`Contact: ${contacts.join(", ")}`];
    expect(bound(await alice.ask("REGISTER", `sip:${DOMAIN}`, { to: alice.aor, lines }))).toEqual([200, left]);
  });
});
