import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import type { Page } from "playwright-core";
import { startCloudService } from "./cloud-service.ts";
import { receives } from "./media.ts";
import { openPhone } from "./phone-page.ts";
import { openRoom, type Room } from "./room.ts";
import type { BarePage } from "./site.ts";

let room: Room;

beforeAll(async () => {
  room = await openRoom(startCloudService());
});
afterEach(() => room.clear());
afterAll(() => room.close());

async function openClient(name: BarePage, user: string, password = user): Promise<Page> {
  const page = await room.page();
  const { ws, http, domain } = room.service;
  const query = new URLSearchParams({ ws, address: `sip:${user}@${domain}`, password });
  await page.goto(`${http}${name}?${query.toString()}`);
  return page;
}

const call = (page: Page, user: string) =>
  page.evaluate((target) => phone.call(target), `sip:${user}@${room.service.domain}`);
const hangUp = (page: Page) => page.evaluate(() => phone.hangUp());
/** The page's line that begins with this word. */
const reported = (page: Page, word: string) => page.getByText(new RegExp(`^${word}`)).innerText();

/** Whether the page's audio element plays. */
const isHeard = (page: Page) =>
  page
    .waitForFunction(() => (document.querySelector("audio")?.currentTime ?? 0) > 0)
    .then((handle) => handle.jsonValue());

describe.each<[BarePage, BarePage]>([
  ["jssip", "sipjs"],
  ["sipjs", "jssip"],
])("the clients of examples/: %s calls %s", (callerName, calleeName) => {
  test("they talk, and the callee's end of the call is heard by the caller", async () => {
    const [caller, callee] = await Promise.all([openClient(callerName, "alice"), openClient(calleeName, "bob")]);
    await Promise.all([reported(caller, "registered"), reported(callee, "registered")]);
    await call(caller, "bob");
    expect(await Promise.all([reported(caller, "talking"), reported(callee, "talking")])).toHaveLength(2);
    expect(await receives(caller, "audio")).toBe(true);
    expect(await receives(callee, "audio")).toBe(true);
    expect(await Promise.all([isHeard(caller), isHeard(callee)])).toEqual([true, true]);
    await hangUp(callee);
    expect(await Promise.all([reported(caller, "ended"), reported(callee, "ended")])).toHaveLength(2);
  });
});

test("SIP.js takes a call from the phone page, whose user hangs up", async () => {
  const [alice, bob] = await Promise.all([openPhone(room, "alice"), openClient("sipjs", "bob")]);
  await reported(bob, "registered");
  await alice.dial("bob");
  expect(await receives(alice.page, "audio")).toBe(true);
  expect(await receives(bob, "audio")).toBe(true);
  await alice.press("Hang up");
  expect(await reported(bob, "ended")).toBe("ended");
});

test.each<BarePage>(["jssip", "sipjs"])("%s rejects a wrong password with an error", async (name) => {
  expect(await reported(await openClient(name, "alice", "wrong"), "failed")).toMatch(/^failed: Error: sign-in failed/);
});

describe("examples/web", () => {
  async function openExample(user: string, password = user): Promise<Page> {
    const page = await room.page();
    const { ws, http, domain } = room.service;
    await page.goto(`${http}web/`);
    await page.getByLabel("WebSocket").fill(ws);
    await page.getByLabel("Address").fill(`sip:${user}@${domain}`);
    await page.getByLabel("Password").fill(password);
    await page.getByRole("button", { name: "Sign in" }).click();
    return page;
  }
  const says = (page: Page, words: string | RegExp) => page.getByRole("status").and(page.getByText(words)).waitFor();

  test("two of its pages call each other, send a text and hang up", async () => {
    const [alice, bob] = await Promise.all([openExample("alice"), openExample("bob")]);
    await Promise.all([says(alice, /^Signed in as sip:alice@/), says(bob, /^Signed in as sip:bob@/)]);
    await alice.getByLabel("To").fill("bob");
    await alice.getByRole("button", { name: "Call" }).click();
    await says(bob, /^sip:alice@.* calls\.$/);
    await says(alice, "bob rings …");
    await bob.getByRole("button", { name: "Answer" }).click();
    await Promise.all([says(alice, "Talking with bob."), says(bob, /^Talking with sip:alice@/)]);
    expect(await receives(alice, "audio")).toBe(true);
    expect(await Promise.all([isHeard(alice), isHeard(bob)])).toEqual([true, true]);
    await alice.getByLabel("Text").fill("Hello!");
    await alice.getByRole("button", { name: "Send" }).click();
    await bob.getByText(/^sip:alice@.*: Hello!$/).waitFor();
    await alice.getByText("to bob: Hello!").waitFor();
    await bob.getByRole("button", { name: "Hang up" }).click();
    await Promise.all([says(alice, "The call with bob is over."), says(bob, /is over\.$/)]);
    expect(await bob.getByRole("button", { name: "Answer" }).isVisible()).toBe(false);
  });

  test("says why a sign-in and a call fail", async () => {
    const alice = await openExample("alice", "wrong");
    await says(alice, /^sign-in failed: /);
    await alice.getByLabel("Password").fill("alice");
    await alice.getByRole("button", { name: "Sign in" }).click();
    await says(alice, /^Signed in as/);
    await alice.getByLabel("To").fill("carol");
    await alice.getByRole("button", { name: "Call" }).click();
    await says(alice, /^No call with carol: /);
    await alice.getByLabel("To").fill("zoe"); // without an account: a text to carol would wait for her
    await alice.getByLabel("Text").fill("Hello!");
    await alice.getByRole("button", { name: "Send" }).click();
    await says(alice, /^The text did not arrive: /);
    expect(await alice.locator("#texts li").count()).toBe(0);
  });
});
