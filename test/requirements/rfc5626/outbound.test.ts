import { describe, expect, test } from "@jest/globals";
import { header, headers } from "../../../lib/sip/syntax/message.ts";
import { aCall, establish } from "../../support/phone/call.ts";
import { createNetwork, DOMAIN } from "../../support/phone/network.ts";

const bobAor = `sip:bob@${DOMAIN}`;
const outbound = ["Supported: path, gruu, outbound"];

describe("RFC 5626 §6: the registrar", () => {
  test("a reg-id of a client that knows outbound is confirmed with Require and a Flow-Timer below ten minutes", async () => {
    const ok = await createNetwork().phone("alice").register(600, { lines: outbound });
    expect([header(ok, "require"), header(ok, "flow-timer")]).toEqual(["outbound", "590"]);
  });

  test("a client that does not support outbound gets no sign that it is used", async () => {
    const ok = await createNetwork().phone("alice").register();
    expect([header(ok, "require"), header(ok, "flow-timer")]).toEqual([undefined, undefined]);
  });

  test("a reg-id that came through a first hop without outbound is 439", async () => {
    const phone = createNetwork().phone("alice");
    const lines = [...outbound, "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKinner"];
    expect((await phone.register(600, { lines })).status).toBe(439);
  });

  test("a first hop that says ob in its Path is fine", async () => {
    const phone = createNetwork().phone("alice");
    const lines = [...outbound, "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKinner", "Path: <sip:edge.invalid;lr;ob>"];
    expect((await phone.register(600, { lines })).status).toBe(200);
  });

  test("Require: outbound, gruu and path are understood", async () => {
    const ok = await createNetwork()
      .phone("alice")
      .register(600, { lines: ["Require: outbound, gruu, path"] });
    expect(ok.status).toBe(200);
  });

  test("§7: of several flows of one instance the latest is rung, and the next when that one is gone", async () => {
    const network = createNetwork();
    const alice = await network.online("alice");
    const bob = await network.online("bob");
    const second = network.phone("bob", { instance: bob.instance, flow: "second" });
    const lines = [`Contact: <${second.contact}>;+sip.instance="<${bob.instance}>";reg-id=2`];
    await second.ask("REGISTER", `sip:${DOMAIN}`, { to: bobAor, lines });
    await alice.request("INVITE", bobAor);
    await second.takeRequest("INVITE");
    expect(bob.inbox.titles()).not.toContain("INVITE");
    network.cut("second");
    await alice.request("MESSAGE", bobAor);
    await bob.takeRequest("MESSAGE");
  });

  test("§6: without reg-id the URI distinguishes bindings, whatever the instance; the latest of a device is rung", async () => {
    const network = createNetwork();
    const [alice, bob] = [await network.online("alice"), network.phone("bob")];
    const device = `;+sip.instance="<${bob.instance}>"`;
    const lines = [`Contact: <sip:one@h.invalid>${device}, <sip:two@h.invalid>${device}`];
    const ok = await bob.ask("REGISTER", `sip:${DOMAIN}`, { to: bobAor, lines });
    expect(headers(ok, "contact")).toEqual([
      expect.stringContaining("sip:one@h.invalid"),
      expect.stringContaining("sip:two@h.invalid"),
    ]);
    await alice.request("INVITE", bobAor);
    expect((await bob.takeRequest("INVITE")).uri).toBe("sip:two@h.invalid");
    expect(bob.inbox.titles().filter((title) => title === "INVITE")).toHaveLength(1);
  });

  test("§6: a REGISTER with a reg-id adds one contact, not two", async () => {
    const phone = createNetwork().phone("alice");
    const refused = await phone.register(600, { lines: [...outbound, "Contact: <sip:another@h.invalid>"] });
    expect(refused.status).toBe(400);
  });
});

describe("RFC 5626 §4.4.1: keep-alive", () => {
  test("a double CRLF is answered with one; other white space with nothing", async () => {
    const phone = createNetwork().phone("alice");
    for (const text of ["\r\n\r\n", "\r\n", "", "   "]) await phone.send(text);
    expect(phone.inbox.noise).toEqual(["\r\n"]);
  });
});

