import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import type { Page } from "playwright-core";
import { startMemoryService } from "./memory-service.ts";
import { openPhone, type PhonePage } from "./phone-page.ts";
import { newContext, openRoom, type Room } from "./room.ts";

let room: Room;

beforeAll(async () => {
  room = await openRoom(startMemoryService());
});
afterEach(() => room.clear());
afterAll(() => room.close());

const phoneOf = (user: string): Promise<PhonePage> => openPhone(room, user);

async function adds({ page, press }: PhonePage, target: string): Promise<void> {
  await press("Contacts");
  await page.getByLabel("Who do you want to add?").fill(target);
  await page.keyboard.press("Enter");
}

/** Waits until the row of the contact has these words. */
async function expectPresence({ page }: PhonePage, contact: string, words: string): Promise<void> {
  const row = page.getByRole("list", { name: "Contacts" }).getByRole("listitem").filter({ hasText: contact });
  await row.getByText(words, { exact: true }).waitFor();
}

async function turns({ page, press }: PhonePage, name: string): Promise<void> {
  await press("Settings");
  await page.getByRole("switch", { name }).click();
}

test("a contact shows its presence: offline, available, away and do not disturb by the switches of its phone, and in a call", async () => {
  const alice = await phoneOf("alice");
  await adds(alice, "sip:bob@example.com");
  await expectPresence(alice, "bob", "Offline");
  const bob = await phoneOf("bob");
  await expectPresence(alice, "bob", "Available");
  await turns(bob, "Away");
  await expectPresence(alice, "bob", "Away");
  await turns(bob, "Do not disturb");
  await expectPresence(alice, "bob", "Do not disturb");
  await turns(bob, "Do not disturb");
  await expectPresence(alice, "bob", "Away");
  await turns(bob, "Away");
  await expectPresence(alice, "bob", "Available");
  const carol = await phoneOf("carol");
  await carol.dial("bob");
  await bob.press("Answer");
  await expectPresence(alice, "bob", "In a call");
  await bob.press("Hang up");
  await expectPresence(alice, "bob", "Available");
  await bob.press("Settings");
  await bob.press("Sign out");
  await expectPresence(alice, "bob", "Offline");
  expect(await alice.page.getByRole("alert").count()).toBe(0);
});

/** The page is in another tab, or again in front. */
function hide(page: Page, isHidden: boolean): Promise<void> {
  return page.evaluate((hidden) => {
    Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  }, isHidden);
}

test("a phone that is hidden for ten minutes is away, and available when it is looked at again", async () => {
  const context = await newContext(room.browser);
  const page = await context.newPage();
  await page.clock.install();
  const [alice, bob] = await Promise.all([phoneOf("alice"), openPhone({ ...room, page: async () => page }, "bob")]);
  await adds(alice, "bob");
  await expectPresence(alice, "bob", "Available");
  await hide(bob.page, true);
  await bob.page.clock.fastForward(600_000);
  await expectPresence(alice, "bob", "Away");
  await hide(bob.page, false);
  await expectPresence(alice, "bob", "Available");
  expect(await bob.page.getByText("Ready for calls").isVisible()).toBe(true);
});

test("contacts are added from a call and from a text, keep the name they are given over a reload, and are removed", async () => {
  const [alice, bob, carol] = await Promise.all([phoneOf("alice"), phoneOf("bob"), phoneOf("carol")]);
  await bob.dial("alice");
  await alice.press("Decline");
  await alice.press("Contacts");
  await alice.press("Add bob to contacts");
  await carol.write("alice", "Hello");
  await alice.page.getByRole("button", { name: "Texts 1 unread" }).click();
  await alice.page.locator("button.row").first().click();
  await alice.press("Add carol to contacts");
  await alice.press("Contacts");
  await expectPresence(alice, "bob", "Available");
  await expectPresence(alice, "carol", "Available");
  expect(await alice.page.getByRole("button", { name: "Add carol to contacts" }).count()).toBe(0);

  await alice.press("Edit");
  await alice.page.getByLabel("Name of bob").fill("Robert");
  await alice.press("Done");
  await alice.page.reload();
  await alice.says("Ready for calls");
  await alice.press("Contacts");
  await expectPresence(alice, "Robert", "Available");
  await bob.dial("alice");
  await alice.page.getByRole("heading", { name: "Robert" }).waitFor();
  await alice.press("Decline");

  await alice.press("Edit");
  await alice.press("Remove Robert from contacts");
  expect(await alice.told()).toBe("Robert is no longer a contact.");
  await alice.press("Undo");
  await alice.press("Remove Robert from contacts");
  await alice.press("Done");
  expect(await alice.page.getByRole("list", { name: "Contacts" }).allInnerTexts()).toEqual([
    expect.not.stringContaining("Robert"),
  ]);
  await alice.press("Calls"); // where bob is among the latest: his presence is not known any more
  expect(await alice.page.locator("[data-presence=available]").count()).toBe(0);
});

test("a malformed address is not added, and a sentence says so", async () => {
  const alice = await phoneOf("alice");
  await adds(alice, "bob@not a domain");
  const words = "“bob@not a domain” is not an address. Try a name like bob, or sip:bob@example.com.";
  expect(await alice.told()).toBe(words);
});

test("a group among the contacts shows its members with their presence, and how many are available", async () => {
  await room.service.ringInTurn("team", ["bob", "carol"], 10);
  const alice = await phoneOf("alice");
  await adds(alice, "team");
  const members = alice.page.getByRole("list", { name: "Members of team" });
  const expectMember = (name: string, words: string) =>
    members.getByRole("listitem").filter({ hasText: name }).getByText(words, { exact: true }).waitFor();
  await expectPresence(alice, "team", "0 of 2 available");
  await expectMember("carol", "Offline");
  const bob = await phoneOf("bob");
  await expectMember("bob", "Available");
  await expectPresence(alice, "team", "1 of 2 available");
  await turns(bob, "Do not disturb");
  await expectMember("bob", "Do not disturb");
  await turns(bob, "Do not disturb");
  const carol = await phoneOf("carol");
  await expectPresence(alice, "team", "2 of 2 available");
  await carol.press("Settings");
  await carol.press("Sign out");
  await expectMember("carol", "Offline");
  expect(await members.getByRole("listitem").count()).toBe(2);
  expect(await alice.page.getByRole("alert").count()).toBe(0);
});
