// The dialog package: watchers see the calls of a user, as busy lamps.
import { describe, expect, test } from "@jest/globals";
import { header, type SipRequest } from "../../../lib/sip/syntax/message.ts";
import { MAX_LIST_SIZE } from "../../../lib/sip/policy/events.ts";
import { parseXml } from "../../../lib/sip/syntax/xml.ts";
import { establish } from "../../support/phone/call.ts";
import { createNetwork, secretsOf } from "../../support/phone/network.ts";
import { type Phone, tagIn } from "../../support/phone/phone.ts";
import { notifies, subscribe, takeNotify, watch } from "../../support/phone/watcher.ts";

const ALICE = "sip:alice@example.com";
const BOB = "sip:bob@example.com";

/** The dialogs of a document: `initiator early`. */
function dialogsIn({ body }: SipRequest): readonly string[] {
  const elements = [...body.matchAll(/<dialog ([^>]*)><state>(\w+)<\/state>/g)];
  return elements.map(([, attributes = "", state]) => `${/direction="(\w+)"/.exec(attributes)?.[1]} ${state}`);
}

function attributeIn({ body }: SipRequest, name: string): string | undefined {
  return new RegExp(`<dialog [^>]*\\b${name}="([^"]*)"`).exec(body)?.[1];
}

/** How its dialog is named. */
function namesIn(document: SipRequest) {
  const [callId = "", local = "", remote = ""] = ["call-id", "local-tag", "remote-tag"].map((name) =>
    attributeIn(document, name),
  );
  return { callId, local, remote };
}

async function nextDialogs(phone: Phone): Promise<readonly string[]> {
  return dialogsIn(await takeNotify(phone));
}

/** The NOTIFYs that have come since the first. */
async function all(phone: Phone): Promise<(readonly string[])[]> {
  const seen: (readonly string[])[] = [];
  while (notifies(phone) > seen.length + 1) seen.push(await nextDialogs(phone));
  return seen;
}

/** Carol watches the user's calls. */
async function aWatched(user: string, settings = {}) {
  const network = createNetwork(settings);
  const [alice, bob, carol] = [
    await network.online("alice"),
    await network.online("bob"),
    await network.online("carol"),
  ];
  const watching = await watch(carol, `sip:${user}@example.com`, { event: "dialog" });
  return { network, alice, bob, carol, watching };
}

