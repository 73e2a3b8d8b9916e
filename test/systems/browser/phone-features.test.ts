import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import type { WebSocketRoute } from "playwright-core";
import { isSilent, receives } from "./media.ts";
import { startMemoryService } from "./memory-service.ts";
import { isShown, openPhone, overtaken, type PhonePage } from "./phone-page.ts";
import { newContext, openRoom, type Room } from "./room.ts";

let room: Room;

beforeAll(async () => {
  room = await openRoom(startMemoryService());
});
afterEach(() => room.clear());
afterAll(() => room.close());

const phoneOf = (user: string): Promise<PhonePage> => openPhone(room, user);

async function talking(): Promise<[PhonePage, PhonePage]> {
  const [alice, bob] = await Promise.all([phoneOf("alice"), phoneOf("bob")]);
  await alice.dial("bob");
  await bob.press("Answer");
  expect(await receives(alice.page, "audio")).toBe(true);
  return [alice, bob];
}

const recents = ({ page }: PhonePage) => page.locator(".recents li").allInnerTexts();

test("calls are listed with their outcome, the missed ones counted, also after a reload", async () => {
  const [alice, bob] = await talking();
  await alice.press("Hang up");
  await bob.press("Texts");
  await alice.dial("bob");
  await bob.says("Call for you");
  await alice.press("Hang up");
  await bob.page.getByLabel("1 missed").waitFor();
  await bob.page.reload();
  await bob.says("Ready for calls");
  const [missed, answered] = await recents(bob);

  expect(missed).toMatch(/alice[\s\S]*Missed/);
  expect(answered).toMatch(/alice[\s\S]*Incoming · \d+:\d\d/);
  await alice.dial("zoe");
  await alice.told();
  const [unknown, cancelled] = await recents(alice);
  expect(unknown).toMatch(/zoe[\s\S]*zoe does not exist here\.(?! Check)/); // without the advice
  expect(cancelled).toMatch(/bob[\s\S]*Call cancelled\./);
  await alice.press("Clear");
  expect(await recents(alice)).toEqual([]);
  await alice.press("Undo");
  expect(await recents(alice)).toHaveLength(3);
});

test("a page that is loaded again in a call says that the call has ended, and Call again makes it anew", async () => {
  const [alice, bob] = await talking();
  await alice.page.reload();
  expect(await alice.told()).toBe("This page was loaded again, which ended your call with bob.");
  await bob.says(/^alice hung up\./);
  await alice.press("Call again");
  await bob.press("Answer");
  expect(await receives(alice.page, "audio")).toBe(true);
  await alice.press("Hang up");
  await alice.told();
  await alice.page.reload();
  await alice.says("Ready for calls");
  expect(await alice.page.getByRole("alert").count()).toBe(0); // no call was left this time
});

test("a page that is loaded again stays signed in without its password, until the user signs out", async () => {
  const alice = await openPhone(room);
  await alice.page.getByLabel("Name").fill("alice");
  await alice.page.getByLabel("Password").fill("alice");
  await alice.press("Sign in");
  await alice.says("Ready for calls");
  await alice.page.reload();
  await alice.says("Ready for calls");
  const kept = await alice.page.evaluate(() => JSON.stringify([sessionStorage, localStorage]));
  expect(kept).toContain("ha1");
  expect(kept).not.toContain("password");
  await alice.press("Settings");
  await alice.press("Sign out");
  await alice.page.reload();
  await alice.page.getByLabel("Password").waitFor();
});

test("neither a sentence below the lists nor the loss of the connection moves the field to dial", async () => {
  const page = await (await newContext(room.browser)).newPage();
  const sockets: WebSocketRoute[] = [];
  let isCut = false;
  await page.routeWebSocket(room.service.ws, (socket) => {
    sockets.push(socket);
    if (isCut) void socket.close({ code: 1011 });
    else socket.connectToServer();
  });
  const alice = await openPhone({ ...room, page: async () => page }, "alice");
  await alice.page.setViewportSize({ width: 320, height: 640 });
  const places = async () =>
    Promise.all(["#target", ".recents h2"].map((part) => alice.page.locator(part).boundingBox()));
  const before = await places();
  await alice.press("Call"); // with an empty field
  expect(await alice.told()).toBe("Type a name first, such as bob.");
  expect(await places()).toEqual(before);
  isCut = true;
  for (const socket of sockets) await socket.close({ code: 1011 });
  await alice.says("Not connected. Trying again …");
  expect(await places()).toEqual(before);
});

