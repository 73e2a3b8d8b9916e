// Stored messages on their way: phones that leave or stay silent, and a MESSAGE whose phones turn out to be gone.
import { describe, expect, test } from "@jest/globals";
import { defaultMessagePolicy } from "../../../lib/sip/policy/messages.ts";
import { inSteps } from "../../../lib/sip/state/change.ts";
import { header } from "../../../lib/sip/syntax/message.ts";
import { createNetwork, DOMAIN, secretsOf } from "../../support/phone/network.ts";
import type { Phone } from "../../support/phone/phone.ts";

const bobAor = `sip:bob@${DOMAIN}`;

async function waiting(...texts: readonly string[]) {
  const network = createNetwork();
  const alice = await network.online("alice", { flow: "alice" });
  for (const body of texts) expect((await alice.ask("MESSAGE", bobAor, { body })).status).toBe(202);
  return {
    network,
    alice,
    left: () => [...network.state.rows.storedMessages.values()].map((one) => bodyOf(one.message)),
  };
}

const bodyOf = (text: string) => text.slice(text.indexOf("\r\n\r\n") + 4);
const count = (phone: Phone) => phone.inbox.titles().filter((title) => title === "MESSAGE").length;

test("RFC 3428 §7: a stored message is sent at once if the REGISTER that takes it up is stored and a later write meets a conflict", async () => {
  let conflicts = 0;
  const network = createNetwork({}, ({ commit }) => ({
    async commit(changes) {
      const result = await commit(changes);
      const takesUp = changes.some((one) => one.kind === "registration" && one.registration.messages?.delivery);
      if (!takesUp || conflicts > 0) return result;
      conflicts += 1;
      return "conflict";
    },
  }));
  const alice = await network.online("alice");
  for (const body of ["one", "two"]) await alice.ask("MESSAGE", bobAor, { body });
  const bob = await network.online("bob");
  expect([conflicts, count(bob)]).toEqual([1, 1]);
  for (const body of ["one", "two"]) {
    const message = await bob.takeRequest("MESSAGE");
    expect(message.body).toBe(body);
    await bob.answer(message, 200);
  }
  await network.pass(60);
  expect(count(bob)).toBe(2);
});

describe("a phone that leaves before it has answered a stored message", () => {
  test("gets it at its next REGISTER, and then the others", async () => {
    const { network, left } = await waiting("one", "two");
    const bob = await network.online("bob");
    await bob.takeRequest("MESSAGE");
    await bob.close();
    const again = await network.online("bob");
    await again.answer(await again.takeRequest("MESSAGE"), 200);
    await again.answer(await again.takeRequest("MESSAGE"), 200);
    expect(left()).toEqual([]);
  });

  test("leaves it to another phone that is there", async () => {
    const { network } = await waiting("one");
    const bob = await network.online("bob", { flow: "bob-1" });
    const mobile = await network.online("bob");
    await bob.takeRequest("MESSAGE");
    await bob.close();
    expect(count(mobile)).toBe(0);
    await network.pass(36);
    expect((await mobile.takeRequest("MESSAGE")).body).toBe("one");
  });

  test("loses its connection unnoticed: another phone gets the message after the second try", async () => {
    const { network } = await waiting("one");
    const bob = await network.online("bob", { flow: "bob-1" });
    const mobile = await network.online("bob");
    await bob.takeRequest("MESSAGE");
    network.cut("bob-1");
    await network.pass(35);
    expect(count(mobile)).toBe(0);
    await network.pass(1);
    expect((await mobile.takeRequest("MESSAGE")).body).toBe("one");
  });

  test("a 2xx that comes after the connection was left is heard", async () => {
    const { network, left } = await waiting("one");
    const bob = await network.online("bob", { flow: "bob-1" });
    const message = await bob.takeRequest("MESSAGE");
    await network.signaling.flowClosed("bob-1");
    await bob.answer(message, 200);
    expect(left()).toEqual([]);
  });

  test("and the next message then goes to another phone that is there", async () => {
    const { network } = await waiting("one", "two");
    const bob = await network.online("bob", { flow: "bob-1" });
    const mobile = await network.online("bob");
    const message = await bob.takeRequest("MESSAGE");
    await network.signaling.flowClosed("bob-1");
    await bob.answer(message, 200);
    expect((await mobile.takeRequest("MESSAGE")).body).toBe("two");
  });
});

