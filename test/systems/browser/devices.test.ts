import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { type Desk, openDesk } from "./desk.ts";
import { startMemoryService } from "./memory-service.ts";
import type { Library } from "./pages/device.ts";
import { hearEachOther, hold, resume, talk } from "./talk.ts";

let desk: Desk;

beforeAll(async () => {
  desk = await openDesk(startMemoryService());
});
afterEach(() => desk.clear());
afterAll(() => desk.close());

describe("two devices of one user", () => {
  test.each<[Library, Library, Library]>([
    ["jssip", "sipjs", "jssip"],
    ["sipjs", "jssip", "sipjs"],
  ])("%s calls %s and %s: both ring, the second answers, the first learns why it stops", async (a, b, c) => {
    const [alice, first, second] = await Promise.all([
      desk.phone(a, "alice"),
      desk.phone(b, "bob"),
      desk.phone(c, "bob"),
    ]);
    await alice.call("bob");
    await Promise.all([first.tells("alice calls"), second.tells("alice calls")]);
    await second.answer("alice");
    await first.tells(/^alice stopped: SIP;cause=200;/); // RFC 3326: not a missed call
    await Promise.all([alice.tells("talks to bob"), second.tells("talks to alice")]);
    expect(await hearEachOther(alice, second)).toBe(true);
    await second.end("alice");
    await alice.tells("bob hung up");
  });
});

test.each<[Library, Library, Library]>([
  ["jssip", "sipjs", "jssip"],
  ["sipjs", "jssip", "sipjs"],
])(
  "%s calls %s, and a page of the same user that opens while it rings (%s) rings within two seconds",
  async (a, b, c) => {
    const [alice, first] = await Promise.all([desk.phone(a, "alice"), desk.phone(b, "bob")]);
    await alice.call("bob");
    await first.tells("alice calls");
    const second = await desk.phone(c, "bob");
    const registeredAt = Date.now();
    await second.tells("alice calls");
    expect(Date.now() - registeredAt).toBeLessThan(2000);
    await second.answer("alice");
    await first.tells(/^alice stopped/);
    await Promise.all([alice.tells("talks to bob"), second.tells("talks to alice")]);
    expect(await hearEachOther(alice, second)).toBe(true);
  },
);

describe("a connection that breaks in a call", () => {
  test.each<[Library, Library, "caller" | "callee" | "both", "caller" | "callee"]>([
    ["jssip", "sipjs", "caller", "callee"],
    ["sipjs", "jssip", "caller", "callee"],
    ["jssip", "sipjs", "callee", "callee"],
    ["sipjs", "jssip", "callee", "callee"],
    ["jssip", "jssip", "both", "caller"],
  ])("%s calls %s, that of the %s: both talk on, reach each other, and the %s hangs up", async (a, b, broken, last) => {
    const alice = await desk.phone(a, "alice");
    const bob = await desk.phone(b, "bob");
    await talk(alice, bob);

    const [first, second] = desk.service.connections();
    const cut = [
      { phone: alice, id: first, isBroken: broken !== "callee" },
      { phone: bob, id: second, isBroken: broken !== "caller" },
    ].filter(({ isBroken }) => isBroken);
    expect(cut.map(({ id }) => desk.service.drop(id ?? ""))).not.toContain(false);
    await Promise.all(cut.map(({ phone }) => phone.tells("disconnected")));
    expect(await hearEachOther(alice, bob)).toBe(true);
    await Promise.all(cut.map(({ phone }) => phone.tells("registered")));

    await alice.press("bob", "1", "info");
    await bob.tells("alice presses 1");
    await bob.press("alice", "2", "info");
    await alice.tells("bob presses 2");
    const [one, other] = last === "caller" ? [alice, bob] : [bob, alice];
    await one.end(other.user);
    await other.tells(`${one.user} hung up`);
  });
});

test.each<[Library, Library]>([
  ["jssip", "jssip"],
  ["jssip", "sipjs"],
  ["sipjs", "jssip"],
])(
  "%s calls %s, whose connection breaks 0.3 s before a hold and before the end of the call: it learns of both when it is back",
  async (a, b) => {
    const alice = await desk.phone(a, "alice");
    const bob = await desk.phone(b, "bob");
    const cutOff = async () => {
      expect(desk.service.drop(desk.service.connections().at(-1) ?? "")).toBe(true);
      await bob.tells("disconnected");
      await alice.page.waitForTimeout(300);
    };
    await talk(alice, bob);
    await cutOff();
    await hold(alice, bob);
    await resume(alice, bob);
    expect(await hearEachOther(alice, bob)).toBe(true);
    await cutOff();
    await alice.end("bob");
    expect(await bob.tells(/ hung up$/)).toBe("alice hung up");
  },
);

describe("a registration", () => {
  test.each<Library>(["jssip", "sipjs"])("is refreshed by %s in time, and the phone can be called", async (library) => {
    const context = await desk.browser.newContext();
    await context.clock.install();
    const alice = await desk.phone("jssip", "alice");
    const bob = await desk.phone(library, "bob", await context.newPage());
    await bob.gets("200 REGISTER");
    await context.clock.fastForward("08:59"); // of the granted nine minutes
    expect(await bob.gets("200 REGISTER")).toBeDefined();
    await alice.call("bob");
    expect(await bob.tells(/calls$/)).toBe("alice calls");
  });
});
