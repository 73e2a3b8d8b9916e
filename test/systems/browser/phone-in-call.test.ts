import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { isSilent, receives } from "./media.ts";
import { openPhone, type PhonePage } from "./phone-page.ts";
import { openRoom, type Room } from "./room.ts";

let room: Room;

beforeAll(async () => {
  room = await openRoom();
});
afterEach(() => room.clear());
afterAll(() => room.close());

const phoneOf = (user: string): Promise<PhonePage> => openPhone(room, user);

/** Alice and bob, who talk to each other. */
async function talking(): Promise<[PhonePage, PhonePage]> {
  const [alice, bob] = await Promise.all([phoneOf("alice"), phoneOf("bob")]);
  await alice.dial("bob");
  await bob.press("Answer");
  expect(await receives(alice.page, "audio")).toBe(true);
  return [alice, bob];
}

test("on hold nobody is heard by who holds, and both are told; the same button brings it back", async () => {
  const [alice, bob] = await talking();
  await alice.press("Hold");
  await Promise.all([alice.says("On hold"), bob.says("alice has put you on hold")]);
  expect(await isSilent(alice.page)).toBe(true);
  await alice.press("Hold");
  await alice.page.getByText("On hold").waitFor({ state: "hidden" });
  expect(await receives(alice.page, "audio")).toBe(true);
  await bob.page.getByText("alice has put you on hold").waitFor({ state: "hidden" });
});

test("keys of the keypad arrive at the other side, and are shown at both", async () => {
  const [alice, bob] = await talking();
  await alice.press("Keypad");
  for (const key of ["4", "2", "#"]) await alice.press(key);
  expect(await alice.page.getByLabel("Keys pressed").innerText()).toBe("42#");
  await bob.says("alice pressed 42#");
});

describe("a transfer", () => {
  async function transfer(alice: PhonePage, target: string): Promise<void> {
    await alice.press("Transfer");
    await alice.page.getByLabel("Who shall take the call?").fill(target);
    await alice.page.keyboard.press("Enter");
  }

  test("connects the two others when the new one answers, and ends for who made it", async () => {
    const [[alice, bob], carol] = await Promise.all([talking(), phoneOf("carol")]);
    await transfer(alice, "carol");
    await alice.says("Asking carol …");
    await carol.press("Answer");
    expect(await alice.told()).toMatch(/^bob talks to carol now\./);
    expect(await bob.page.getByRole("heading", { level: 2, name: "carol" }).isVisible()).toBe(true);
    expect(await receives(bob.page, "audio")).toBe(true);
    expect(await receives(carol.page, "audio")).toBe(true);
    await carol.press("Hang up");
    expect(await bob.told()).toMatch(/^carol hung up\./);
  });

  test("of somebody who is on hold and muted: the new call is not on hold, but muted still", async () => {
    const [[alice, bob], carol] = await Promise.all([talking(), phoneOf("carol")]);
    await bob.press("Mute");
    await alice.press("Hold");
    await bob.says("alice has put you on hold");
    await transfer(alice, "carol");
    await carol.press("Answer");
    await bob.says("You are muted");
    expect(await alice.told()).toMatch(/^bob talks to carol now\./);
    const heard = await bob.page.evaluate(() =>
      connections
        .at(-1)
        ?.getSenders()
        .map(({ track }) => track?.enabled),
    );
    expect(heard).toEqual([false]);
    await bob.press("Mute");
    expect(await receives(carol.page, "audio")).toBe(true);
  });

  test.each([
    ["to nobody", "mallory", "There is nobody called mallory."],
    ["to what is no address", "sip:@", "“sip:@” is not an address. Try a name like bob, or sip:bob@example.com."],
  ])("%s is told in words, and the call goes on", async (_whom, target, words) => {
    const [alice, bob] = await talking();
    await transfer(alice, target);
    expect(await alice.told()).toBe(words);
    expect(await receives(alice.page, "audio")).toBe(true);
    await alice.press("Hang up");
    await bob.says(/^alice hung up\./); // in place of why the other call failed
  });
});

describe("a text", () => {
  async function write(phone: PhonePage, to: string, text: string): Promise<void> {
    await phone.page.getByLabel("To", { exact: true }).fill(to);
    await phone.page.getByLabel("Text", { exact: true }).fill(text);
    await phone.page.keyboard.press("Enter");
  }

  test("is read by the other side, who can answer it", async () => {
    const [alice, bob] = await Promise.all([phoneOf("alice"), phoneOf("bob")]);
    await write(alice, "bob", "Lunch? 🍜");
    await bob.says("Lunch? 🍜");
    expect(await bob.page.getByLabel("To", { exact: true }).inputValue()).toBe("alice");
    await bob.page.getByLabel("Text", { exact: true }).fill("Gladly!");
    await bob.press("Send");
    await alice.says("Gladly!");
    expect(await alice.page.getByRole("listitem").filter({ hasText: "Lunch? 🍜" }).innerText()).toContain("to bob");
  });

  test("is read in a call too", async () => {
    const [[alice], carol] = await Promise.all([talking(), phoneOf("carol")]);
    await write(carol, "alice", "Meeting!");
    expect(await alice.told()).toBe("carol writes: Meeting!");
  });

  test("to nobody is kept for another try, and told in words", async () => {
    const alice = await phoneOf("alice");
    await write(alice, "mallory", "hello");
    expect(await alice.told()).toBe("There is nobody called mallory.");
    expect(await alice.page.getByLabel("Text", { exact: true }).inputValue()).toBe("hello");
  });
});