describe("a message that is announced and not yet stored", () => {
  /** Bob registers between the two writes of the last message, and takes those before it. */
  async function between(texts: readonly string[], seconds: number) {
    let meanwhile: (() => Promise<unknown>) | undefined;
    const network = createNetwork({}, ({ commit }) => ({
      async commit(changes) {
        const messages = changes.filter(({ kind }) => kind === "message");
        const act = meanwhile;
        if (act === undefined || messages.length === 0) return commit(changes);
        meanwhile = undefined;
        const result = await commit(changes.filter((change) => !messages.includes(change)));
        await act();
        return result === "conflict" ? result : commit(messages);
      },
    }));
    const alice = await network.online("alice");
    for (const body of texts) await alice.ask("MESSAGE", bobAor, { body });
    const bob = network.phone("bob");
    meanwhile = async () => {
      await bob.register();
      for (const _text of texts) await bob.answer(await bob.takeRequest("MESSAGE"), 200);
      await network.pass(seconds);
    };
    await alice.ask("MESSAGE", bobAor, { body: "last" });
    return { network, bob };
  }

  test.each([
    [0, 5],
    [12, 5],
    [28, 5],
  ])("while a phone registers is delivered if it is stored %i s later, within %i s", async (seconds, within) => {
    const { network, bob } = await between([], seconds);
    expect(count(bob)).toBe(0);
    await network.pass(within);
    expect((await bob.takeRequest("MESSAGE")).body).toBe("last");
  });

  test.each([0, 12, 28])(
    "when the one before it is answered is delivered if it is stored %i s later, when timer F of the first is over",
    async (seconds) => {
      const { network, bob } = await between(["first"], seconds);
      await network.pass(35 - seconds);
      expect((await bob.takeRequest("MESSAGE")).body).toBe("last");
      expect(count(bob)).toBe(2);
    },
  );

  test.each([[[]], [["first"]]])(
    "after %j, and never is, is looked for no longer than it may be stored",
    async (texts) => {
      const { network } = await between(texts, 60);
      expect(network.timers).toEqual([]);
    },
  );
});

describe("a phone that does not answer a stored message", () => {
  test("gets it once more, and then on a new connection", async () => {
    const { network, left } = await waiting("one");
    const bob = await network.online("bob");
    const first = await bob.takeRequest("MESSAGE");
    await network.pass(36);
    const second = await bob.takeRequest("MESSAGE");
    expect(header(second, "via")).toBe(header(first, "via"));
    await network.pass(200);
    await bob.register();
    expect(count(bob)).toBe(2);
    const back = await network.online("bob", { instance: bob.instance });
    await back.answer(await back.takeRequest("MESSAGE"), 200);
    expect(left()).toEqual([]);
    await network.pass(100);
    expect([count(bob), count(back)]).toEqual([2, 1]);
  });

  test("leaves it to the others that have registered meanwhile, one after the other, each with two tries", async () => {
    const { network, left } = await waiting("one");
    const phones = [await network.online("bob"), await network.online("bob"), await network.online("bob")];
    const counts = async () => {
      await network.pass(36);
      return phones.map(count);
    };
    expect(await counts()).toEqual([2, 0, 0]);
    await counts();
    expect((await counts()).toSorted((a, b) => a - b)).toEqual([0, 2, 2]);
    await counts();
    expect(await counts()).toEqual([2, 2, 2]);
    await network.pass(200);
    expect(phones.map(count)).toEqual([2, 2, 2]);
    for (const phone of phones) await phone.register();
    expect(phones.map(count)).toEqual([2, 2, 2]);
    const back = await network.online("bob");
    await back.answer(await back.takeRequest("MESSAGE"), 200);
    expect(left()).toEqual([]);
  });

  test("may answer late, when another one has it", async () => {
    const { network, left } = await waiting("one", "two");
    const bob = await network.online("bob");
    const mobile = await network.online("bob");
    const message = await bob.takeRequest("MESSAGE");
    await network.pass(71);
    await mobile.takeRequest("MESSAGE");
    await bob.answer(message, 480);
    expect([count(bob), count(mobile)]).toEqual([2, 1]);
    await bob.answer(message, 200);
    expect(left()).toEqual(["two"]);
  });

  test("a response that comes twice sends the next message once", async () => {
    const { network } = await waiting("one", "two", "three");
    const bob = await network.online("bob");
    const first = await bob.takeRequest("MESSAGE");
    await bob.answer(first, 200);
    await bob.answer(first, 200);
    expect(count(bob)).toBe(2);
  });

  test("another phone cannot answer for it", async () => {
    const { network, left } = await waiting("one");
    const bob = await network.online("bob");
    const message = await bob.takeRequest("MESSAGE");
    const carol = await network.online("carol");
    await carol.send(carol.writeAnswer(message, 200).replace(/branch=(.{20})/, "branch=$1x"));
    expect(left()).toEqual(["one"]);
  });
});

