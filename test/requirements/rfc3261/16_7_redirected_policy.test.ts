// RFC 3261 §16.7 step 4, §16.5: the policy of the user that a followed 302 names holds for the call. A call that it forwards
// carries Diversion (RFC 5806) and History-Info (RFC 7044).
import { describe, expect, test } from "@jest/globals";
import { header, headers } from "../../../lib/sip/syntax/message.ts";
import type { Subscriber } from "../../../lib/sip/state/subscriber.ts";
import { createNetwork, DOMAIN, secretsOf } from "../../support/phone/network.ts";

const BOB = `sip:bob@${DOMAIN}`;
const CAROL = `sip:carol@${DOMAIN}`;
const DAVE = `sip:dave@${DOMAIN}`;

/** Alice calls Bob, and Bob's phone redirects her to the address, which has this policy. */
async function redirected(policy: Partial<Subscriber>, to = CAROL) {
  const network = createNetwork({ followsRedirects: true });
  network.state.addSubscriber({ aor: DAVE, ha1: secretsOf("dave") });
  network.state.addSubscriber({ aor: to, ha1: secretsOf("carol"), ...policy });
  const [alice, bob, carol, dave] = [
    await network.online("alice"),
    await network.online("bob"),
    await network.online("carol"),
    await network.online("dave"),
  ];
  await alice.request("INVITE", BOB);
  await bob.answer(await bob.takeRequest("INVITE"), 302, { lines: [`Contact: <${to}>`] });
  return { network, alice, bob, carol, dave };
}

describe("a 302 is followed to a user", () => {
  test("that is busy: its forwarding on busy applies", async () => {
    const { alice, carol, dave } = await redirected({ forwarding: { busy: DAVE } });
    await carol.answer(await carol.takeRequest("INVITE"), 486);
    const forwarded = await dave.takeRequest("INVITE");
    expect(header(forwarded, "diversion")).toContain("reason=user-busy");
    await dave.answer(forwarded, 200);
    await alice.takeResponse(200, "INVITE");
  });

  test("that does not answer: its ring time and its forwarding apply", async () => {
    const { network, carol, dave } = await redirected({ ringSeconds: 20, forwarding: { noAnswer: DAVE } });
    const rung = await carol.takeRequest("INVITE");
    await carol.answer(rung, 180);
    await network.pass(21);
    await carol.takeRequest("CANCEL");
    await carol.answer(rung, 487);
    expect(header(await dave.takeRequest("INVITE"), "diversion")).toContain("reason=no-answer");
  });

  test("that forwards every call: Diversion and History-Info say so", async () => {
    const { dave } = await redirected({ forwarding: { always: DAVE } });
    const forwarded = await dave.takeRequest("INVITE");
    expect(header(forwarded, "diversion")).toContain(`<${CAROL}>;reason=unconditional`);
    expect(headers(forwarded, "history-info").join()).toContain(`<${DAVE};cause=302>`);
  });

  test("a group whose members ring in turn: each has its time", async () => {
    const group: Partial<Subscriber> = { ha1: {}, group: [CAROL, DAVE], groupOrder: "in-turn", groupSeconds: 10 };
    const { network, carol, dave } = await redirected(group, `sip:sales@${DOMAIN}`);
    const rung = await carol.takeRequest("INVITE");
    await carol.answer(rung, 180);
    await network.pass(12);
    await carol.takeRequest("CANCEL");
    await expect(dave.takeRequest("INVITE")).resolves.toBeDefined();
  });
});

test("a 302 of one phone while another one rings leaves the called user's own forwarding in force", async () => {
  const network = createNetwork({ followsRedirects: true });
  network.state.addSubscriber({ aor: DAVE, ha1: secretsOf("dave") });
  network.state.addSubscriber({ aor: BOB, ha1: secretsOf("bob"), forwarding: { busy: DAVE } });
  network.state.addSubscriber({ aor: CAROL, ha1: secretsOf("carol"), forwarding: { busy: `sip:alice@${DOMAIN}` } });
  const alice = await network.online("alice");
  const [desk, mobile] = [await network.online("bob"), await network.online("bob")];
  const [carol, dave] = [await network.online("carol"), await network.online("dave")];
  await alice.request("INVITE", BOB);
  const rung = await mobile.takeRequest("INVITE");
  await mobile.answer(rung, 180);
  await desk.answer(await desk.takeRequest("INVITE"), 302, { lines: [`Contact: <${CAROL}>`] });
  await mobile.answer(rung, 486);
  await carol.answer(await carol.takeRequest("INVITE"), 486);
  expect(header(await dave.takeRequest("INVITE"), "diversion")).toContain(`<${BOB}>;reason=user-busy`);
});