describe("RFC 3327 Path", () => {
  const path = ["Path: <sip:edge.example.net;lr>, <sip:inner.example.net;lr>", "Supported: path"];

  test("§5.3: the path comes back in the 200", async () => {
    const ok = await createNetwork().phone("bob").register(600, { lines: path });
    expect(headers(ok, "path")).toEqual(["<sip:edge.example.net;lr>", "<sip:inner.example.net;lr>"]);
  });

  test("§5.4: a request to the contact goes through the path, as Route in its order", async () => {
    const network = createNetwork();
    const [alice, bob] = [await network.online("alice"), network.phone("bob")];
    await bob.register(600, { lines: path });
    await alice.request("INVITE", bobAor);
    const invite = await bob.takeRequest("INVITE");
    expect([invite.uri, headers(invite, "route")]).toEqual([
      bob.contact,
      ["<sip:edge.example.net;lr>", "<sip:inner.example.net;lr>"],
    ]);
  });
});

describe("RFC 3261 §9.1, §17.1.1.3: CANCEL and ACK take the path of their INVITE", () => {
  const rung = async (path: string) => {
    const network = createNetwork();
    const [alice, bob] = [await network.online("alice"), network.phone("bob")];
    await bob.register(600, { lines: [path, "Supported: path"] });
    const sent = await alice.request("INVITE", bobAor);
    const invite = await bob.takeRequest("INVITE");
    await bob.answer(invite, 180);
    return { alice, bob, sent, invite };
  };
  const loose = "Path: <sip:edge.example.net;lr>, <sip:inner.example.net;lr>";

  test.each([loose, "Path: <sip:strict.example.net>"])("a CANCEL has its Route and Request-URI (%s)", async (path) => {
    const { alice, bob, sent, invite } = await rung(path);
    await alice.request("CANCEL", bobAor, sent);
    const cancel = await bob.takeRequest("CANCEL");
    expect([cancel.uri, headers(cancel, "route")]).toEqual([invite.uri, headers(invite, "route")]);
  });

  test.each([loose, "Path: <sip:strict.example.net>"])("the ACK of a refusal has it, too (%s)", async (path) => {
    const { bob, invite } = await rung(path);
    await bob.answer(invite, 486);
    const ack = await bob.takeRequest("ACK");
    expect([ack.uri, headers(ack, "route")]).toEqual([invite.uri, headers(invite, "route")]);
  });
});

test("RFC 3608 §6.3: the Service-Route leads back to this server, and a request with it is accepted", async () => {
  const network = createNetwork();
  const alice = network.phone("alice");
  const route = header(await alice.register(), "service-route") ?? "";
  const bob = await network.online("bob");
  await alice.request("INVITE", bobAor, { routes: [route] });
  await bob.takeRequest("INVITE");
});

