import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import type { Page } from "playwright-core";
import { receives } from "./media.ts";
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

async function talking(prepare: (page: Page) => Promise<void> = async () => {}): Promise<[PhonePage, PhonePage]> {
  const page = await prepared(prepare);
  const [alice, bob] = await Promise.all([openPhone({ ...room, page: async () => page }, "alice"), phoneOf("bob")]);
  await alice.dial("bob");
  await bob.press("Answer");
  expect(await receives(alice.page, "audio")).toBe(true);
  return [alice, bob];
}

/** A page of its own, which `clear` closes with all its changes. */
async function prepared(prepare: (page: Page) => Promise<unknown>): Promise<Page> {
  const context = await newContext(room.browser);
  const page = await context.newPage();
  await prepare(page);
  return page;
}

interface Attempt {
  readonly user?: string;
  readonly password?: string;
  readonly domain?: string;
}

async function signIn({ page, press, told }: PhonePage, attempt: Attempt): Promise<string> {
  const { user = "mallory", password = "wrong", domain = "example.com" } = attempt;
  await page.getByLabel("Name").fill(user);
  await page.getByLabel("Password").fill(password);
  await page.getByLabel("Domain").fill(domain);
  await press("Sign in");
  return told();
}

describe("a sign-in that fails", () => {
  test("shows the lockout too, and leaves no connection that tries the password again", async () => {
    const page = await prepared((page) => page.clock.install());
    const phone = await openPhone({ ...room, page: async () => page });
    let words = "";
    for (let attempt = 1; attempt <= 6; attempt += 1) words = await signIn(phone, {});
    expect(words).toMatch(/^Too many failed sign-ins, or the server is busy\. Wait .+, then try again\./);
    expect(await page.getByLabel("Password").isVisible()).toBe(true);
    while (room.service.connections().length > 0) await page.waitForTimeout(20);
    await page.clock.fastForward(120_000);
    expect(room.service.connections()).toHaveLength(0);
  });

  test("because the server is down is reported, and can be cancelled", async () => {
    const page = await prepared((page) =>
      page.routeWebSocket(room.service.ws, (socket) => socket.close({ code: 1011 })),
    );
    const phone = await openPhone({ ...room, page: async () => page });
    expect(await signIn(phone, {})).toBe(
      "The server cannot be reached. Check your network; it is tried again by itself.",
    );
    await phone.press("Cancel");
    expect(await page.getByLabel("Password").isVisible()).toBe(true);
  });

  test("in a foreign domain, with a space in the name or with a malformed domain shows what to check", async () => {
    const phone = await openPhone(room);
    for (const [attempt, words] of [
      [{ domain: "example.org" }, "This server does not serve the domain example.org. Check the domain and try again."],
      [{ user: "anna bell" }, "Name or password is wrong. Check both and try again."],
      [{ domain: "not a domain" }, "“mallory@not a domain” cannot be signed in. Check the name and the domain."],
    ] as const) {
      await signIn(phone, attempt);
      await phone.alert(words);
      expect(await phone.page.getByLabel("Password").isVisible()).toBe(true);
    }
  });
});

describe("a device that is missing or refused", () => {
  const failing = (name: string, wanted: "audio" | "video") => (page: Page) =>
    page.addInitScript(
      ({ name, wanted }) => {
        const { mediaDevices } = navigator;
        const capture = mediaDevices.getUserMedia.bind(mediaDevices);
        mediaDevices.getUserMedia = async (constraints = {}) => {
          if (constraints[wanted]) throw new DOMException("", name);
          return capture(constraints);
        };
      },
      { name, wanted },
    );

  test("camera: the sentence says that a call with sound works, and it does", async () => {
    const page = await prepared(failing("NotFoundError", "video"));
    const [alice, bob] = await Promise.all([openPhone({ ...room, page: async () => page }, "alice"), phoneOf("bob")]);
    await bob.press("Video call alice");
    await alice.press("With video");
    expect(await alice.told()).toBe(
      "No camera was found. Plug one in and try again. A call with sound only works now.",
    );
    await alice.press("Answer");
    expect(await receives(bob.page, "audio")).toBe(true);
    await alice.press("Camera");
    expect(await alice.told()).toBe("No camera was found. Plug one in and try again.");
  });

  test("microphone: the sentence says where to allow it, and an incoming call rings on", async () => {
    const page = await prepared(failing("NotAllowedError", "audio"));
    const [alice, bob] = await Promise.all([openPhone({ ...room, page: async () => page }, "alice"), phoneOf("bob")]);
    const words =
      "The browser does not allow this page to use your microphone. Allow it beside the address bar and try again.";
    await alice.dial("bob");
    expect(await alice.told()).toBe(words);
    await bob.dial("alice");
    await alice.press("Answer");
    expect(await alice.told()).toBe(words);
    expect(await alice.page.getByText("Call for you", { exact: true }).isVisible()).toBe(true);
    await alice.press("Decline");
    await bob.says(/^alice declined the call\./);
  });
});