describe("RFC 4235 §3.7: the states of a call", () => {
  test.each([
    ["alice", "initiator"],
    ["bob", "recipient"],
  ])("of %s are trying, early, confirmed and terminated", async (user, direction) => {
    const { alice, bob, carol, watching } = await aWatched(user);
    expect(dialogsIn(watching.first)).toEqual([]);
    const invite = await alice.request("INVITE", BOB);
    expect(await nextDialogs(carol)).toEqual([`${direction} trying`]);
    const received = await bob.takeRequest("INVITE");
    await bob.answer(received, 180);
    expect(await nextDialogs(carol)).toEqual([`${direction} early`]);
    await bob.answer(received, 200);
    expect(await nextDialogs(carol)).toEqual([`${direction} confirmed`]);
    const dialog = alice.dialogAsCaller(invite, await alice.takeResponse(200, "INVITE"));
    await alice.inDialog("BYE", dialog);
    expect(await nextDialogs(carol)).toEqual([`${direction} terminated`]);
    const { first } = await watch(carol, `sip:${user}@example.com`, { event: "dialog", within: watching });
    expect(dialogsIn(first)).toEqual([`${direction} terminated`]);
  });

  test("a refused call is terminated, and a next one stands without it", async () => {
    const { alice, bob, carol } = await aWatched("bob");
    for (const before of [[], []]) {
      await alice.request("INVITE", BOB);
      expect(await nextDialogs(carol)).toEqual([...before, "recipient trying"]);
      await bob.answer(await bob.takeRequest("INVITE"), 486);
      expect(await nextDialogs(carol)).toEqual(["recipient terminated"]);
    }
  });

  test("a cancelled call is terminated", async () => {
    const { alice, bob, carol } = await aWatched("alice");
    const invite = await alice.request("INVITE", BOB);
    const received = await bob.takeRequest("INVITE");
    await bob.answer(received, 180);
    await alice.request("CANCEL", BOB, invite);
    await bob.answer(received, 487);
    const seen: string[] = [];
    while (notifies(carol) > seen.length + 1) seen.push(...(await nextDialogs(carol)));
    expect(seen).toEqual(["initiator trying", "initiator early", "initiator terminated"]);
  });

  test("a second call stands beside the first", async () => {
    const { network, alice, bob, carol } = await aWatched("bob");
    await establish(alice, bob);
    for (let count = 0; count < 3; count += 1) await takeNotify(carol);
    const dave = await network.online("alice");
    await dave.request("INVITE", BOB);
    expect(await nextDialogs(carol)).toEqual(["recipient confirmed", "recipient trying"]);
  });

  test("a second call that is refused at once does not stay early beside the one that rings (kamailio #3192)", async () => {
    const { network, alice, bob, carol } = await aWatched("bob");
    await alice.request("INVITE", BOB);
    const first = await bob.takeRequest("INVITE");
    await bob.answer(first, 180);
    const second = await network.online("alice");
    await second.request("INVITE", BOB);
    const received = await bob.takeRequest("INVITE");
    await Promise.all([bob.answer(received, 183), bob.answer(received, 486)]);
    const seen = await all(carol);
    expect(seen.at(-1)).toEqual(["recipient early", "recipient terminated"]);
    await bob.answer(first, 486);
    expect(await nextDialogs(carol)).toEqual(["recipient terminated"]);
  });

  test("each of two calls ends by itself: the one that goes on stays confirmed (kamailio #1427, #3229)", async () => {
    const { network, alice, bob, carol } = await aWatched("bob");
    const first = await establish(alice, bob);
    const second = await establish(bob, await network.online("alice", { flow: "desk" }));
    await all(carol);
    await alice.inDialog("BYE", first.caller);
    expect(await nextDialogs(carol)).toEqual(["initiator confirmed", "recipient terminated"]);
    await bob.inDialog("BYE", second.caller);
    expect(await nextDialogs(carol)).toEqual(["initiator terminated"]);
  });

  test("a device of a fork that did not answer has no call, and its user has the one of the other device", async () => {
    const { network, alice, bob, carol } = await aWatched("bob");
    const desk = await network.online("bob");
    await alice.request("INVITE", BOB);
    const [received, other] = [await bob.takeRequest("INVITE"), await desk.takeRequest("INVITE")];
    await bob.answer(received, 200);
    await desk.answer(other, 487);
    const seen: (readonly string[])[] = [];
    while (notifies(carol) > seen.length + 1) seen.push(await nextDialogs(carol));
    expect(seen.at(-1)).toEqual(["recipient confirmed"]);
  });

  test("a call that ends with a lost connection is terminated", async () => {
    const { network, alice, bob, carol } = await aWatched("bob");
    await establish(alice, bob);
    await alice.close();
    await network.pass(200);
    let last: readonly string[] = [];
    for (let left = notifies(carol) - 1; left > 0; left -= 1) last = await nextDialogs(carol);
    expect(last).toEqual(["recipient terminated"]);
  });
});

