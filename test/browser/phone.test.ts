import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import type { Browser } from "playwright-core";
import { launchChromium } from "./chromium.ts";
import { receives } from "./media.ts";
import { openPhone, type PhonePage } from "./phone-page.ts";
import { startService, type Service } from "./service.ts";

let service: Service;
let browser: Browser;

beforeAll(async () => {
  [service, browser] = await Promise.all([startService(), launchChromium()]);
});
afterAll(async () => {
  await browser.close();
  await service.close();
});
afterEach(async () => {
  await Promise.all(browser.contexts().map((context) => context.close()));
});

const phoneOf = (user: string): Promise<PhonePage> => openPhone(browser, service, user);
const cutAll = () => service.cloud.gateway.connections().forEach(({ id }) => service.cloud.gateway.drop(id));
const aliceAndBob = () => Promise.all([phoneOf("alice"), phoneOf("bob")]);

describe("a call between two browsers", () => {
  test("with video: media flows both ways until the callee hangs up, and both see it", async () => {
    const [alice, bob] = await aliceAndBob();
    await alice.press("Video call bob");
    await alice.says("Ringing …");
    await bob.says("Video call for you");
    await bob.press("With video");
    expect(await receives(alice.page, "audio", "video")).toBe(true);
    expect(await receives(bob.page, "audio", "video")).toBe(true);
    await bob.press("Hang up");
    expect(await bob.told()).toMatch(/^You hung up\. The call lasted 0:0\d\.$/);
    expect(await alice.told()).toMatch(/^bob hung up\. The call lasted 0:0\d\.$/);
  });

  test("without video: nobody's camera is asked for, and the caller may hang up too", async () => {
    const [alice, bob] = await aliceAndBob();
    await alice.dial("bob");
    await bob.says("Call for you");
    expect(await bob.page.getByRole("button", { name: "With video" }).isVisible()).toBe(false);
    await bob.press("Answer");
    expect(await receives(alice.page, "audio")).toBe(true);
    expect(await receives(bob.page, "audio")).toBe(true);
    expect(await alice.page.getByRole("button", { name: "Camera off" }).isVisible()).toBe(false);
    await alice.press("Hang up");
    expect(await bob.told()).toMatch(/^alice hung up\./);
  });

  test("may be answered with sound only although it was offered with video", async () => {
    const [alice, bob] = await aliceAndBob();
    await alice.press("Video call bob");
    await bob.press("Answer");
    expect(await receives(bob.page, "audio", "video")).toBe(true);
    expect(await receives(alice.page, "audio")).toBe(true);
    expect(await bob.page.getByRole("button", { name: "Camera off" }).isVisible()).toBe(false);
  });

  test("ends for the other side when the page is left", async () => {
    const [alice, bob] = await aliceAndBob();
    await alice.dial("bob");
    await bob.press("Answer");
    expect(await receives(bob.page, "audio")).toBe(true);
    await alice.page.goto("about:blank");
    expect(await bob.told()).toMatch(/^alice hung up\./);
  });
});

describe("a connection that is cut", () => {
  test("is made again by the phone, which can then be called", async () => {
    const [alice, bob] = await aliceAndBob();
    cutAll();
    await bob.says("The server cannot be reached. Trying again …");
    await Promise.all([alice.says("Ready for calls"), bob.says("Ready for calls")]);
    await alice.dial("bob");
    await bob.press("Answer");
    expect(await receives(bob.page, "audio")).toBe(true);
  });

  test("on both sides does not end their call, and its end still arrives", async () => {
    const [alice, bob] = await aliceAndBob();
    await alice.dial("bob");
    await bob.press("Answer");
    expect(await receives(alice.page, "audio")).toBe(true);
    cutAll();
    await Promise.all([alice, bob].map(({ says }) => says("The server cannot be reached. Trying again …")));
    await Promise.all([alice, bob].map(({ says }) => says("Ready for calls")));
    expect(await receives(alice.page, "audio")).toBe(true);
    await alice.press("Hang up");
    expect(await bob.told()).toMatch(/^alice hung up\./);
  });
});

