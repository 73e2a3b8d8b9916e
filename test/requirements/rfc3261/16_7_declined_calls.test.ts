// A 6xx refuses a call for all devices of a user, also for those that register, come back or wake before the others have
// confirmed their CANCEL.
import { describe, expect, test } from "@jest/globals";
import type { Settings } from "../../../lib/sip/policy/settings.ts";
import { createNetwork, DOMAIN, type Line, type Network } from "../../support/phone/network.ts";
import type { Phone } from "../../support/phone/phone.ts";
import { bobOnline, push } from "../rfc8599/sleeping-phone.ts";

const bobAor = `sip:bob@${DOMAIN}`;

/** The look of the first timer. */
const LOOK = 32;

/** Alice's call rings two phones of bob. */
async function ringing(settings: Partial<Settings> = {}, line: Line = {}) {
  const network = createNetwork(settings);
  const alice = await network.online("alice");
  const desk = await network.online("bob");
  const mobile = await network.online("bob", line);
  await alice.request("INVITE", bobAor);
  await mobile.answer(await mobile.takeRequest("INVITE"), 180);
  return { network, alice, mobile, decline: async () => desk.answer(await desk.takeRequest("INVITE"), 603) };
}

/** Bob's desk phone declines a call while its INVITE to his mobile phone, which has lost its connection, is on its way. */
async function declinedWhilePosted(settings: Partial<Settings>, online: (network: Network) => Promise<Phone>) {
  let desk: Phone | undefined;
  let comesBack = (): Promise<unknown> => Promise.resolve();
  const network: Network = createNetwork(settings, ({ post }) => ({
    async post(flow, text) {
      if (flow === "mobile" && text.startsWith("INVITE") && desk !== undefined) {
        await desk.answer(await desk.takeRequest("INVITE"), 603);
        await comesBack();
      }
      return post(flow, text);
    },
  }));
  const alice = await network.online("alice");
  desk = await network.online("bob");
  const mobile = await online(network);
  network.cut("mobile");
  return { network, alice, mobile, onReturn: (register: () => Promise<unknown>) => void (comesBack = register) };
}

describe("RFC 3261 §16.7 step 5: after a 6xx no device is rung any more", () => {
  test.each(["at once", "with the next look"] as const)("that registers meanwhile, ringOnReturn: %s", async (when) => {
    const { network, decline } = await ringing({ ringOnReturn: when });
    await decline();
    const tablet = await network.online("bob");
    await network.pass(LOOK);
    expect(tablet.inbox.titles()).not.toContain("INVITE");
  });

  test("that comes back on another connection, and the caller gets the 6xx", async () => {
    const { network, alice, mobile, decline } = await ringing({}, { flow: "mobile" });
    network.cut("mobile");
    await decline();
    const back = await network.online("bob", { instance: mobile.instance });
    await network.pass(LOOK);
    expect(back.inbox.titles()).not.toContain("INVITE");
    await alice.takeResponse(603, "INVITE");
  });

  test("that is found on another connection when its INVITE cannot be delivered", async () => {
    const { network, alice, mobile, onReturn } = await declinedWhilePosted({}, (one) =>
      one.online("bob", { flow: "mobile" }),
    );
    const back = network.phone("bob", { instance: mobile.instance });
    onReturn(() => back.register());
    await alice.request("INVITE", bobAor);
    expect(back.inbox.titles()).not.toContain("INVITE");
    await alice.takeResponse(603, "INVITE");
  });

  test("by a push, because its connection is gone", async () => {
    const { network, alice } = await declinedWhilePosted({ push }, (one) => bobOnline(one, { flow: "mobile" }));
    await alice.request("INVITE", bobAor);
    expect(network.pushes.sent).toEqual([]);
    await alice.takeResponse(603, "INVITE");
  });
});