describe("RFC 4235 §4.1: the document", () => {
  test("is well-formed, full, and has a version that grows by one from 0", async () => {
    const { alice, carol, watching } = await aWatched("bob");
    await alice.request("INVITE", BOB);
    const documents = [watching.first, await takeNotify(carol)];
    for (const [version, document] of documents.entries()) {
      const { body } = document;
      const contentType = header(document, "content-type");
      const { root } = parseXml(body) ?? {};
      expect(root?.namespace).toBe("urn:ietf:params:xml:ns:dialog-info");
      expect([...(root?.attributes.entries() ?? [])]).toEqual(
        expect.arrayContaining([
          ["version", String(version)],
          ["state", "full"],
          ["entity", BOB],
        ]),
      );
      expect(contentType).toBe("application/dialog-info+xml");
    }
  });

  test("has Call-ID, tags and target of the dialog for the owner", async () => {
    const { alice, bob } = await aWatched("bob");
    const { invite, caller } = await establish(alice, bob);
    const own = await watch(bob, BOB, { event: "dialog" });
    expect(namesIn(own.first)).toEqual({ callId: invite.callId, local: caller.remoteTag, remote: caller.localTag });
    expect(own.first.body).toContain(`<target uri="${alice.contact}"/>`);
  });

  test("has Call-ID, tags and target of the dialog for a contact of the owner, who can replace it (RFC 3891)", async () => {
    const { network, alice, bob, carol } = await aWatched("bob");
    network.state.addSubscriber({ aor: BOB, ha1: secretsOf("bob"), contacts: ["sip:carol@example.com"] });
    const { invite, caller } = await establish(alice, bob);
    for (let count = 0; count < 2; count += 1) await takeNotify(carol);
    const document = await takeNotify(carol);
    const { callId, local, remote } = namesIn(document);
    expect([callId, local, remote]).toEqual([invite.callId, caller.remoteTag, caller.localTag]);
    expect(document.body).toContain(`<remote><identity>${ALICE}</identity><target uri="${alice.contact}"/></remote>`);

    await carol.request("INVITE", ALICE, { lines: [`Replaces: ${callId};to-tag=${remote};from-tag=${local}`] });
    expect(header(await alice.takeRequest("INVITE"), "replaces")).toContain(callId);
  });
});

describe("RFC 4235 §3.6: a watcher that the owner does not name", () => {
  /** Carol sees the call that alice has made to bob. */
  const aSeenCall = async (user = "bob") => {
    const { network, alice, bob, carol } = await aWatched(user);
    const call = await establish(alice, bob);
    for (let count = 0; count < 2; count += 1) await takeNotify(carol);
    const document = await takeNotify(carol);
    return { network, alice, bob, carol, ...call, document, seen: namesIn(document) };
  };

  test("gets the Call-ID and sealed tags, the same in each document, and no target", async () => {
    const { alice, bob, carol, invite, caller, seen, document } = await aSeenCall();
    expect(seen.callId).toBe(invite.callId);
    for (const secret of [caller.remoteTag, caller.localTag, alice.contact, bob.contact]) {
      expect(document.body).not.toContain(secret);
    }
    expect(document.body).toContain(`<remote><identity>${ALICE}</identity></remote>`);
    const { first } = await watch(carol, BOB, { event: "dialog" });
    expect(namesIn(first)).toEqual(seen);
  });

  test.each(["alice", "bob"])("of %s takes the call over from either end (RFC 3891 §3)", async (user) => {
    const { alice, bob, carol, invite, caller, seen } = await aSeenCall(user);
    const [ofAlice, ofBob] = user === "alice" ? [seen.local, seen.remote] : [seen.remote, seen.local];
    await carol.request("INVITE", ALICE, { lines: [`Replaces: ${seen.callId};to-tag=${ofAlice};from-tag=${ofBob}`] });
    expect(header(await alice.takeRequest("INVITE"), "replaces")).toBe(
      `${invite.callId};to-tag=${caller.localTag};from-tag=${caller.remoteTag}`,
    );
    await carol.request("INVITE", BOB, { lines: [`Replaces: ${seen.callId};from-tag=${ofAlice};to-tag=${ofBob}`] });
    expect(header(await bob.takeRequest("INVITE"), "replaces")).toBe(
      `${invite.callId};from-tag=${caller.localTag};to-tag=${caller.remoteTag}`,
    );
  });

  test("picks up a call that rings (RFC 3891 §3: at the phone that has made it)", async () => {
    const { alice, bob, carol } = await aWatched("alice");
    const invite = await alice.request("INVITE", BOB);
    await bob.answer(await bob.takeRequest("INVITE"), 180);
    await takeNotify(carol);
    const { callId, local, remote } = namesIn(await takeNotify(carol));
    await carol.request("INVITE", ALICE, {
      lines: [`Replaces: ${callId};to-tag=${local};from-tag=${remote};early-only`],
    });
    expect(header(await alice.takeRequest("INVITE"), "replaces")).toBe(
      `${invite.callId};to-tag=${invite.fromTag};from-tag=bob-tag;early-only`,
    );
  });

  test("cannot end the call by the Route of a call of its own with the same Call-ID and tag", async () => {
    const { alice, carol, caller, seen } = await aSeenCall();
    const own = await carol.request("INVITE", ALICE, { callId: seen.callId, fromTag: seen.local });
    await alice.answer(await alice.takeRequest("INVITE"), 180, { tag: "another" });
    const dialog = carol.dialogAsCaller(own, await carol.takeResponse(180, "INVITE"));
    await carol.inDialog("BYE", { ...dialog, remoteTag: seen.remote });
    const bye = await alice.takeRequest("BYE");
    expect([tagIn(header(bye, "from")), tagIn(header(bye, "to"))]).not.toEqual([caller.remoteTag, caller.localTag]);
  });

  test("does not learn the tags by an INVITE to a phone of its own, or to one that a call is forwarded to", async () => {
    const { network, carol, seen } = await aSeenCall();
    const desk = await network.online("carol");
    network.state.addSubscriber({ aor: ALICE, ha1: secretsOf("alice"), forwarding: { always: carol.aor } });
    const value = `${seen.callId};to-tag=${seen.remote};from-tag=${seen.local}`;
    for (const to of [carol.aor, ALICE]) {
      await carol.request("INVITE", to, { lines: [`Replaces: ${value}`] });
      expect(header(await desk.takeRequest("INVITE"), "replaces")).toBe(value);
    }
  });

  test("cannot use a tag in another call", async () => {
    const { alice, carol, seen } = await aSeenCall();
    const value = `other;to-tag=${seen.remote};from-tag=${seen.local}`;
    await carol.request("INVITE", ALICE, { lines: [`Replaces: ${value}`] });
    expect(header(await alice.takeRequest("INVITE"), "replaces")).toBe(value);
  });

  test("sees the calls of a group sealed too", async () => {
    const network = createNetwork();
    const [alice, bob, carol] = [
      await network.online("alice"),
      await network.online("bob"),
      await network.online("carol"),
    ];
    const group = "sip:sales@example.com";
    network.state.addSubscriber({ aor: group, ha1: secretsOf("sales"), group: [BOB] });
    await establish(alice, bob);
    const { first } = await watch(carol, group, { event: "dialog", lines: ["Supported: eventlist"] });
    expect(first.body).toContain("<state>confirmed</state>");
    expect(first.body).not.toContain("bob-tag");
  });
});