describe("a call that is not taken", () => {
  test("is missed when the caller cancels", async () => {
    const [alice, bob] = await aliceAndBob();
    await alice.dial("bob");
    await bob.says("Call for you");
    await alice.press("Hang up");
    expect(await alice.told()).toBe("Call cancelled.");
    expect(await bob.told()).toBe("Missed call from alice.");
  });

  test("is declined in words, and both are ready for the next", async () => {
    const [alice, bob] = await aliceAndBob();
    await alice.dial("bob");
    await bob.press("Decline");
    expect(await alice.told()).toBe("bob declined the call.");
    expect(await bob.told()).toBe("Call declined.");
    await bob.dial("alice");
    await alice.says("Call for you");
  });

  test("is refused as busy by a phone that talks to somebody else, who hears nothing of it", async () => {
    const [[alice, bob], carol] = await Promise.all([aliceAndBob(), phoneOf("carol")]);
    await alice.dial("bob");
    await bob.press("Answer");
    expect(await receives(alice.page, "audio")).toBe(true);
    await carol.dial("bob");
    expect(await carol.told()).toBe("bob is busy.");
    expect(await receives(alice.page, "audio")).toBe(true);
  });

  test.each([
    ["somebody who is not there", "carol", "carol is not online."],
    ["nobody", "mallory", "There is nobody called mallory."],
    ["what is no address", "sip:@", "“sip:@” is not an address. Try a name like bob, or sip:bob@example.com."],
  ])("to %s ends at once, in words", async (_whom, target, words) => {
    const alice = await phoneOf("alice");
    await alice.dial(target);
    expect(await alice.told()).toBe(words);
  });
});

describe("signing in", () => {
  test("by hand, with the domain filled in already", async () => {
    const { page, press, says } = await openPhone(browser, service);
    await page.getByLabel("Name").fill("alice");
    await page.getByLabel("Password").fill("alice");
    expect(await page.getByLabel("Domain").inputValue()).toBe(service.domain);
    await press("Sign in");
    await says("Ready for calls");
  });

  test.each([
    ["a wrong password", "alice"],
    ["a name nobody has", "mallory"],
  ])("with %s is refused in words that do not tell which of the two was wrong", async (_what, user) => {
    const { page, press, told } = await openPhone(browser, service);
    await page.getByLabel("Name").fill(user);
    await page.getByLabel("Password").fill("wrong");
    await press("Sign in");
    expect(await told()).toBe("Name or password is wrong.");
    expect(await page.getByLabel("Name").inputValue()).toBe(user);
  });

  test("with one click as one of the people of this machine, and a second phone with another", async () => {
    const { page, says } = await openPhone(browser, service);
    await page.getByRole("link", { name: "alice" }).click();
    await says("Ready for calls");
    const [second] = await Promise.all([
      page.context().waitForEvent("page"),
      page.getByRole("link", { name: "Open a second phone as bob" }).click(),
    ]);
    await second.getByText("Ready for calls").waitFor();
    expect(await second.getByRole("heading", { level: 1 }).innerText()).toBe("bob");
  });

  test("ends with signing out: calls no longer arrive", async () => {
    const [alice, bob] = await aliceAndBob();
    await bob.press("Sign out");
    await bob.page.getByLabel("Password").waitFor();
    await alice.dial("bob");
    expect(await alice.told()).toBe("bob is not online.");
  });
});

test("the SIP log shows each message as an arrow that opens to its text", async () => {
  const { page } = await phoneOf("alice");
  await page.getByText("SIP log").click();
  await page.getByText("200 OK", { exact: true }).click();
  expect(await page.locator("pre:visible").innerText()).toMatch(/^SIP\/2\.0 200 OK\n(.*\n)*Via: /);
});