test("do not disturb: all phones of the user stay silent, also after a reload, and the caller sees that", async () => {
  const [alice, bob, second] = await Promise.all([phoneOf("alice"), phoneOf("bob"), phoneOf("bob")]);
  await bob.press("Do not disturb");
  const state = bob.page.getByRole("status").filter({ hasText: "Do not disturb" });
  await state.waitFor();
  await bob.page.evaluate(() => localStorage.clear());
  await bob.page.reload();
  await state.waitFor(); // the server has kept it
  await alice.dial("bob");
  expect(await alice.told()).toBe("bob does not want to be disturbed now. Try again later, or write a text.");
  expect(await recents(second)).toEqual([]);
  await alice.press("Write");
  await alice.page.getByRole("region", { name: "Texts with bob" }).waitFor();
  await alice.press("Calls");
  await bob.press("Settings");
  await bob.says("Calls ring on none of your phones and are not listed");
  await bob.press("Do not disturb");
  await bob.says("Ready for calls");
  await alice.dial("bob");
  await second.says("Call for you");
});

describe("forwarding", () => {
  const field = ({ page }: PhonePage, label: string) => page.getByLabel(label, { exact: true });

  test("leads all calls to another user until the field is emptied; caller, callee and the header show it", async () => {
    const [alice, bob, carol] = await Promise.all([phoneOf("alice"), phoneOf("bob"), phoneOf("carol")]);
    await bob.press("Settings");
    await field(bob, "All calls go to").fill("carol");
    await bob.page.keyboard.press("Enter");
    await bob.says("Calls go to carol");
    expect(await bob.told()).toBe("Saved: these calls go to carol from now on.");
    await alice.dial("bob");
    await carol.says("Call for you, forwarded by bob");
    await alice.says("Forwarded to carol. Ringing …");
    await carol.press("Answer");
    await alice.says(/^Forwarded to carol$/);
    await carol.press("Hang up");
    expect(await alice.told()).toMatch(/^carol hung up\./);
    await field(bob, "All calls go to").fill("");
    await bob.page.keyboard.press("Enter");
    await bob.says("Ready for calls");
    expect(await bob.told()).toBe("Saved: these calls are not forwarded any more.");
    expect(await field(bob, "All calls go to").inputValue()).toBe("");
    await alice.dial("bob");
    await bob.says("Call for you");
  });

  test("to a user that does not exist, to oneself, out of the domain or to no address is refused with a sentence, and the name stays in the field", async () => {
    const bob = await phoneOf("bob");
    await bob.press("Settings");
    const name = "When I do not answer, calls go to";
    for (const [target, words] of [
      ["dave", "dave does not exist here. Check the name."],
      ["bob", "Calls cannot be forwarded to your own address. Type another name."],
      ["carol@example.org", "Calls can only go to people of your own domain. Type a name, such as bob."],
      ["bob@not a domain", "“bob@not a domain” is not an address. Try a name like bob, or sip:bob@example.com."],
    ] as const) {
      await field(bob, name).fill(target);
      await bob.page.keyboard.press("Enter");
      await bob.says(words);
      expect(await bob.told()).toBe(words);
      expect(await field(bob, name).inputValue()).toBe(target);
    }
  });
});

