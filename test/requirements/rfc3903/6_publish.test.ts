// PUBLISH: a device describes its user, and the user's watchers are notified.
import { describe, expect, jest, test } from "@jest/globals";
import { header } from "../../../lib/sip/syntax/message.ts";
import { createNetwork } from "../../support/phone/network.ts";
import { basicIn, etagOf, notifies, pidf, publish, takeNotify, watch } from "../../support/phone/watcher.ts";

const BOB = "sip:bob@example.com";
const AWAY = '<note>At lunch</note><dm:person id="p1"><rpid:activities><rpid:away/></rpid:activities></dm:person>';

async function aWatchedBob() {
  const network = createNetwork();
  const alice = await network.online("alice");
  const bob = network.phone("bob");
  const watching = await watch(alice, BOB);
  return { network, alice, bob, watching };
}

describe("RFC 3903 §6", () => {
  test("a document is stored under an entity tag, and watchers are notified", async () => {
    const { alice, bob } = await aWatchedBob();
    const ok = await publish(bob, { body: pidf(BOB, { more: AWAY }) });
    expect([ok.status, header(ok, "expires"), etagOf(ok) !== ""]).toEqual([200, "600", true]);
    const notify = await takeNotify(alice);
    expect(header(notify, "content-type")).toBe("application/pidf+xml");
    expect(basicIn(notify)).toBe("open");
    expect(notify.body).toMatch(/<note[^>]*>At lunch<\/note>/);
    expect(notify.body).toContain("<rpid:away/>");
  });

  test("a refresh has a new tag and notifies no watcher; a new document replaces the old one", async () => {
    const { alice, bob } = await aWatchedBob();
    const first = etagOf(await publish(bob, { body: pidf(BOB) }));
    await takeNotify(alice);
    const refreshed = await publish(bob, { tag: first });
    expect([refreshed.status, etagOf(refreshed) === first]).toEqual([200, false]);
    expect(notifies(alice)).toBe(2);
    expect((await publish(bob, { tag: first })).status).toBe(412);
    await publish(bob, { tag: etagOf(refreshed), body: pidf(BOB, { basic: "closed" }) });
    expect(basicIn(await takeNotify(alice))).toBe("closed");
  });

  test("a removal is notified, and the tag is unknown after it", async () => {
    const { alice, bob } = await aWatchedBob();
    const tag = etagOf(await publish(bob, { body: pidf(BOB) }));
    await takeNotify(alice);
    const gone = await publish(bob, { tag, expires: 0 });
    expect([gone.status, header(gone, "expires")]).toEqual([200, "0"]);
    const notify = await takeNotify(alice);
    expect([basicIn(notify), notify.body.includes("<presence")]).toEqual(["", true]);
    expect((await publish(bob, { tag, expires: 0 })).status).toBe(412);
  });

  test("a publication that runs out is notified with the documents that are left", async () => {
    const { network, alice, bob } = await aWatchedBob();
    await publish(bob, { body: pidf(BOB), expires: 60 });
    await takeNotify(alice);
    await network.pass(62);
    expect((await takeNotify(alice)).body).toBe("");
  });

  test.each([
    ["without a document and a tag", {}, 400, ""],
    ["that removes without a tag", { body: pidf(BOB), expires: 0 }, 400, ""],
    ["of a moment", { body: pidf(BOB), expires: 5 }, 423, "60"],
    ["without a time", { body: pidf(BOB), expires: null }, 200, ""],
    ["of another type", { body: "x", type: "text/plain" }, 415, "application/pidf+xml"],
    ["that is not XML", { body: "<presence>" }, 400, ""],
    ["with a document type", { body: `<!DOCTYPE x>${pidf(BOB)}` }, 400, ""],
    ["about another user", { body: pidf("sip:carol@example.com") }, 400, ""],
    ["by the name pres:", { body: pidf("pres:bob@example.com") }, 200, ""],
    ["for another user", { body: pidf("sip:carol@example.com"), to: "sip:carol@example.com" }, 403, ""],
    ["of a package that takes none", { body: pidf(BOB), event: "foo" }, 489, ""],
    ["with a tag that was never given", { tag: "x", body: pidf(BOB) }, 412, ""],
    ["longer than is stored", { body: pidf(BOB, { more: `<note>${"x".repeat(8192)}</note>` }) }, 513, ""],
  ])("a PUBLISH %s is %#", async (_what, options, status, hint) => {
    const answer = await publish(await createNetwork().online("bob"), options);
    expect([answer.status, header(answer, "accept") ?? header(answer, "min-expires") ?? ""]).toEqual([status, hint]);
  });

  test("a document with which the state would be longer than half a message is refused: in octets, as it is composed", async () => {
    const network = createNetwork();
    const bob = network.phone("bob");
    const filled = (id: string) => pidf(BOB, { id, more: `<note>${"漢".repeat(2600)}</note>` });
    const statuses: number[] = [];
    for (let device = 0; device < 10; device += 1)
      statuses.push((await publish(bob, { body: filled(`t${device}`) })).status);
    expect(statuses).toEqual([...Array.from({ length: 8 }, () => 200), 513, 513]);
    const spaces = Array.from({ length: 40 }, (_, at) => `xmlns:n${at}="urn:example:${"x".repeat(80)}"`).join(" ");
    const repeating = pidf(BOB)
      .replace("<presence ", `<presence ${spaces} `)
      .replace("</presence>", `${"<n0:a/>".repeat(300)}</presence>`);
    expect((await publish(createNetwork().phone("bob"), { body: repeating })).status).toBe(513);
  });

  test("the eleventh device of a user is refused", async () => {
    const bob = await createNetwork().online("bob");
    const statuses: number[] = [];
    for (let device = 0; device < 11; device += 1) statuses.push((await publish(bob, { body: pidf(BOB) })).status);
    expect(statuses).toEqual([...Array(10).fill(200), 403]);
  });
});

