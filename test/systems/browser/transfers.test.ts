import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { type Desk, openDesk } from "./desk.ts";
import { startMemoryService } from "./memory-service.ts";
import type { Library } from "./pages/device.ts";
import { hearEachOther, hold, talk } from "./talk.ts";

let desk: Desk;

beforeAll(async () => {
  desk = await openDesk(startMemoryService());
});
afterEach(() => desk.clear());
afterAll(() => desk.close());

const everybody = (referrer: Library, transferee: Library, target: Library) =>
  Promise.all([desk.phone(referrer, "alice"), desk.phone(transferee, "bob"), desk.phone(target, "carol")]);

describe.each<[Library, Library, Library]>([
  ["jssip", "jssip", "jssip"],
  ["sipjs", "sipjs", "sipjs"],
  ["jssip", "sipjs", "jssip"],
  ["sipjs", "jssip", "sipjs"],
])("%s transfers its call with %s to %s", (referrer, transferee, target) => {
  test("blind: NOTIFYs report to the referrer that the target is busy, and the next time that it took the call", async () => {
    const [alice, bob, carol] = await everybody(referrer, transferee, target);
    await talk(alice, bob);
    await alice.transfer("bob", "carol");
    await carol.tells("bob calls");
    await carol.refuse("bob", 486);
    await alice.tells("transfer of bob: 486");
    expect(await hearEachOther(alice, bob)).toBe(true);

    await alice.transfer("bob", "carol");
    await carol.tells("bob calls");
    await carol.answer("bob");
    await alice.tells("transfer of bob: 200");
    await bob.tells("alice hung up");
    await Promise.all([bob.tells("talks to carol"), carol.tells("talks to bob")]);
    expect(await hearEachOther(bob, carol)).toBe(true);
  });

  test("attended: the consultation call is replaced, and the two others talk", async () => {
    const [alice, bob, carol] = await everybody(referrer, transferee, target);
    await talk(alice, bob);
    await hold(alice, bob);
    await talk(alice, carol);
    await alice.connect("bob", "carol");
    await alice.tells("transfer of bob: 200");
    await Promise.all([alice.tells("carol hung up"), bob.tells("alice hung up")]);
    await Promise.all([bob.tells("talks to carol"), carol.tells("talks to bob")]);
    expect(await hearEachOther(bob, carol)).toBe(true);
  });
});