describe("the owner of an address", () => {
  const dayOf = (inDays: number) =>
    new Date(Date.now() + inDays * 86_400_000).toLocaleDateString("en-US", { weekday: "long", timeZone: "UTC" });
  const labelled = ({ page }: PhonePage, label: string) => page.getByLabel(label, { exact: true });

  test("sets the times at which calls ring, by keyboard, and keeps what it does not change", async () => {
    const [alice, bob, carol] = await Promise.all([phoneOf("alice"), phoneOf("bob"), phoneOf("carol")]);
    await bob.press("Settings");
    await bob.press("Add times");
    const zone = await bob.page.evaluate(() => Intl.DateTimeFormat().resolvedOptions().timeZone);
    expect(await labelled(bob, "Time zone").inputValue()).toBe(zone);
    await labelled(bob, "Time zone").selectOption("UTC");
    for (const day of ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"]) {
      await labelled(bob, day).focus();
      await bob.page.keyboard.press("Space");
    }
    await bob.press("Save times");
    expect(await bob.told()).toBe("Choose at least one day for each time.");
    await labelled(bob, dayOf(3)).check(); // the test may run at midnight
    await labelled(bob, "From").fill("20:00");
    await labelled(bob, "To").fill("00:00");
    await bob.page.keyboard.press("Enter");
    expect(await bob.told()).toBe("Saved: calls ring at these times only.");
    await alice.dial("bob");
    expect(await alice.told()).toMatch(/^bob is not online\./);
    await labelled(bob, "At other times, calls go to").fill("carol");
    await bob.page.keyboard.press("Enter");
    expect(await bob.told()).toBe("Saved: these calls go to carol from now on.");
    await alice.dial("bob");
    await carol.says("Call for you, forwarded by bob");
    await alice.press("Hang up");

    await bob.page.reload();
    await bob.says("Ready for calls");
    await bob.press("Settings");
    const fields = ["From", "To", "Time zone", "At other times, calls go to"].map((name) => labelled(bob, name));
    expect(await Promise.all(fields.map((one) => one.inputValue()))).toEqual(["20:00", "00:00", "UTC", "carol"]);
    expect(await labelled(bob, dayOf(3)).isChecked()).toBe(true);
    await bob.press("Remove times 1");
    await bob.press("Save times");
    expect(await bob.told()).toBe("Saved: calls ring at any time.");
    await alice.dial("bob");
    await bob.says("Call for you");
  });

  test("adds people whose phones ring too, says which of its own ring, and takes both back", async () => {
    const [alice, bob, carol] = await Promise.all([phoneOf("alice"), phoneOf("bob"), phoneOf("carol")]);
    await bob.press("Settings");
    const add = async (name: string) => {
      await labelled(bob, "Who else should get your calls?").fill(name);
      await bob.page.keyboard.press("Enter");
    };
    await add("bob");
    expect(await bob.told()).toBe("Your own phones ring already. Type another name.");
    await add("carol");
    await bob.says("Saved: calls to you ring carol too.");
    const field = await labelled(bob, "Who else should get your calls?").elementHandle();
    await bob.page.waitForFunction((one) => one instanceof HTMLInputElement && one.value === "", field);
    await labelled(bob, "Which of my phones ring").selectOption("Only the one that connected last");
    await bob.says("Saved: calls ring on the phone that connected last.");
    const newer = await phoneOf("bob");
    await alice.dial("bob");
    await Promise.all([carol.says("Call for you"), newer.says("Call for you")]);
    expect(await bob.page.getByText("Call for you").count()).toBe(0);
    await alice.press("Hang up");
    await bob.press("carol should not get my calls any more");
    await bob.says("Saved: calls to you do not ring carol any more.");
    await labelled(bob, "Which of my phones ring").selectOption("All of them");
    await bob.says("Saved: calls ring on all of your phones.");
    await alice.dial("bob");
    await Promise.all([bob.says("Call for you"), newer.says("Call for you")]);
  });
});

describe("a second call", () => {
  async function twoCalls(): Promise<[PhonePage, PhonePage, PhonePage]> {
    const [[alice, bob], carol] = await Promise.all([talking(), phoneOf("carol")]);
    await carol.dial("alice");
    await alice.says("carol is calling");
    await alice.press("Hold and answer");
    await bob.says("alice has put you on hold");
    expect(await receives(carol.page, "audio")).toBe(true);
    return [alice, bob, carol];
  }

  test("is answered while the first is held, and the two are swapped; becomes one call of the two peers (RFC 3891), and ends on this phone", async () => {
    const [alice, bob, carol] = await twoCalls();
    await alice.says("bob is on hold");
    await alice.press("Swap");
    await carol.says("alice has put you on hold");
    expect(await receives(bob.page, "audio")).toBe(true);
    expect(await isSilent(alice.page)).toBe(true); // its newest connection is that with carol
    await alice.press("Hang up");
    expect(await bob.told()).toMatch(/^alice hung up\./);
    await alice.press("Hold"); // ends the hold of carol
    expect(await receives(carol.page, "audio")).toBe(true);

    await bob.dial("alice");
    await alice.says("bob is calling");
    await alice.press("Hold and answer");
    await carol.says("alice has put you on hold");
    expect(await receives(bob.page, "audio")).toBe(true);
    const isSaid = isShown(alice.page, "Connecting carol with bob …"); // it takes a second on a slow network
    await alice.press("Connect");
    await isSaid;
    expect(await alice.told()).toMatch(/^carol talks to bob now\./);
    await Promise.all([
      bob.says("alice has connected you with carol."),
      carol.says("alice has connected you with bob."),
    ]);
    await carol.page.getByRole("heading", { name: "bob", exact: true, level: 2 }).waitFor();
    await bob.page.getByRole("heading", { name: "carol", exact: true, level: 2 }).waitFor();
    expect(await receives(carol.page, "audio")).toBe(true);
    expect(await receives(bob.page, "audio")).toBe(true);
    await carol.press("Hang up");
    await bob.says(/^carol hung up\./);
  });

  test("to the target comes before the transfer, with the first call on hold", async () => {
    const [[alice, bob], carol] = await Promise.all([talking(), phoneOf("carol")]);
    await alice.press("Transfer");
    await alice.page.getByLabel("Who shall take the call?").fill("carol");
    await alice.press("Ask first");
    await bob.says("alice has put you on hold");
    await carol.press("Answer");
    expect(await receives(carol.page, "audio")).toBe(true);
    await alice.press("Transfer");
    await alice.press("Connect bob with carol");
    expect(await alice.told()).toMatch(/^bob talks to carol now\./);
    expect(await receives(bob.page, "audio")).toBe(true);
  });
});