test("RFC 4235 §4.1.1: a member of a group does not see the early tag of another member in its own document", async () => {
  const network = createNetwork();
  const [alice, bob, carol] = [
    await network.online("alice"),
    await network.online("bob"),
    await network.online("carol"),
  ];
  const group = "sip:sales@example.com";
  network.state.addSubscriber({ aor: group, ha1: secretsOf("sales"), group: [BOB, carol.aor] });
  await watch(carol, carol.aor, { event: "dialog" });
  await alice.request("INVITE", group);
  await bob.answer(await bob.takeRequest("INVITE"), 180);
  const seen = [await takeNotify(carol), await takeNotify(carol)];
  expect(seen.map(dialogsIn)).toEqual([["recipient trying"], ["recipient early"]]);
  expect(seen.map(({ body }) => body).join("\n")).not.toContain("bob-tag");
});

describe("RFC 4235 §3.4: a watcher that comes in the middle", () => {
  const began = async (settings = {}) => {
    const network = createNetwork(settings);
    const [alice, bob, carol] = [
      await network.online("alice"),
      await network.online("bob"),
      await network.online("carol"),
    ];
    return { network, alice, bob, carol };
  };

  test.each([ALICE, BOB])("of a call of %s sees it, and its end", async (user) => {
    const { alice, bob, carol } = await began();
    const { caller } = await establish(alice, bob);
    const { first } = await watch(carol, user, { event: "dialog" });
    const direction = user === ALICE ? "initiator" : "recipient";
    expect(dialogsIn(first)).toEqual([`${direction} confirmed`]);
    await alice.inDialog("BYE", caller);
    expect(await nextDialogs(carol)).toEqual([`${direction} terminated`]);
  });

  test.each([ALICE, BOB])("of the ringing of %s sees its answer", async (user) => {
    const { alice, bob, carol } = await began();
    await alice.request("INVITE", BOB);
    const received = await bob.takeRequest("INVITE");
    await watch(carol, user, { event: "dialog" });
    await bob.answer(received, 200);
    expect(await nextDialogs(carol)).toEqual([`${user === ALICE ? "initiator" : "recipient"} confirmed`]);
  });

  test("sees the calls of a device that has registered since", async () => {
    const { network, bob, carol } = await began();
    await watch(carol, ALICE, { event: "dialog" });
    const desk = await network.online("alice");
    await desk.request("INVITE", BOB);
    expect(await nextDialogs(carol)).toEqual(["initiator trying"]);
    await bob.takeRequest("INVITE");
  });

  test("sees nothing of a call that ended while the address was not watched", async () => {
    const { network, alice, bob, carol } = await began();
    await watch(carol, BOB, { event: "dialog", expires: 60 });
    const { caller } = await establish(alice, bob);
    await network.pass(2000);
    for (let left = notifies(carol) - 1; left > 0; left -= 1) await takeNotify(carol);
    await alice.inDialog("BYE", caller);
    expect(dialogsIn((await watch(carol, BOB, { event: "dialog" })).first)).toEqual([]);
  });
});