describe("a call", () => {
  test("that another phone has answered is not shown as missed (RFC 3326)", async () => {
    const [alice, first, second] = await Promise.all([phoneOf("alice"), phoneOf("bob"), phoneOf("bob")]);
    await alice.dial("bob");
    await first.says("Call for you");
    await second.press("Answer");
    expect(await first.told()).toBe("The call from alice was answered on another phone.");
    expect(await first.page.locator(".recents small").first().innerText()).toBe("On another phone");
  });

  test("without media shows so, and ends after 15 seconds", async () => {
    const [alice] = await talking((page) => page.clock.install());
    await alice.page.clock.pauseAt((await alice.page.evaluate(() => Date.now())) + 10_000);
    await alice.page.evaluate(() => {
      const [connection] = connections;
      Object.defineProperty(connection, "iceConnectionState", { value: "disconnected" });
      connection?.dispatchEvent(new Event("iceconnectionstatechange"));
    });
    await alice.says("The connection to bob is lost. Trying to get it back …");
    await alice.page.clock.runFor(10_000);
    expect(await alice.page.getByRole("button", { name: "Hang up" }).isVisible()).toBe(true);
    await alice.page.clock.runFor(6_000);
    expect(await alice.told()).toMatch(/^The connection to bob was lost\. Call again\./);
  });

  test("ends with the media of the peer if its BYE is lost, as after a restart of the server", async () => {
    const [alice, bob] = await talking((page) =>
      page.routeWebSocket(room.service.ws, (socket) => {
        const server = socket.connectToServer();
        socket.onMessage((message) => {
          if (!message.toString().startsWith("BYE ")) server.send(message);
        });
      }),
    );
    await alice.press("Hang up");
    expect(await alice.told()).toMatch(/^You hung up\./);
    expect(await bob.told()).toMatch(/^alice hung up\./);
  });

  test("to oneself says that no other phone is online; to an empty field asks for a name and goes to the field", async () => {
    const alice = await phoneOf("alice");
    await alice.dial("alice");
    expect(await alice.told()).toBe(
      "Calls to this address come back to your own, and your other phones are offline. Call another person.",
    );
    await alice.page.getByLabel("Who do you want to call?").fill("");
    await alice.press("Call");
    await alice.alert("Type a name first, such as bob.");
    expect(await alice.page.evaluate(() => document.activeElement?.id)).toBe("target");
  });

  test("that ends leaves the focus where no text is typed, and no word of it for a screen reader", async () => {
    const [alice, bob] = await talking();
    await bob.press("Hang up");
    await alice.told();
    expect(await alice.page.evaluate(() => document.activeElement?.id)).toBe("side");
    expect(await alice.page.getByRole("status", { name: "Phone" }).innerText()).toBe("");
  });

  test("keeps its controls in place when a text arrives", async () => {
    const [[alice], carol] = await Promise.all([talking(), phoneOf("carol")]);
    const place = () => alice.page.getByRole("button", { name: "Hang up" }).boundingBox();
    const before = await place();
    await carol.write("alice", "Meeting!");
    await alice.page.getByLabel("1 unread").first().waitFor();
    expect(await place()).toEqual(before);
  });

  test("shows the name of a peer whose camera is off, not a black picture", async () => {
    const [alice, bob] = await Promise.all([phoneOf("alice"), phoneOf("bob")]);
    await alice.press("Video call bob");
    await bob.press("With video");
    expect(await receives(bob.page, "video")).toBe(true);
    await bob.page.locator('.call[data-picture="yes"]').waitFor();
    await alice.press("Camera");
    await bob.page.locator('.call[data-picture="no"]').waitFor();
    expect(await alice.page.locator(".self-view").count()).toBe(0);
    await alice.press("Camera");
    await bob.page.locator('.call[data-picture="yes"]').waitFor();
    expect(await receives(bob.page, "video")).toBe(true);
  });
});

test("a name with markup is shown as text", async () => {
  const name = "<img src=x onerror=alert(1)><b>bob</b>";
  const page = await prepared((page) =>
    page.routeWebSocket(room.service.ws, (socket) => {
      const server = socket.connectToServer();
      socket.onMessage((message) => server.send(message.toString().replace(/^From: </m, `From: "${name}" <`)));
    }),
  );
  const [alice, bob] = await Promise.all([phoneOf("alice"), openPhone({ ...room, page: async () => page }, "bob")]);
  await bob.dial("alice");
  await alice.says("Call for you");
  expect(await alice.page.getByRole("heading", { level: 2 }).last().innerText()).toBe(name);
  expect(await alice.page.locator("img, b").count()).toBe(0);
});
