import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type Desk, type DeskPhone, openDesk } from "./desk.ts";
import { startMemoryService } from "./memory-service.ts";
import type { Library } from "./pages/device.ts";
import { hearEachOther, hold, talk } from "./talk.ts";

let desk: Desk;

beforeAll(async () => {
  desk = await openDesk(startMemoryService());
});
afterAll(() => desk.close());

describe.each<[Library, Library, Library]>([
  ["jssip", "jssip", "jssip"],
  ["sipjs", "sipjs", "sipjs"],
  ["jssip", "sipjs", "jssip"],
  ["sipjs", "jssip", "sipjs"],
])("%s transfers its call with %s to %s", (referrer, transferee, target) => {
  let alice: DeskPhone;
  let bob: DeskPhone;
  let carol: DeskPhone;
  beforeAll(async () => {
    [alice, bob, carol] = await Promise.all([
      desk.phone(referrer, "alice"),
      desk.phone(transferee, "bob"),
      desk.phone(target, "carol"),
    ]);
  });
  afterAll(() => desk.clear());

  test("attended: the consultation call is replaced, and the two others talk", async () => {
    await talk(alice, bob);
    await hold(alice, bob);
    await talk(alice, carol);
    await alice.connect("bob", "carol");
    await alice.tells("transfer of bob: 200");
    await Promise.all([alice.tells("carol hung up"), bob.tells("alice hung up")]);
    await Promise.all([bob.tells("talks to carol"), carol.tells("talks to bob")]);
    expect(await hearEachOther(bob, carol)).toBe(true);
    await bob.end("carol");
    await carol.tells("bob hung up");
  });

  test("blind: NOTIFYs report to the referrer that the target is busy, and the next time that it took the call", async () => {
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
});
