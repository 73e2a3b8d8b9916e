import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import { type Desk, type DeskPhone, openDesk } from "./desk.ts";
import { startMemoryService } from "./memory-service.ts";
import type { Library } from "./pages/device.ts";

/** Long enough for the last member to answer on a busy machine. */
const GROUP_SECONDS = 4;

let desk: Desk;

beforeAll(async () => {
  desk = await openDesk(startMemoryService());
  await desk.service.add("dave");
  await desk.service.ringInTurn("team", ["bob", "carol", "dave"], GROUP_SECONDS);
});
afterEach(() => desk.clear());
afterAll(() => desk.close());

/** Milliseconds at which the phone begins to ring. */
async function rings(member: DeskPhone): Promise<number> {
  await member.tells("alice calls");
  return Date.now();
}

test.each<[Library, readonly [Library, Library, Library]]>([
  ["jssip", ["sipjs", "jssip", "sipjs"]],
  ["sipjs", ["jssip", "sipjs", "jssip"]],
])(
  "%s calls a group of %j that rings in turn: two ring and stop, the third answers, and they hear each other",
  async (library, libraries) => {
    const alice = await desk.phone(library, "alice");
    const [bob, carol, dave] = await Promise.all([
      desk.phone(libraries[0], "bob"),
      desk.phone(libraries[1], "carol"),
      desk.phone(libraries[2], "dave"),
    ]);
    await alice.call("team");
    const first = await rings(bob);
    await alice.tells("team rings");
    const second = await rings(carol);
    expect(await bob.tells(/^alice stopped/)).toBe("alice stopped: Canceled");
    const third = await rings(dave);
    await dave.answer("alice");
    expect(await carol.tells(/^alice stopped/)).toBe("alice stopped: Canceled");
    await Promise.all([alice.tells("talks to team"), dave.tells("talks to alice")]);
    for (const wait of [second - first, third - second]) expect(wait).toBeGreaterThan((GROUP_SECONDS - 1) * 1000);

    const heard = await Promise.all([alice.hears("team"), dave.hears("alice")]);
    expect(heard).toEqual([true, true]);
    await alice.end("team");
    expect(await dave.tells(/^alice hung/)).toBe("alice hung up");
  },
);
