import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { startCloudService } from "./cloud-service.ts";
import { isSilent, receives } from "./media.ts";
import { openPhone } from "./phone-page.ts";
import { openRoom, type Room } from "./room.ts";
import type { Service } from "./service.ts";

let room: Room;
let restarted: Service | undefined;

beforeAll(async () => {
  room = await openRoom(startCloudService());
});
afterAll(async () => {
  await room.browser.close();
  await restarted?.close();
});

test("a call goes on after a restart of the server with other keys by a new dialog after its first request, and contacts are watched again", async () => {
  const [alice, bob] = await Promise.all([openPhone(room, "alice"), openPhone(room, "bob")]);
  await alice.press("Contacts");
  await alice.page.getByLabel("Who do you want to add?").fill("bob");
  await alice.page.keyboard.press("Enter");
  await alice.says("Available");
  await bob.dial("alice");
  await alice.press("Answer");
  expect(await receives(alice.page, "audio")).toBe(true);
  await alice.page.getByRole("button", { name: "Hold" }).waitFor(); // her phone has the ACK
  await room.service.close();
  await Promise.all([alice, bob].map(({ says }) => says("Reconnecting … the call goes on")));
  restarted = await startCloudService({ port: Number(new URL(room.service.http).port) });
  for (const { page } of [alice, bob]) await page.getByText("Reconnecting").waitFor({ state: "detached" });

  await alice.press("Hold");
  await bob.says("alice has put you on hold");
  expect(await isSilent(alice.page)).toBe(true);
  await alice.press("Hold");
  expect(await receives(bob.page, "audio")).toBe(true);
  await bob.press("Hang up");
  expect(await alice.told()).toMatch(/^bob hung up\. The call lasted \d+:\d\d\.$/);
  expect(await bob.told()).toMatch(/^You hung up\./);

  await alice.says("Available");
  await bob.press("Settings");
  await bob.page.getByRole("switch", { name: "Away" }).click();
  await alice.says("Away");
});