describe("a document of several devices", () => {
  test("has the tuples of both, the latest first, and gives the same id to none of them twice", async () => {
    const { alice, bob, network } = await aWatchedBob();
    const tag = etagOf(await publish(bob, { body: pidf(BOB, { basic: "closed" }) }));
    await takeNotify(alice);
    await publish(network.phone("bob"), { body: pidf(BOB) });
    const both = await takeNotify(alice);
    expect(basicIn(both)).toBe("open closed");
    const ids = [...both.body.matchAll(/<tuple[^>]* id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(2);
    await publish(bob, { tag, expires: 0 });
    expect(basicIn(await takeNotify(alice))).toBe("open");
  });

  test("keeps both if they publish at the same moment", async () => {
    const { alice, bob, network } = await aWatchedBob();
    const other = network.phone("bob");
    await Promise.all([
      publish(bob, { body: pidf(BOB, { id: "a" }) }),
      publish(other, { body: pidf(BOB, { id: "b" }) }),
    ]);
    const [first, last] = [await takeNotify(alice), await takeNotify(alice)];
    expect([basicIn(first), basicIn(last)]).toEqual(["open", "open open"]);
    expect([first, last].map((one) => header(one, "cseq"))).toEqual(["2 NOTIFY", "3 NOTIFY"]);
  });

  test("takes elements with the prefixes of their own document along", async () => {
    const { alice, bob } = await aWatchedBob();
    const body = `<p:presence xmlns:p="urn:ietf:params:xml:ns:pidf" xmlns:x="urn:example:x" entity="${BOB}">
      <p:tuple id="t"><p:status><p:basic>open</p:basic><x:mood>fine</x:mood></p:status></p:tuple></p:presence>`;
    await publish(bob, { body });
    const tuple = /<p:tuple[^>]*>/.exec((await takeNotify(alice)).body)?.[0];
    expect(tuple).toContain('xmlns:p="urn:ietf:params:xml:ns:pidf"');
    expect(tuple).toContain('xmlns:x="urn:example:x"');
  });
});

test("an element that the composed document leaves out is not written with the namespaces of its own", async () => {
  const { alice, bob } = await aWatchedBob();
  const namespaces = Array.from({ length: 100 }, (_, count) => ` xmlns:n${count}=""`).join("");
  const body = pidf(BOB, { more: "<a/>".repeat(1000) }).replace(" entity=", `${namespaces} entity=`);
  const values = jest.spyOn(String.prototype, "replaceAll");
  const { status } = await publish(bob, { body });
  const notify = await takeNotify(alice);
  const written = values.mock.calls.length;
  jest.restoreAllMocks();
  expect([status, basicIn(notify), written < 10_000]).toEqual([200, "open", true]);
});

describe("the registration", () => {
  test("is notified while no device publishes: online, and offline within a second of a closed connection", async () => {
    const { network, alice } = await aWatchedBob();
    const bob = await network.online("bob");
    expect(basicIn(await takeNotify(alice))).toBe("open");
    await bob.close();
    await network.pass(1);
    expect(basicIn(await takeNotify(alice))).toBe("closed");
  });

  test("that ends by REGISTER is notified", async () => {
    const { network, alice } = await aWatchedBob();
    const bob = await network.online("bob");
    await takeNotify(alice);
    await bob.register(0);
    expect(basicIn(await takeNotify(alice))).toBe("closed");
  });

  test("that runs out is notified", async () => {
    const { network, alice } = await aWatchedBob();
    await network.phone("bob").register(120);
    await takeNotify(alice);
    await network.pass(125);
    expect(basicIn(await takeNotify(alice))).toBe("closed");
  });

  test("of a further device notifies no watcher", async () => {
    const { network, alice } = await aWatchedBob();
    const bob = await network.online("bob");
    await network.online("bob");
    await bob.close();
    await network.pass(5);
    expect(notifies(alice)).toBe(2);
  });

  test("that ends silences the documents of its devices, until one is back", async () => {
    const { network, alice } = await aWatchedBob();
    const bob = await network.online("bob", { flow: "b1" });
    await takeNotify(alice);
    await publish(bob, { body: pidf(BOB, { more: AWAY }) });
    expect((await takeNotify(alice)).body).toContain("At lunch");
    await bob.close();
    await network.pass(1);
    const gone = await takeNotify(alice);
    expect([basicIn(gone), gone.body.includes("At lunch")]).toEqual(["closed", false]);
    await network.online("bob", { instance: bob.instance });
    expect((await takeNotify(alice)).body).toContain("At lunch");
  });

  test("is right for a watcher that comes when nothing was watched for a while", async () => {
    const network = createNetwork();
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    expect(basicIn((await watch(alice, BOB, { expires: 60 })).first)).toBe("open");
    await network.pass(1000);
    expect(network.state.rows.registrations.get(BOB)?.watched ?? []).toEqual([]);
    await bob.close();
    const carol = await network.online("carol");
    const { first } = await watch(carol, BOB);
    expect(basicIn(first)).toBe("closed");
  });
});

describe("RFC 3856 §6.6.2: the owner decides who may watch", () => {
  test.each([
    ["all", 200, 200],
    ["contacts", 200, 403],
    ["none", 403, 403],
  ] as const)("%s", async (watchers, forAlice, forCarol) => {
    const network = createNetwork();
    network.state.addSubscriber({ aor: BOB, ha1: {}, watchers, contacts: ["sip:alice@example.com"] });
    for (const [user, status] of [
      ["alice", forAlice],
      ["carol", forCarol],
    ] as const) {
      const phone = await network.online(user);
      expect((await phone.ask("SUBSCRIBE", BOB, { lines: ["Event: presence"] })).status).toBe(status);
    }
  });
});
