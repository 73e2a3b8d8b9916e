import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { type Desk, openDesk } from "./desk.ts";
import { startMemoryService } from "./memory-service.ts";
import type { Library } from "./pages/device.ts";
import { talk } from "./talk.ts";

let desk: Desk;

beforeAll(async () => {
  desk = await openDesk(startMemoryService());
});
afterEach(() => desk.clear());
afterAll(() => desk.close());

describe.each<[Library, Library, string, string]>([
  ["jssip", "sipjs", "bob", "alice"],
  ["sipjs", "jssip", "alice", "bob"], // a publication outlives its page: another user
])("%s watches a user of %s, %s", (watcher, watched, user, other) => {
  test("and sees it online, on the phone, online, away, and offline, each within two seconds", async () => {
    const carol = await desk.phone(watcher, "carol");
    await carol.watch(user, "presence");
    await carol.gets("NOTIFY");
    const waits: number[] = [];
    const sees = async (state: string) => {
      const since = Date.now();
      await carol.tells(`${user} is ${state}`);
      waits.push(Date.now() - since);
    };
    const callee = await desk.phone(watched, user);
    await sees("open");

    await talk(await desk.phone(watcher, other), callee);
    await sees("open on-the-phone");
    await callee.end(other);
    await sees("open");

    await callee.goAway();
    await sees("open away");
    await callee.page.goto("about:blank");
    await sees("closed");
    expect(waits).toHaveLength(5);
    expect(Math.max(...waits)).toBeLessThan(2000);
  });

  test("and its lamp shows a call that rings, is answered and ends", async () => {
    const [caller, callee, carol] = await Promise.all([
      desk.phone(watcher, other),
      desk.phone(watched, user),
      desk.phone(watcher, "carol"),
    ]);
    await carol.watch(user, "dialog");
    await carol.tells(new RegExp(`^${user} has( \\w+)?$`)); // an earlier call is reported as terminated
    await caller.call(user);
    await callee.tells(`${other} calls`);
    await carol.tells(`${user} has early`);
    await callee.answer(other);
    await carol.tells(`${user} has confirmed`);
    await caller.end(user);
    await carol.tells(`${user} has terminated`);
    expect(await callee.tells(`${other} hung up`)).toBe(`${other} hung up`);
  });
});

// The published documents of the pages above say that their users are away.
test.each<[Library, Library]>([
  ["jssip", "sipjs"],
  ["sipjs", "jssip"],
])("%s sees two users of %s by one subscription (RFC 5367)", async (watcher, watched) => {
  const carol = await desk.phone(watcher, "carol");
  await carol.watchList(["bob", "alice"]);
  await carol.gets("NOTIFY");
  const bob = await desk.phone(watched, "bob");
  await carol.tells(/^bob is open( away)?$/);
  const alice = await desk.phone(watcher, "alice");
  await carol.tells(/^alice is open( away)?$/);
  await talk(alice, bob);
  await carol.tells(/^bob is open.* on-the-phone$/);
  await carol.tells(/^alice is open.* on-the-phone$/);
  await bob.end("alice");
  await carol.tells(/^alice is open( away)?$/);
  await bob.page.goto("about:blank");
  expect(await carol.tells(/^bob is closed/)).toMatch(/^bob is closed/);
});
