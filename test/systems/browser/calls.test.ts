import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { startCloudService } from "./cloud-service.ts";
import { type Desk, type DeskPhone, openDesk } from "./desk.ts";
import type { Library } from "./pages/device.ts";
import { hearEachOther, hold, keyHeard, resume, ring, talk } from "./talk.ts";

let desk: Desk;

beforeAll(async () => {
  desk = await openDesk(startCloudService());
});
afterAll(() => desk.close());

describe.each<[Library, Library]>([
  ["jssip", "jssip"],
  ["jssip", "sipjs"],
  ["sipjs", "jssip"],
  ["sipjs", "sipjs"],
])("%s calls %s", (mine, theirs) => {
  let alice: DeskPhone;
  let bob: DeskPhone;
  beforeAll(async () => {
    [alice, bob] = await Promise.all([desk.phone(mine, "alice"), desk.phone(theirs, "bob")]);
  });
  afterAll(() => desk.clear());
  const bobHangsUp = async () => {
    await bob.end("alice");
    await alice.tells("bob hung up");
  };

  test("they hear each other until one of them hangs up", async () => {
    await talk(alice, bob);
    expect(await hearEachOther(alice, bob)).toBe(true);
    await bobHangsUp();
    await talk(alice, bob);
    await alice.end("bob");
    await bob.tells("alice hung up");
  });

  test("on hold RTP stops, first one way (sendonly), then both ways (inactive), and then flows again", async () => {
    await talk(alice, bob);
    expect(await hearEachOther(alice, bob)).toBe(true);
    await hold(alice, bob);
    expect(await Promise.all([alice.hearsNothingOf("bob"), bob.hears("alice")])).toEqual([true, true]);
    await hold(bob, alice);
    expect(await Promise.all([alice.hearsNothingOf("bob"), bob.hearsNothingOf("alice")])).toEqual([true, true]);
    await resume(alice, bob);
    await resume(bob, alice);
    expect(await hearEachOther(alice, bob)).toBe(true);
    await bobHangsUp();
  });

  test("keys arrive as INFO, and as tones in the sound (RFC 4733)", async () => {
    await talk(alice, bob);
    await alice.press("bob", "5", "info");
    await bob.tells("alice presses 5");
    await bob.press("alice", "#", "info");
    await alice.tells("bob presses #");
    expect(await hearEachOther(alice, bob)).toBe(true);
    expect(await keyHeard(alice, bob, "9")).toBe("9");
    await bobHangsUp();
  });

  test("texts arrive both ways", async () => {
    await alice.write("bob", "Wie geht’s?");
    expect(await bob.tells(/^alice writes/)).toBe("alice writes Wie geht’s?");
    await bob.write("alice", "好 👋");
    expect(await alice.tells(/^bob writes/)).toBe("bob writes 好 👋");
  });

  test("a cancelled call stops ringing; the caller of a refused one gets the status", async () => {
    await ring(alice, bob);
    await alice.end("bob");
    await Promise.all([alice.gets("487 INVITE"), alice.tells("gave up on bob")]);
    expect(await bob.tells(/^alice stopped/)).toBe("alice stopped: Canceled");
    for (const status of [486, 603]) {
      await ring(alice, bob);
      await bob.refuse("alice", status);
      expect(await alice.tells(/^bob refused/)).toBe(`bob refused: ${status}`);
    }
  });
});