const dialogsOf = (body: string) => body.split("<dialog ").length - 1;

describe("RFC 4235 §4.1: the size of a state", () => {
  test("is bounded in octets: a dialog is named without a Call-ID that is too long, and the latest calls alone are reported", async () => {
    const { network, alice, carol } = await aWatched("alice");
    for (let call = 0; call < 30; call += 1) {
      await network.pass(1);
      await alice.request("INVITE", BOB, { callId: `${call}${'"'.repeat(500)}` });
      const reported = await takeNotify(carol);
      expect(Buffer.byteLength(reported.body)).toBeLessThan(100_000);
    }
    await alice.request("INVITE", BOB, { callId: "漢".repeat(5000) });
    const { body } = await takeNotify(carol);
    expect(body).not.toContain("漢");
    expect(dialogsOf(body)).toBeGreaterThan(15);
    expect(dialogsOf(body)).toBeLessThan(30);
    const row = network.state.rows.resourceStates.get(`dialog;${ALICE}`);
    expect(Buffer.byteLength(JSON.stringify(row?.calls))).toBeLessThan(MAX_LIST_SIZE);
  });
});

describe("RFC 3261 §17.2.1: a call does not depend on its watchers", () => {
  const unreported = (isFailing: () => boolean) =>
    createNetwork({}, ({ commit }) => ({
      commit: (changes) =>
        isFailing() && changes.some(({ kind }) => kind === "resource state")
          ? Promise.reject(new Error("ValidationException"))
          : commit(changes),
    }));

  test("its INVITE, 180 and 200 go on where the state cannot be stored, and a timer tells the watchers later", async () => {
    let isFailing = false;
    const network = unreported(() => isFailing);
    const [alice, bob, carol] = [
      await network.online("alice"),
      await network.online("bob"),
      await network.online("carol"),
    ];
    await watch(carol, BOB, { event: "dialog" });
    isFailing = true;
    const { caller } = await establish(alice, bob);
    expect(alice.inbox.titles().filter((title) => title.startsWith("5"))).toEqual([]);
    isFailing = false;
    await network.pass(5);
    expect(await nextDialogs(carol)).toEqual(["recipient confirmed"]);
    await alice.inDialog("BYE", caller);
    expect(await nextDialogs(carol)).toEqual(["recipient terminated"]);
  });
});

describe("the cost of watched calls", () => {
  test("the calls of users without watchers read and write nothing more, and their rows say nothing of it", async () => {
    const counts = { reads: 0 };
    const network = createNetwork({}, ({ read }) => ({
      read: (keys) => ((counts.reads += 1), read(keys)),
    }));
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    counts.reads = 0;
    await establish(alice, bob);
    expect(counts.reads).toBe(3); // INVITE, 180, 200
    const [context] = network.state.rows.contexts.values();
    expect(context?.watched).toBeUndefined();
    expect(network.state.rows.resourceStates.size).toBe(0);
  });
});

test("RFC 6665 §8.2.2: where calls are not tracked the package is not served", async () => {
  const carol = await createNetwork({ calls: "stateless" }).online("carol");
  const { ok } = await subscribe(carol, BOB, { event: "dialog" });
  expect([ok.status, header(ok, "allow-events")]).toEqual([489, "presence, message-summary, reg, presence.winfo"]);
});
