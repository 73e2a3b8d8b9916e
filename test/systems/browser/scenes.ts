// Every state of the phone page, one after the other, in one story. The walk over all screen sizes, the check by
// axe-core and the pictures of the docs visit each of them.
import type { Page } from "playwright-core";
import { receives } from "./media.ts";
import { openPhone, type PhonePage } from "./phone-page.ts";
import type { Room } from "./room.ts";

export const sizes = [
  { width: 360, height: 640 },
  { width: 320, height: 568 },
  { width: 667, height: 375 },
  { width: 844, height: 390 },
  { width: 1280, height: 800 },
] as const;

/** Visits a state. */
export type Visit = (scene: string, page: Page) => Promise<void>;

export interface SceneOptions {
  /** Display name in the messages of bob and carol. */
  readonly displayName?: string;
  /** The text that bob sends. */
  readonly text?: string;
}

export async function visitScenes(room: Room, visit: Visit, options: SceneOptions = {}): Promise<void> {
  const { displayName, text = "Shall we meet at ten?" } = options;
  const stranger = await openPhone(room);
  await visit("sign-in", stranger.page);
  await stranger.page.getByLabel("Name").fill("alice");
  await stranger.page.getByLabel("Password").fill("wrong");
  await stranger.press("Sign in");
  await stranger.told();
  await visit("error", stranger.page);
  await stranger.page.goto("about:blank");

  const [bob, carol] = await Promise.all([named(room, "bob", displayName), named(room, "carol", displayName)]);
  const alice = await openPhone(room, "alice");
  const look = (scene: string) => visit(scene, alice.page);
  await look("dialer-empty");
  await listContacts(alice, [bob, carol], displayName, look);
  await alice.dial("mallory");
  await alice.told();
  await look("failed");

  await bob.press("Video call alice");
  await alice.says("Video call for you");
  await look("incoming");
  await alice.press("Decline");
  await bob.told();

  await alice.dial("bob");
  await alice.says("Ringing …");
  await look("ringing");
  await bob.press("Answer");
  await receives(alice.page, "audio");
  await look("voice");
  await alice.press("Mute");
  await alice.press("Hold");
  await alice.says("On hold");
  await look("held");
  await alice.press("Hold");
  await alice.press("Mute");
  for (const panel of ["Keypad", "Transfer", "Devices"]) {
    await alice.press(panel);
    await look(panel.toLowerCase());
    await alice.press("Close");
  }
  await talkOfTwo(alice, carol, look);
  await exchangeTexts(alice, bob, text, look);
  await seeEachOther(alice, bob, look);
  await alice.press("Hang up");
  await alice.told();
  await alice.page.setViewportSize({ width: 1280, height: 800 }); // A small screen shows only the conversation.
  await alice.press("Calls");
  await look("dialer");
  await alice.page.setViewportSize({ width: 1280, height: 800 });

  await alice.press("Contacts");
  await look("contacts");
  await alice.page.setViewportSize({ width: 1280, height: 800 });

  await alice.press("Texts");
  await look("texts");
  await alice.page.setViewportSize({ width: 1280, height: 800 });
  await alice.page.locator("button.row").first().click();
  await alice.page.getByLabel("Text", { exact: true }).waitFor();
  await look("conversation");
  await alice.page.setViewportSize({ width: 1280, height: 800 });
  await alice.press("Settings");
  await alice.press("Add times");
  await look("settings");
  await alice.press("SIP log");
  await look("log");
}

/** Contacts of every state, one of them with a long name; their names can be edited. */
async function listContacts(
  alice: PhonePage,
  [bob, carol]: readonly [PhonePage, PhonePage],
  displayName: string | undefined,
  look: (scene: string) => Promise<void>,
): Promise<void> {
  await alice.press("Contacts");
  await look("contacts-empty");
  for (const address of ["bob", "carol", "dave@example.org", "erin"]) {
    await alice.page.getByLabel("Who do you want to add?").fill(address);
    await alice.page.keyboard.press("Enter");
    await alice.page.getByRole("button", { name: `Call ${address}`, exact: true }).waitFor();
  }
  await carol.press("Do not disturb");
  await alice.page.getByRole("list", { name: "Contacts" }).getByText("Do not disturb").waitFor();
  await carol.press("Do not disturb");
  await bob.press("Settings");
  await bob.page.getByRole("switch", { name: "Away" }).click();
  await alice.page.getByText("Away", { exact: true }).waitFor();
  await alice.press("Edit");
  if (displayName !== undefined) await alice.page.getByLabel("Name of dave@example.org").fill(displayName);
  await look("contacts-edit");
  await alice.press("Remove erin from contacts");
  await look("contact-removed");
  await alice.press("Undo");
  await alice.press("Done");
  await bob.press("Calls");
  await alice.press("Calls");
}

/** A second call rings, is answered, and the two peers could be connected. */
async function talkOfTwo(alice: PhonePage, carol: PhonePage, look: (scene: string) => Promise<void>): Promise<void> {
  await carol.dial("alice");
  await alice.page.getByRole("button", { name: "Hold and answer" }).waitFor();
  await look("second-ringing");
  await alice.press("Hold and answer");
  await alice.page.getByRole("button", { name: "Swap" }).waitFor();
  await look("two-calls");
  await alice.press("Transfer");
  await look("connect");
  await alice.press("Close");
  await carol.press("Hang up");
  await alice.says("On hold. Press Hold to talk again."); // the call with bob is the only one again
  await alice.press("Hold");
}

/** Texts are exchanged during the call. */
async function exchangeTexts(alice: PhonePage, bob: PhonePage, text: string, look: (scene: string) => Promise<void>) {
  await bob.write("alice", text);
  await alice.page.setViewportSize(sizes[0]);
  await alice.page.getByRole("button", { name: "Texts 1 unread" }).click();
  await alice.page.getByLabel("Text", { exact: true }).fill("Yes, gladly. I call you then.");
  await alice.press("Send");
  await look("texts-in-call");
  await alice.page.setViewportSize(sizes[0]);
  await alice.page.getByRole("button", { name: "Back to the call" }).click();
}

async function seeEachOther(alice: PhonePage, bob: PhonePage, look: (scene: string) => Promise<void>): Promise<void> {
  await alice.press("Camera");
  await alice.page.locator(".self-view").waitFor();
  await look("own-camera");
  await bob.press("Camera");
  await alice.page.locator('.call[data-picture="yes"]').waitFor();
  await alice.page.waitForFunction(() => (document.querySelector<HTMLVideoElement>(".remote")?.videoWidth ?? 0) > 0);
  await look("video");
}

/** A phone whose calls and texts carry a display name. */
async function named(room: Room, user: string, displayName: string | undefined): Promise<PhonePage> {
  if (displayName === undefined) return openPhone(room, user);
  const page = await room.page();
  await page.routeWebSocket(room.service.ws, (socket) => {
    const server = socket.connectToServer();
    socket.onMessage((message) => {
      const sent = message.toString();
      const isNamed = /^(?:INVITE|MESSAGE) /.test(sent);
      server.send(isNamed ? sent.replace(/^From: </m, `From: "${displayName}" <`) : sent);
    });
  });
  return openPhone({ ...room, page: () => Promise.resolve(page) }, user);
}