describe("RFC 3428 §7: a MESSAGE whose phones turn out to be gone", () => {
  test("of one phone: 202, and it waits", async () => {
    const network = createNetwork();
    const alice = await network.online("alice");
    await network.online("bob", { flow: "bob-1" });
    network.cut("bob-1");
    expect((await alice.ask("MESSAGE", bobAor, { body: "Hello" })).status).toBe(202);
    const bob = await network.online("bob");
    expect((await bob.takeRequest("MESSAGE")).body).toBe("Hello");
  });

  test("of several phones: 202 once, and it waits", async () => {
    const network = createNetwork();
    const alice = await network.online("alice");
    for (const flow of ["bob-1", "bob-2"]) await network.online("bob", { flow });
    for (const flow of ["bob-1", "bob-2"]) network.cut(flow);
    expect((await alice.ask("MESSAGE", bobAor, { body: "Hello" })).status).toBe(202);
    expect(alice.inbox.titles().filter((title) => title.endsWith(" MESSAGE"))).toEqual(["202 MESSAGE"]);
    const bob = await network.online("bob");
    await bob.answer(await bob.takeRequest("MESSAGE"), 200);
    expect(network.state.rows.storedMessages.size).toBe(0);
  });

  test.each([
    ["the same device", undefined],
    ["a device without an instance", null],
  ])("once to %s that registers while it is stored, although that meets a conflict", async (_which, instance) => {
    let comesBack: (() => Promise<unknown>) | undefined;
    const network = createNetwork({ calls: "tracked" }, ({ commit }) => ({
      async commit(changes) {
        const act = comesBack;
        if (act === undefined || !changes.some(({ kind }) => kind === "message")) return commit(changes);
        comesBack = undefined;
        for (const step of inSteps(changes)) {
          await commit(step.filter(({ kind }) => kind !== "flow gone"));
          if (step.some(({ kind }) => kind === "flow gone")) break;
        }
        await act();
        return "conflict";
      },
    }));
    const alice = await network.online("alice");
    const bob = await network.online("bob", { flow: "bob-1", ...(instance === null && { instance }) });
    network.cut("bob-1");
    const back = network.phone("bob", { instance: bob.instance });
    let taken = 0;
    const takeAll = async () => {
      for (; taken < count(back); taken += 1) await back.answer(await back.takeRequest("MESSAGE"), 200);
    };
    comesBack = async () => {
      await back.register();
      await takeAll();
    };
    await alice.request("MESSAGE", bobAor, { body: "Hello" });
    await network.pass(5);
    await takeAll();
    await back.register();
    await takeAll();
    expect(taken).toBe(1);
    expect(network.state.rows.storedMessages.size).toBe(0);
  });

  test.each([
    [480, 480, 202],
    [480, 503, 202],
    [503, 415, 415],
    [480, 415, 415],
    [480, 408, 480],
  ])("two phones that answer %i and %i: the sender gets %i", async (one, other, status) => {
    const network = createNetwork();
    const alice = await network.online("alice");
    const phones = [await network.online("bob"), await network.online("bob")];
    await alice.request("MESSAGE", bobAor, { body: "Hello" });
    for (const [at, phone] of phones.entries()) {
      await phone.answer(await phone.takeRequest("MESSAGE"), [one, other][at] ?? 0);
    }
    expect((await alice.takeFinal("MESSAGE")).status).toBe(status);
    expect(network.state.rows.storedMessages.size).toBe(status === 202 ? 1 : 0);
  });

  test.each([408, 480, 503])(
    "the only phone answers %i: the sender gets it, because no copy is kept",
    async (status) => {
      const network = createNetwork();
      const alice = await network.online("alice");
      const bob = await network.online("bob");
      await alice.request("MESSAGE", bobAor, { body: "Hello" });
      await bob.answer(await bob.takeRequest("MESSAGE"), status);
      expect((await alice.takeFinal("MESSAGE")).status).toBe(status);
      expect(network.state.rows.storedMessages.size).toBe(0);
    },
  );

  test("one of two phones takes it: 200, and nothing waits", async () => {
    const network = createNetwork();
    const alice = await network.online("alice");
    await network.online("bob", { flow: "bob-1" });
    const mobile = await network.online("bob");
    network.cut("bob-1");
    await alice.request("MESSAGE", bobAor, { body: "Hello" });
    await mobile.answer(await mobile.takeRequest("MESSAGE"), 200);
    expect((await alice.takeFinal("MESSAGE")).status).toBe(200);
    expect(network.state.rows.storedMessages.size).toBe(0);
  });
});