test("a voice call gets a picture when one side turns its camera on, and the other side may follow; the own picture moves to another corner by a key and by dragging it, and the call fills the screen", async () => {
  const [alice, bob] = await talking();
  await alice.press("Camera");
  expect(await receives(bob.page, "video")).toBe(true);
  await bob.page.locator('.call[data-picture="yes"]').waitFor();
  await bob.press("Camera");
  expect(await receives(alice.page, "video")).toBe(true);
  await alice.page.locator('.call[data-picture="yes"]').waitFor();
  const own = alice.page.locator(".self-view");
  await own.focus();
  const before = await own.boundingBox();
  await alice.page.keyboard.press("Enter");
  expect(await own.getAttribute("data-corner")).toBe("bottom-left");
  expect((await own.boundingBox())?.x).toBeLessThan(before?.x ?? 0);
  const { x = 0, y = 0, width = 0, height = 0 } = (await own.boundingBox()) ?? {};
  const stage = (await alice.page.locator(".stage").boundingBox()) ?? { x: 0, y: 0 };
  await alice.page.mouse.move(x + width / 2, y + height / 2);
  await alice.page.mouse.down();
  await alice.page.mouse.move(stage.x + 60, stage.y + 60, { steps: 3 });
  await alice.page.mouse.up();
  expect(await own.getAttribute("data-corner")).toBe("top-left");
  await alice.press("Full screen");
  await alice.page.waitForFunction(() => document.fullscreenElement?.className === "call");
});

test("another microphone, camera and speaker are used at once in a call, and the level of the microphone is shown", async () => {
  const [alice, bob] = await talking();
  await alice.press("Devices");
  const label = () => alice.page.evaluate(() => connections[0]?.getSenders()[0]?.track?.label);
  const before = await label();
  const microphone = alice.page.getByLabel("Microphone", { exact: true });
  const names = await microphone.locator("option").allInnerTexts();
  const other = names.findLast((name) => name !== before) ?? "";
  await microphone.selectOption({ label: other });
  await alice.page.waitForFunction((name) => connections[0]?.getSenders()[0]?.track?.label === name, other);
  expect(await receives(bob.page, "audio")).toBe(true);
  const level = alice.page.getByLabel("Microphone level");
  await alice.page.waitForFunction(
    (meter) => meter instanceof HTMLMeterElement && meter.value > 0,
    await level.elementHandle(),
  );

  await alice.press("Devices");
  await alice.press("Camera");
  expect(await receives(bob.page, "video")).toBe(true);
  await alice.press("Devices");
  const camera = alice.page.getByLabel("Camera", { exact: true }).and(alice.page.locator("select"));
  const sent = () => alice.page.evaluate(() => connections[0]?.getSenders()[1]?.track?.label ?? "");
  const first = await sent();
  const second = (await camera.locator("option").allInnerTexts()).findLast((name) => name !== first) ?? "";
  await camera.selectOption({ label: second });
  await alice.page.waitForFunction((name) => connections[0]?.getSenders()[1]?.track?.label === name, second);
  expect(await receives(bob.page, "video")).toBe(true);

  const speaker = alice.page.getByLabel("Speaker", { exact: true });
  const id = (await speaker.locator("option").last().getAttribute("value")) ?? "";
  expect(id).not.toBe("");
  await speaker.selectOption(id);
  await alice.page.waitForFunction((id) => document.querySelector<HTMLVideoElement>(".remote")?.sinkId === id, id);
  expect(await receives(alice.page, "audio")).toBe(true);
});