describe("a phone that left its old connection without closing it", () => {
  /** Bob changes the network; the gateway keeps his old connection open and accepts messages for it. */
  async function walk(after = 120) {
    const swallowed: string[] = [];
    const network = createNetwork({}, (ports) => ({
      post: (flow, text) => {
        if (flow !== "bob-1" || !isBelieved) return ports.post(flow, text);
        swallowed.push(text);
        return Promise.resolve("delivered");
      },
      close: (flow) => {
        closed.push(flow);
        isBelieved = isBelieved && flow !== "bob-1";
        return ports.close(flow);
      },
    }));
    const closed: string[] = [];
    let isBelieved = false;
    const alice = await network.online("alice");
    const bob = await network.online("bob", { flow: "bob-1" });
    const call = await establish(alice, bob);
    await network.pass(after);
    isBelieved = true;
    const back = await network.online("bob", { instance: bob.instance });
    return { network, alice, back, call, closed, swallowed };
  }

  test.each([120, 2])(
    "after %i s its registration on the new one closes the old one, and its calls go on there",
    async (seconds) => {
      const { alice, back, call, closed, swallowed } = await walk(seconds);
      expect(closed).toEqual(["bob-1"]);
      await alice.inDialog("INFO", call.caller);
      await back.answer(await back.takeRequest("INFO"), 200);
      expect((await alice.takeFinal("INFO")).status).toBe(200);
      expect(swallowed).toEqual([]);
    },
  );

  test("its new binding survives the end of the old connection", async () => {
    const { network, back } = await walk();
    expect(network.state.rows.registrations.get(bobAor)?.bindings).toHaveLength(1);
    await back.register();
    expect([...network.state.rows.flows.values()].filter(({ closedAt }) => closedAt === undefined)).toHaveLength(2);
  });

  test("it may do so again and again: the same user agent replaces itself", async () => {
    const { register, closed } = pages();
    for (const flow of ["1", "2", "3", "4", "5", "6", "7"]) await register(flow, "the-page");
    expect(closed).toEqual(["1", "2", "3", "4", "5", "6"]);
  });

  test("a page that was loaded again closes the connection it had before, each time", async () => {
    const { register, closed } = pages();
    for (const flow of ["1", "2", "3", "4"]) await register(flow, `page-${flow}`);
    expect(closed).toEqual(["1", "2", "3"]);
  });

  test.each([2, 3, 4])(
    "%i pages that share an instance by mistake close each other once and then take turns",
    async (count) => {
      const { network, register, closed } = pages();
      const turn = async (round: number): Promise<void> => {
        for (let page = 1; page <= count; page += 1) {
          await register(`${page}.${round}`, `page-${page}`);
          await network.pass(5);
        }
      };
      await turn(1);
      await turn(2);
      const settled = closed.length;
      for (let round = 3; round < 20; round += 1) await turn(round);
      expect(settled).toBeLessThan(2 * count);
      expect(closed).toHaveLength(settled);
    },
  );

  test("pages that share an instance and begin with a new Call-ID each time stop closing each other", async () => {
    const { network, register, closed } = pages();
    for (let turn = 0; turn < 40; turn += 1) {
      await register(`connection-${turn}`, `call-id-${turn}`);
      await network.pass(2);
    }
    expect(closed.length).toBeLessThan(6);
  });

  test("after they took turns, a page that changes its network still closes its own old connection", async () => {
    const { register, closed } = pages();
    await register("a1", "page-a");
    await register("b1", "page-b");
    await register("a2", "page-a");
    closed.length = 0;
    await register("a3", "page-a");
    expect(closed).toEqual(["a2"]);
  });

  /**
   * Pages of bob with one instance. The gateway closes connections on request, and no page notices that its own was
   * closed.
   */
  function pages() {
    const closed: string[] = [];
    const network = createNetwork({}, () => ({ close: (flow) => (closed.push(flow), Promise.resolve()) }));
    const instance = "urn:uuid:0b2f5a6e-9c1d-4e8f-8a7b-6c5d4e3f2a1b";
    let cseq = 0;
    return {
      network,
      closed,
      async register(flow: string, callId: string): Promise<void> {
        const phone = network.phone("bob", { flow, instance });
        expect((await phone.register(600, { callId, cseq: (cseq += 1) })).status).toBe(200);
      },
    };
  }
});

