// A page that is loaded again is the same device under another contact, so the URI alone does not show that a target is
// in the set already.
import { describe, expect, test } from "@jest/globals";
import { createNetwork, DOMAIN } from "../../support/phone/network.ts";

const team = `sip:team@${DOMAIN}`;
const bobAor = `sip:bob@${DOMAIN}`;

/** Bob's desk phone rings; his page waits with a lower preference, and is loaded again meanwhile. */
async function reloadedWhileWaiting() {
  const network = createNetwork({ followsRedirects: true });
  const alice = await network.online("alice");
  const register = async (flow: string, q: string, instance?: string | null) => {
    const phone = network.phone("bob", { flow, ...(instance !== undefined && { instance }) });
    const lines = [`Contact: <${phone.contact}>;+sip.instance="<${phone.instance}>";reg-id=1;q=${q}`];
    expect((await phone.ask("REGISTER", `sip:${DOMAIN}`, { to: bobAor, lines })).status).toBe(200);
    return phone;
  };
  const desk = await register("desk", "1.0");
  const page = await register("page-1", "0.5");
  await alice.request("INVITE", bobAor);
  const invite = await desk.takeRequest("INVITE");
  await desk.answer(invite, 180);
  return { network, desk, page, invite, again: () => register("page-2", "0.5", page.instance) };
}

describe("RFC 3261 §16.5: a device is in a target set once", () => {
  test.each(["cut", "still believed in by the gateway"])(
    "a page that waits as a target, was loaded again (its old connection is %s) and is named by a 302 rings once",
    async (old) => {
      const { network, desk, page, invite, ...then } = await reloadedWhileWaiting();
      if (old === "cut") network.cut("page-1");
      const again = await then.again();
      await desk.answer(invite, 302, { lines: [`Contact: <${bobAor}>`] });
      const rung = await again.takeRequest("INVITE");
      await again.answer(rung, 180);
      await network.pass(60);
      expect(again.inbox.titles().filter((title) => title === "INVITE")).toHaveLength(1);
      expect(page.inbox.titles()).not.toContain("INVITE");
    },
  );

  test("a page that rings, was loaded again and is named by a 302 rings once", async () => {
    const network = createNetwork({ followsRedirects: true });
    network.state.addSubscriber({ aor: team, ha1: {}, group: [bobAor, `sip:carol@${DOMAIN}`] });
    const [alice, carol] = [await network.online("alice"), await network.online("carol")];
    const page = await network.online("bob", { flow: "page-1" });
    await alice.request("INVITE", team);
    await page.answer(await page.takeRequest("INVITE"), 180);
    const invite = await carol.takeRequest("INVITE");
    await page.close();
    const again = await network.online("bob", { flow: "page-2", instance: page.instance });
    await carol.answer(invite, 302, { lines: [`Contact: <${bobAor}>`] });
    await network.pass(33);
    await again.answer(await again.takeRequest("INVITE"), 486);
    await alice.takeFinal("INVITE");
    expect(again.inbox.titles().filter((title) => title === "INVITE")).toHaveLength(1);
  });

  test("a page that sent no response in its turn of a group, and that a 302 names, gets no second INVITE (§9.1)", async () => {
    const network = createNetwork({ followsRedirects: true });
    network.state.addSubscriber({ aor: team, ha1: {}, group: [bobAor, `sip:carol@${DOMAIN}`], groupOrder: "in-turn" });
    const [alice, carol] = [await network.online("alice"), await network.online("carol")];
    const page = await network.online("bob", { flow: "page-1" });
    await alice.request("INVITE", team);
    const invite = await page.takeRequest("INVITE");
    const lines = [`Contact: <sip:other@bob.invalid>;+sip.instance="<${page.instance}>";reg-id=1`];
    expect((await page.ask("REGISTER", `sip:${DOMAIN}`, { to: bobAor, lines })).status).toBe(200);
    await network.pass(33);
    await carol.answer(await carol.takeRequest("INVITE"), 302, { lines: [`Contact: <${bobAor}>`] });
    expect(page.inbox.titles().filter((title) => title === "INVITE")).toHaveLength(1);
    await page.answer(invite, 200);
    await alice.takeResponse(200, "INVITE");
  });
});
