import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { receives } from "./media.ts";
import { startMemoryService } from "./memory-service.ts";
import { isShown, openPhone, type PhonePage } from "./phone-page.ts";
import { openRoom, type Room } from "./room.ts";

let room: Room;

beforeAll(async () => {
  room = await openRoom(startMemoryService());
});
afterEach(() => room.clear());
afterAll(() => room.close());

const phoneOf = (user: string): Promise<PhonePage> => openPhone(room, user);
const aliceAndBob = () => Promise.all([phoneOf("alice"), phoneOf("bob")]);

function cutAll(): void {
  for (const connection of room.service.connections()) room.service.drop(connection);
}

describe("a call between two browsers", () => {
  test("with video: media flows both ways until the callee hangs up, and both sides show it", async () => {
    const [alice, bob] = await aliceAndBob();
    await alice.press("Video call bob");
    await alice.says("Ringing …");
    await bob.says("Video call for you");
    await bob.press("With video");
    expect(await receives(alice.page, "audio", "video")).toBe(true);
    expect(await receives(bob.page, "audio", "video")).toBe(true);
    await bob.press("Hang up");
    expect(await bob.told()).toMatch(/^You hung up\. The call lasted \d+:\d\d\.$/);
    expect(await alice.told()).toMatch(/^bob hung up\. The call lasted \d+:\d\d\.$/);
  });

  test("without video: no camera is on, it is shown again and no second one made when its peer is dialled, and the caller may hang up too", async () => {
    const [alice, bob] = await aliceAndBob();
    await alice.dial("bob");
    await bob.says("Call for you");
    expect(await bob.page.getByRole("button", { name: "With video" }).isVisible()).toBe(false);
    await bob.press("Answer");
    expect(await receives(alice.page, "audio")).toBe(true);
    expect(await receives(bob.page, "audio")).toBe(true);
    expect(await alice.isPressed("Camera")).toBe(false);
    await alice.dial("sip:bob@example.com");
    expect(await alice.told()).toBe("You are in a call with bob already.");
    expect(await receives(bob.page, "audio")).toBe(true);
    expect(await alice.isPressed("Hold")).toBe(false);
    await alice.press("Hang up");
    expect(await bob.told()).toMatch(/^alice hung up\./);
  });

  test("may be answered with sound only although it was offered with video, and ends for the other side when the page is left", async () => {
    const [alice, bob] = await aliceAndBob();
    await alice.press("Video call bob");
    await bob.press("Answer");
    expect(await receives(bob.page, "audio", "video")).toBe(true);
    expect(await receives(alice.page, "audio")).toBe(true);
    expect(await bob.isPressed("Camera")).toBe(false);
    await alice.page.goto("about:blank");
    expect(await bob.told()).toMatch(/^alice hung up\./);
  });
});

test("a connection that is cut is opened again: the call goes on, its end still arrives, and a next call works too", async () => {
  const [alice, bob] = await aliceAndBob();
  await alice.dial("bob");
  await bob.press("Answer");
  expect(await receives(alice.page, "audio")).toBe(true);
  const reconnecting = "Reconnecting … the call goes on";
  const shown = Promise.all([alice, bob].map(({ page }) => isShown(page, reconnecting)));
  cutAll();
  await shown;
  await Promise.all([alice, bob].map(({ page }) => page.getByText(reconnecting).waitFor({ state: "hidden" })));
  expect(await receives(alice.page, "audio")).toBe(true);
  await alice.press("Hang up");
  expect(await bob.told()).toMatch(/^alice hung up\./);
  await bob.dial("alice");
  await alice.press("Answer");
  expect(await receives(alice.page, "audio")).toBe(true);
});