test("a call, a text and a transfer are made by the keyboard alone", async () => {
  const [alice, bob, carol] = await Promise.all([openPhone(room), phoneOf("bob"), phoneOf("carol")]);
  const { keyboard } = alice.page;
  const go = (name: string) => tabTo(alice, name);
  await go("Name");
  await keyboard.type("alice");
  await go("Password");
  await keyboard.type("alice");
  await keyboard.press("Enter");
  await alice.says("Ready for calls");
  await go("Who do you want to call?");
  await keyboard.type("bob");
  await keyboard.press("Enter");
  await tabTo(bob, "Answer");
  await bob.page.keyboard.press("Enter");
  await alice.page.getByRole("timer").waitFor();
  await go("Mute");
  await keyboard.press("Space");
  await alice.says("You are muted");
  await go("Keypad");
  await keyboard.press("Enter");
  await keyboard.press("Escape");
  expect(await alice.isPressed("Keypad")).toBe(false);
  await go("Texts");
  await keyboard.press("Enter");
  await go("To");
  await keyboard.type("carol");
  await keyboard.press("Enter");
  await go("Text");
  await keyboard.type("You get a call.");
  await keyboard.press("Enter");
  await carol.page.getByLabel("1 unread").waitFor();
  await go("Transfer");
  await keyboard.press("Enter"); // the field takes the focus
  await keyboard.type("carol");
  await keyboard.press("Enter");
  await tabTo(carol, "Answer");
  await carol.page.keyboard.press("Enter");
  expect(await alice.told()).toMatch(/^bob talks to carol now\./);
  await tabTo(carol, "Hang up");
  await carol.page.keyboard.press("Enter");
  await bob.says(/^carol hung up\./);
});

