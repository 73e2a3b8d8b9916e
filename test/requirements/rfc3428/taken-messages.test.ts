// A stored message that a device has taken, while its row is still there: the registration is stored first, and then the row is
// removed. Another process may come between the two writes, and the one that has to remove it may end.
import { describe, expect, test } from "@jest/globals";
import { createNetwork, DOMAIN } from "../../support/phone/network.ts";
import type { Phone } from "../../support/phone/phone.ts";

const bobAor = `sip:bob@${DOMAIN}`;

const bodyOf = (text: string) => text.slice(text.indexOf("\r\n\r\n") + 4);
const count = (phone: Phone) => phone.inbox.titles().filter((title) => title === "MESSAGE").length;

/** Texts to bob, who is away. `between` is called once, between the two writes. */
async function waiting(texts: readonly string[]) {
  let between: (() => Promise<unknown>) | undefined;
  const network = createNetwork({}, ({ commit }) => ({
    async commit(changes) {
      const gone = changes.filter(({ kind }) => kind === "message gone");
      const act = between;
      if (act === undefined || gone.length === 0 || gone.length === changes.length) return commit(changes);
      between = undefined;
      const result = await commit(changes.filter((change) => !gone.includes(change)));
      await act();
      return result === "conflict" ? result : commit(gone);
    },
  }));
  const alice = await network.online("alice");
  const write = (body: string) => alice.ask("MESSAGE", bobAor, { body });
  for (const body of texts) expect((await write(body)).status).toBe(202);
  return {
    network,
    write,
    left: () => [...network.state.rows.storedMessages.values()].map(({ message }) => bodyOf(message)),
    onceBetween: (act: () => Promise<unknown>) => {
      between = act;
    },
    isBetween: () => between === undefined,
  };
}

const processEnds = () => Promise.reject(new Error("the process has ended"));

async function take(phone: Phone, body: string, status = 200) {
  const message = await phone.takeRequest("MESSAGE");
  expect(message.body).toBe(body);
  await phone.answer(message, status).catch(() => undefined);
}

describe("RFC 3428 §7: a stored message that a phone has taken, and whose row is still there,", () => {
  test("goes to no other phone that registers meanwhile", async () => {
    const { network, left, onceBetween, isBetween } = await waiting(["refused", "taken"]);
    const bob = await network.online("bob");
    const mobile = network.phone("bob");
    await take(bob, "refused", 480);
    onceBetween(async () => {
      await mobile.register();
      await take(mobile, "refused");
    });
    await take(bob, "taken");
    expect(isBetween()).toBe(true);
    await network.pass(100);
    expect([count(bob), count(mobile)]).toEqual([2, 1]);
    expect(left()).toEqual([]);
  });

  test("goes to no phone after its process has ended, and the next REGISTER removes it", async () => {
    const { network, left, onceBetween } = await waiting(["refused", "taken"]);
    const bob = await network.online("bob");
    await take(bob, "refused", 480);
    onceBetween(processEnds);
    await take(bob, "taken");
    expect(left()).toEqual(["refused", "taken"]);
    const mobile = await network.online("bob");
    await take(mobile, "refused");
    await network.pass(200);
    for (const phone of [bob, mobile]) await phone.register();
    expect([count(bob), count(mobile)]).toEqual([2, 1]);
    expect(left()).toEqual([]);
  });

  test("is not sent again by the look for a message that was announced", async () => {
    const { network, left, onceBetween, isBetween } = await waiting(["refused", "taken"]);
    const mobile = await network.online("bob");
    for (const text of ["refused", "taken"]) await take(mobile, text, 480);
    const bob = await network.online("bob");
    await take(bob, "refused", 480);
    onceBetween(() => network.pass(10));
    await take(bob, "taken");
    expect(isBetween()).toBe(true);
    await network.pass(100);
    expect([count(mobile), count(bob)]).toEqual([2, 2]);
    expect(left()).toEqual(["refused"]);
  });

  test("does not come again when the process of the REGISTER that removes it ends before the removal", async () => {
    const { network, left, onceBetween } = await waiting(["refused", "taken"]);
    const bob = await network.online("bob");
    await take(bob, "refused", 480);
    onceBetween(processEnds);
    await take(bob, "taken");
    onceBetween(processEnds);
    await bob.register().catch(() => undefined);
    const mobile = await network.online("bob");
    await take(mobile, "refused");
    await network.pass(200);
    await mobile.register();
    expect([count(bob), count(mobile)]).toEqual([2, 1]);
    expect(left()).toEqual([]);
  });

  test("was the last of many: it does not come with the next one", async () => {
    const texts = Array.from({ length: 12 }, (_, at) => `text ${at}`);
    const { network, write, left, onceBetween, isBetween } = await waiting(texts);
    await network.pass(31); // none is being stored any more
    const bob = await network.online("bob");
    onceBetween(processEnds);
    for (const text of texts) await take(bob, text);
    expect(isBetween()).toBe(true);
    expect(left()).toEqual(["text 11"]);
    await bob.close();
    expect((await write("new")).status).toBe(202);
    const back = await network.online("bob", { instance: bob.instance });
    await take(back, "new");
    await network.pass(200);
    expect(count(back)).toBe(1);
  });
});