describe("a MESSAGE to a group", () => {
  const group = `sip:team@${DOMAIN}`;

  function aTeam(messages = defaultMessagePolicy, others: readonly string[] = []) {
    const network = createNetwork({ messages });
    const members = [bobAor, `sip:carol@${DOMAIN}`, ...others];
    network.state.addSubscriber({ aor: group, ha1: secretsOf("team"), group: members });
    return network;
  }

  test("goes to the members with a phone, and waits for the others", async () => {
    const network = aTeam();
    const alice = await network.online("alice");
    const bob = await network.online("bob");
    await alice.request("MESSAGE", group, { body: "Hello" });
    await bob.answer(await bob.takeRequest("MESSAGE"), 200);
    expect((await alice.takeFinal("MESSAGE")).status).toBe(200);
    const carol = await network.online("carol");
    expect((await carol.takeRequest("MESSAGE")).body).toBe("Hello");
  });

  test("without any phone is 202, and each member gets it", async () => {
    const network = aTeam();
    const alice = await network.online("alice");
    expect((await alice.ask("MESSAGE", group, { body: "Hello" })).status).toBe(202);
    for (const user of ["bob", "carol"]) {
      const phone = await network.online(user);
      await phone.answer(await phone.takeRequest("MESSAGE"), 200);
    }
    expect(network.state.rows.storedMessages.size).toBe(0);
  });

  test("waits for no member if it is refused: its sender writes again", async () => {
    const network = aTeam({ ...defaultMessagePolicy, longest: 65_536 }, [`sip:dave@${DOMAIN}`]);
    network.state.addSubscriber({ aor: `sip:dave@${DOMAIN}`, ha1: secretsOf("dave") });
    const alice = await network.online("alice");
    await network.online("bob");
    await network.online("dave");
    expect((await alice.ask("MESSAGE", group, { body: "x".repeat(33_000) })).status).toBe(513);
    expect(network.state.rows.storedMessages.size).toBe(0);
  });
});

describe("RFC 5627 §3.3: a MESSAGE to a GRUU whose device turns out to be gone", () => {
  test.each(["pub-gruu", "temp-gruu"])("is 480 for %s, and no other device of the user gets it", async (name) => {
    const network = createNetwork();
    const alice = await network.online("alice");
    const bob = await network.online("bob", { flow: "bob-1" });
    const ok = await bob.register(600, { lines: ["Supported: gruu"] });
    const gruu = new RegExp(`${name}="([^"]+)"`).exec(header(ok, "contact") ?? "")?.[1] ?? "";
    expect(gruu).toContain("gr");
    const other = await network.online("bob", { flow: "bob-2" });
    network.cut("bob-1");
    expect((await alice.ask("MESSAGE", gruu, { body: "Hello" })).status).toBe(480);
    await network.pass(60);
    await other.register();
    expect(network.state.rows.storedMessages.size).toBe(0);
    expect(other.inbox.titles()).not.toContain("MESSAGE");
  });
});