describe("ends that are lost while a call rings", () => {
  test("an INVITE that found its phone on a new flow is not sent there again by the timer", async () => {
    const network = createNetwork();
    const alice = await network.online("alice");
    const bob = await network.online("bob", { flow: "bob-1" });
    let back = bob;
    let isRacing = true;
    const look = network.state.read;
    network.state.read = async (keys) => {
      const seen = await look(keys);
      if (isRacing && keys.registrations?.[0] === bobAor && keys.subscribers !== undefined) {
        isRacing = false; // between the look and the post, bob changes his connection
        network.cut("bob-1");
        back = await network.online("bob", { flow: "bob-2", instance: bob.instance });
      }
      return seen;
    };
    await alice.request("INVITE", bobAor);
    await back.answer(await back.takeRequest("INVITE"), 180);
    await network.pass(32);
    expect(back.inbox.titles().filter((title) => title === "INVITE")).toHaveLength(1);
  });

  test("no further phone rings for a caller that vanished, not even by forwarding", async () => {
    const network = createNetwork();
    const [alice, bob, carol] = [
      await network.online("alice"),
      await network.online("bob"),
      await network.online("carol"),
    ];
    const forwarding = { noAnswer: carol.aor };
    network.state.addSubscriber({ aor: bobAor, ha1: {}, ringSeconds: 20, forwarding });
    await alice.request("INVITE", bobAor);
    await bob.answer(await bob.takeRequest("INVITE"), 180);
    await alice.close();
    await network.pass(60);
    await bob.takeRequest("CANCEL");
    expect(carol.inbox.titles()).not.toContain("INVITE");
  });

  test("a phone that drops while ringing and comes back rings again at the next timer, and can answer", async () => {
    const network = createNetwork();
    const alice = await network.online("alice");
    const bob = await network.online("bob", { flow: "bob-1" });
    await alice.request("INVITE", bobAor, { body: "v=0\r\n" });
    await bob.answer(await bob.takeRequest("INVITE"), 180);
    network.cut("bob-1");
    const back = await network.online("bob", { instance: bob.instance });
    await network.pass(32);
    const again = await back.takeRequest("INVITE");
    expect(again.body).toBe("v=0\r\n");
    await back.answer(again, 200);
    await alice.takeResponse(200, "INVITE");
  });

  test("one that is still away at the first timer is looked for again", async () => {
    const network = createNetwork();
    const alice = await network.online("alice");
    const bob = await network.online("bob", { flow: "bob-1" });
    await alice.request("INVITE", bobAor);
    await bob.answer(await bob.takeRequest("INVITE"), 180);
    await network.pass(30);
    await bob.close();
    await network.pass(7);
    const back = await network.online("bob", { instance: bob.instance });
    await network.pass(2);
    await back.takeRequest("INVITE");
  });

  test("one that drops only after the first timer rings again too", async () => {
    const network = createNetwork();
    const alice = await network.online("alice");
    const bob = await network.online("bob", { flow: "bob-1" });
    await alice.request("INVITE", bobAor);
    await bob.answer(await bob.takeRequest("INVITE"), 180);
    await network.pass(40);
    await bob.close();
    const back = await network.online("bob", { instance: bob.instance });
    await network.pass(32);
    await back.takeRequest("INVITE");
  });

  test("a caller whose $disconnect was lost stops the ringing too, once an answer could not be delivered", async () => {
    const network = createNetwork();
    const alice = await network.online("alice", { flow: "alice-1" });
    const bob = await network.online("bob");
    await alice.request("INVITE", bobAor);
    network.cut("alice-1");
    await bob.answer(await bob.takeRequest("INVITE"), 180);
    await network.pass(32);
    await bob.takeRequest("CANCEL");
  });

  test("a caller that vanishes only after the first timer stops the ringing at the second", async () => {
    const { network, alice, bob } = await aCall();
    await bob.answer(await bob.takeRequest("INVITE"), 180);
    await network.pass(40);
    await alice.close();
    await network.pass(32);
    await bob.takeRequest("CANCEL");
  });

  test("however long a phone rings, its call takes fewer timers than Lambda takes for a loop", async () => {
    const { network, alice, bob } = await aCall({ ringSeconds: 900 });
    await bob.answer(await bob.takeRequest("INVITE"), 180);
    const before = network.notes.length;
    for (let renewed = 0; renewed < 3; renewed += 1) {
      await network.pass(400);
      await Promise.all([alice.register(), bob.register()]);
    }
    const timers = network.notes.slice(before).filter(({ event }) => event === "timer");
    expect(timers.length).toBeLessThan(16);
  });

  test("however long a phone stays away, its call takes fewer timers than Lambda takes for a loop", async () => {
    const network = createNetwork({ ringSeconds: 900 });
    const alice = await network.online("alice");
    const bob = await network.online("bob", { flow: "bob-1" });
    await alice.request("INVITE", bobAor);
    await bob.answer(await bob.takeRequest("INVITE"), 180);
    await bob.close();
    const before = network.notes.length;
    for (let renewed = 0; renewed < 3; renewed += 1) {
      await network.pass(400);
      await alice.register();
    }
    const timers = network.notes.slice(before).filter(({ event }) => event === "timer");
    expect(timers.length).toBeLessThan(16);
  });

  test("a caller that vanishes stops the ringing at the next timer", async () => {
    const { network, alice, bob } = await aCall();
    const invite = await bob.takeRequest("INVITE");
    await bob.answer(invite, 180);
    await alice.close();
    await network.pass(32);
    await bob.answer(await bob.takeRequest("CANCEL"), 200);
    await bob.answer(invite, 487);
    await bob.takeRequest("ACK");
    await network.pass(600);
    expect(network.timers).toEqual([]);
  });

  test("a caller that came back on another flow still wants its call", async () => {
    const network = createNetwork();
    const alice = await network.online("alice");
    const bob = await network.online("bob");
    await alice.request("INVITE", bobAor);
    const invite = await bob.takeRequest("INVITE");
    await bob.answer(invite, 180);
    await alice.close();
    const back = await network.online("alice", { instance: alice.instance });
    await network.pass(32);
    expect(bob.inbox.titles()).not.toContain("CANCEL");
    await bob.answer(invite, 200);
    await back.takeResponse(200, "INVITE");
  });
});