describe("a call that is not taken", () => {
  test("is missed when the caller cancels; is declined with a sentence, and both phones are ready for the next", async () => {
    const [alice, bob] = await aliceAndBob();
    await alice.dial("bob");
    await bob.says("Call for you");
    await alice.press("Hang up");
    expect(await alice.told()).toBe("Call cancelled.");
    expect(await bob.told()).toBe("Missed call from alice.");
    await alice.dial("bob");
    await bob.press("Decline");
    await alice.alert("bob declined the call. Try again later, or write a text.");
    await bob.alert("Call declined.");
    await bob.dial("alice");
    await alice.says("Call for you");
  });

  test("is refused as busy by a phone that has two calls already", async () => {
    const [[alice, bob], carol] = await Promise.all([aliceAndBob(), phoneOf("carol")]);
    await alice.dial("bob");
    await bob.press("Answer");
    expect(await receives(alice.page, "audio")).toBe(true);
    await carol.dial("bob");
    await bob.says("carol is calling");
    const dave = await openPhone(room, "alice");
    await dave.dial("bob");
    expect(await dave.told()).toBe("bob is busy. Try again in a few minutes.");
    expect(await receives(alice.page, "audio")).toBe(true);
  });

  test("to a user who is offline, to an unknown name and to a malformed address ends at once, with a sentence", async () => {
    const alice = await phoneOf("alice");
    for (const [target, words] of [
      ["carol", "carol is not online. Try again later."],
      ["mallory", "mallory does not exist here. Check the name."],
      ["sip:@", "“sip:@” is not an address. Try a name like bob, or sip:bob@example.com."],
    ] as const) {
      await alice.dial(target);
      await alice.alert(words);
    }
    expect(await alice.page.getByRole("button", { name: "Hang up" }).count()).toBe(0);
  });
});

describe("signing in", () => {
  test("by hand, with the domain filled in already", async () => {
    const { page, press, says } = await openPhone(room);
    await page.getByLabel("Name").fill("alice");
    await page.getByLabel("Password").fill("alice");
    expect(await page.getByLabel("Domain").inputValue()).toBe(room.service.domain);
    await press("Sign in");
    await says("Ready for calls");
  });

  test("with a wrong password or an unknown name is refused with a sentence that does not reveal which of the two was wrong", async () => {
    const { page, press, told } = await openPhone(room);
    for (const user of ["alice", "mallory"]) {
      await page.getByLabel("Name").fill(user);
      await page.getByLabel("Password").fill("wrong");
      await press("Sign in"); // takes the sentence away
      expect(await told()).toBe("Name or password is wrong. Check both and try again.");
      expect(await page.getByLabel("Name").inputValue()).toBe(user);
      expect(await page.getByLabel("Password").evaluate((field) => field === document.activeElement)).toBe(true);
    }
  });

  test("with one click as one of the users of this machine, and a second phone as another", async () => {
    const { page, says } = await openPhone(room);
    await page.getByRole("link", { name: "alice" }).click();
    await says("Ready for calls");
    const [second] = await Promise.all([
      page.context().waitForEvent("page"),
      page.getByRole("link", { name: "Open a second phone as bob" }).click(),
    ]);
    await second.getByText("Ready for calls").waitFor();
    expect(await second.getByRole("heading", { level: 1 }).innerText()).toBe("bob · Phone");
  });

  test("ends with signing out: calls no longer arrive, and after a reload the page asks for the name, although its link signed in by itself", async () => {
    const [alice, bob] = await aliceAndBob();
    await bob.press("Settings");
    await bob.press("Sign out");
    await bob.page.getByLabel("Password").waitFor();
    expect(await bob.page.getByLabel("Name", { exact: true }).inputValue()).toBe("");
    while (room.service.connections().length > 1) await bob.page.waitForTimeout(20);
    await alice.dial("bob");
    expect(await alice.told()).toBe("bob is not online. Try again later.");
    await bob.page.reload();
    await bob.page.getByLabel("Password").waitFor();
    expect(await bob.page.getByLabel("Name", { exact: true }).inputValue()).toBe("");
  });
});

test("the SIP log shows each message as an arrow that opens to its text", async () => {
  const { page, press } = await phoneOf("alice");
  await press("SIP log");
  await page.getByText("200 OK", { exact: true }).first().click();
  expect(await page.locator("pre:visible").innerText()).toMatch(/^SIP\/2\.0 200 OK\n(.*\n)*Via: /);
});
