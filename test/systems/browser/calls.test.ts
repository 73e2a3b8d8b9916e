import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { startCloudService } from "./cloud-service.ts";
import { type Desk, openDesk } from "./desk.ts";
import type { Library } from "./pages/device.ts";
import { hearEachOther, hold, keyHeard, resume, ring, talk } from "./talk.ts";

let desk: Desk;

beforeAll(async () => {
  desk = await openDesk(startCloudService());
});
afterEach(() => desk.clear());
afterAll(() => desk.close());

describe.each<[Library, Library]>([
  ["jssip", "jssip"],
  ["jssip", "sipjs"],
  ["sipjs", "jssip"],
  ["sipjs", "sipjs"],
])("%s calls %s", (mine, theirs) => {
  const aliceAndBob = () => Promise.all([desk.phone(mine, "alice"), desk.phone(theirs, "bob")]);

  test("they hear each other until one of them hangs up", async () => {
    const [alice, bob] = await aliceAndBob();
    await talk(alice, bob);
    expect(await hearEachOther(alice, bob)).toBe(true);
    await bob.end("alice");
    await alice.tells("bob hung up");
    await talk(alice, bob);
    await alice.end("bob");
    await bob.tells("alice hung up");
  });

  test("a cancelled call stops ringing; the caller of a refused one gets the status", async () => {
    const [alice, bob] = await aliceAndBob();
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

  test("on hold RTP stops, first one way (sendonly), then both ways (inactive), and then flows again", async () => {
    const [alice, bob] = await aliceAndBob();
    await talk(alice, bob);
    expect(await hearEachOther(alice, bob)).toBe(true);
    await hold(alice, bob);
    expect(await Promise.all([alice.hearsNothingOf("bob"), bob.hears("alice")])).toEqual([true, true]);
    await hold(bob, alice);
    expect(await Promise.all([alice.hearsNothingOf("bob"), bob.hearsNothingOf("alice")])).toEqual([true, true]);
    await resume(alice, bob);
    await resume(bob, alice);
    expect(await hearEachOther(alice, bob)).toBe(true);
  });

  test("keys arrive as INFO, and as tones in the sound (RFC 4733)", async () => {
    const [alice, bob] = await aliceAndBob();
    await talk(alice, bob);
    await alice.press("bob", "5", "info");
    await bob.tells("alice presses 5");
    await bob.press("alice", "#", "info");
    await alice.tells("bob presses #");
    expect(await hearEachOther(alice, bob)).toBe(true);
    expect(await keyHeard(alice, bob, "9")).toBe("9");
  });

  test("texts arrive both ways", async () => {
    const [alice, bob] = await aliceAndBob();
    await alice.write("bob", "Wie geht’s?");
    expect(await bob.tells(/^alice writes/)).toBe("alice writes Wie geht’s?");
    await bob.write("alice", "好 👋");
    expect(await alice.tells(/^bob writes/)).toBe("bob writes 好 👋");
  });
});