/** Goes to a control by the Tab key. */
async function tabTo({ page }: PhonePage, name: string): Promise<void> {
  const control = page
    .getByRole("button", { name, exact: true })
    .or(page.getByLabel(name, { exact: true }))
    .last();
  await control.waitFor();
  for (let presses = 0; presses < MOST_CONTROLS; presses += 1) {
    if (await control.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`the Tab key does not lead to ${name}`);
}

const MOST_CONTROLS = 60;

test("calls and texts are notified while the tab is hidden, if the user enabled that", async () => {
  const [alice, bob] = await Promise.all([phoneOf("alice"), phoneOf("bob")]);
  await bob.page.evaluate(() => {
    const shown: string[] = [];
    class Notified extends EventTarget {
      static readonly permission = "granted";
      static requestPermission = async () => "granted";
      constructor(title: string, { body }: { body: string }) {
        super();
        shown.push(`${title}|${body}`);
      }
    }
    Object.assign(globalThis, { Notification: Notified, shown });
  });
  await bob.press("Settings");
  await bob.page.getByRole("switch", { name: "Notifications" }).check();
  await alice.write("bob", "Seen?");
  await bob.page.getByLabel("1 unread").waitFor();
  await bob.page.evaluate(() => Object.defineProperty(document, "hidden", { value: true }));
  await alice.page.getByLabel("Text", { exact: true }).fill("Hello!");
  await alice.press("Send");
  await alice.press("Calls");
  await alice.dial("bob");
  await bob.says("Call for you");
  const shown = await bob.page.evaluate(() => Object.entries(globalThis).find(([name]) => name === "shown")?.[1]);
  expect(shown).toEqual(["alice|Hello!", "alice is calling|"]);
});

describe("texts", () => {
  test("are a conversation that is answered, marked as unread, and kept over a reload", async () => {
    const [alice, bob] = await Promise.all([phoneOf("alice"), phoneOf("bob")]);
    await alice.write("bob", "Lunch? 🍜");
    await bob.page.getByLabel("1 unread").first().waitFor();
    await bob.press("Texts 1 unread");
    await bob.page.getByRole("button", { name: /alice/ }).click();
    await bob.says("Lunch? 🍜");
    expect(await bob.page.getByLabel("1 unread").count()).toBe(0);
    await bob.page.getByLabel("Text", { exact: true }).fill("Gladly!");
    await bob.press("Send");
    await alice.says("Gladly!");
    await bob.page.reload();
    await bob.says("Ready for calls");
    await bob.press("Texts");
    await bob.page.getByRole("button", { name: /alice/ }).click();
    expect(await bob.page.locator(".line .words").allInnerTexts()).toEqual(["Lunch? 🍜", "Gladly!"]);
  });

  test("arrive in the order in which they were written, although the server does not keep it", async () => {
    const page = await overtaken(room, "MESSAGE");
    const [alice, bob] = await Promise.all([openPhone({ ...room, page: async () => page }, "alice"), phoneOf("bob")]);
    await alice.write("bob", "One");
    await alice.page.getByLabel("Text", { exact: true }).fill("Two");
    await alice.press("Send");
    await bob.page.getByLabel("2 unread").first().waitFor();
    await bob.press("Texts 2 unread");
    await bob.page.getByRole("button", { name: /alice/ }).click();
    await bob.page.locator(".line .words").first().waitFor();
    expect(await bob.page.locator(".line .words").allInnerTexts()).toEqual(["One", "Two"]);
  });

  test("stay in sight when the screen gets smaller, as by the keyboard of a phone; of more than 1,000 characters are not cut: the page asks to send them in parts, and keeps what was written", async () => {
    const alice = await phoneOf("alice");
    for (const text of ["one ".repeat(200), "two ".repeat(200), "the last"]) {
      await alice.write("zoe", text);
      await alice.page.getByText("Not delivered").last().waitFor();
    }
    const isSeen = () =>
      alice.page.waitForFunction(() => {
        const [list, last] = [document.querySelector(".lines"), [...document.querySelectorAll(".line")].at(-1)];
        return list && last && last.getBoundingClientRect().bottom <= list.getBoundingClientRect().bottom;
      });
    await isSeen();
    await alice.page.setViewportSize({ width: 390, height: 420 });
    expect(await (await isSeen()).jsonValue()).toBe(true);
    await alice.page.getByLabel("Text", { exact: true }).focus();
    await alice.page.keyboard.insertText("a".repeat(1_001));
    await alice.page.keyboard.press("Enter");
    expect(await alice.told()).toBe("This text is too long. Send it in parts.");
    expect(await alice.page.getByLabel("Text", { exact: true }).inputValue()).toHaveLength(1_001);
  });

  test("that do not arrive are kept, marked with a sentence, and can be sent again", async () => {
    const [alice, carol] = await Promise.all([phoneOf("alice"), phoneOf("carol")]);
    await room.service.block("carol", [`sip:alice@${room.service.domain}`]);
    await alice.write("carol", "hello");
    expect(await alice.told()).toBe("carol does not take this text. Call instead.");
    await alice.says("Not delivered");
    await room.service.block("carol", []);
    await alice.press("Send again");
    await carol.page.getByLabel("1 unread").waitFor();
    await alice.page.getByText("Not delivered").waitFor({ state: "hidden" });
  });

  test("to a user who is away are marked as waiting, arrive once when the user is back, and are marked as delivered then (RFC 5438)", async () => {
    const alice = await phoneOf("alice");
    await alice.write("bob", "One");
    await alice.page.getByLabel("Text", { exact: true }).fill("Two");
    await alice.press("Send");
    await alice.page.getByText("Will be delivered later").nth(1).waitFor();
    const bob = await phoneOf("bob");
    await bob.press("Texts 2 unread");
    await bob.page.getByRole("button", { name: /alice/ }).click();
    await bob.page.locator(".line .words").first().waitFor();
    expect(await bob.page.locator(".line .words").allInnerTexts()).toEqual(["One", "Two"]);
    await alice.page.getByText("Delivered", { exact: true }).nth(1).waitFor();
    expect(await alice.page.getByText("Will be delivered later").count()).toBe(0);
    await bob.page.getByLabel("Text", { exact: true }).fill("Three");
    await bob.press("Send");
    await bob.page.getByText("Delivered", { exact: true }).waitFor(); // the receiver was there
    expect(await alice.page.locator(".line .words").allInnerTexts()).toEqual(["One", "Two", "Three"]);
  });
});
