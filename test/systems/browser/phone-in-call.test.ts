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

/** Alice and bob in an established call. */
async function talking(roomOfAlice: Room = room): Promise<[PhonePage, PhonePage]> {
  const [alice, bob] = await Promise.all([openPhone(roomOfAlice, "alice"), phoneOf("bob")]);
  await alice.dial("bob");
  await bob.press("Answer");
  expect(await receives(alice.page, "audio")).toBe(true);
  return [alice, bob];
}

test("on hold no sound arrives, both sides show it, and the same button ends it; then keys of the keyboard are keys of the keypad", async () => {
  const [alice, bob] = await talking();
  await alice.press("Hold");
  await Promise.all([alice.says("On hold"), bob.says("alice has put you on hold")]);
  expect(await isSilent(alice.page)).toBe(true);
  await alice.press("Hold");
  await alice.page.getByText("On hold").waitFor({ state: "hidden" });
  expect(await receives(alice.page, "audio")).toBe(true);
  await bob.page.getByText("alice has put you on hold").waitFor({ state: "hidden" });
  await alice.press("Keypad");
  const pressed = alice.page.getByLabel("Keys pressed");
  await pressed.waitFor({ state: "attached" });
  await alice.page.keyboard.type("42#");
  await bob.says("alice pressed 42#");
  expect(await pressed.innerText()).toBe("42#");
});

test("on hold no side shows a picture or its own: both would be black", async () => {
  const [alice, bob] = await Promise.all([phoneOf("alice"), phoneOf("bob")]);
  await alice.press("Video call bob");
  await bob.press("With video");
  const pictures = [alice, bob].map(({ page }) => page.locator('.call[data-picture="yes"] .self-view'));
  const seen = (state: "attached" | "detached") => Promise.all(pictures.map((picture) => picture.waitFor({ state })));
  await seen("attached");
  await alice.press("Hold");
  await Promise.all([alice, bob].map(({ page }) => page.locator('.call[data-picture="no"]').waitFor()));
  await Promise.all([alice, bob].map(({ page }) => page.locator(".self-view").waitFor({ state: "detached" })));
  expect([await alice.isPressed("Camera"), await bob.isPressed("Camera")]).toEqual([true, true]);
  await alice.press("Hold");
  await seen("attached");
});

const isReInvite = /^INVITE [^]*^To: .*;tag=/m;

test("keys of the keypad arrive in the order in which they were pressed, although the server does not keep it, and are shown at both", async () => {
  const page = await overtaken(room, "INFO");
  const [alice, bob] = await talking({ ...room, page: async () => page });
  await alice.press("Keypad");
  for (const key of ["4", "2", "#"]) await alice.press(key);
  await bob.says("alice pressed 42#");
  expect(await alice.page.getByLabel("Keys pressed").innerText()).toBe("42#");
});

describe("an offer within a call", () => {
  /** Alice, whose messages pass by `relay`, and bob, who talk to each other. */
  async function relayed(relay: (socket: WebSocketRoute) => void): Promise<[PhonePage, PhonePage]> {
    const context = await newContext(room.browser);
    const page = await context.newPage();
    await page.routeWebSocket(room.service.ws, relay);
    return talking({ ...room, page: async () => page });
  }
  /**
   * Alice and bob, whose first offers collide: hers leaves when his has come, and his is refused when hers is. `held` resolves
   * when she has made hers, `collided` when both are refused.
   */
  async function colliding() {
    const [held, collided] = [Promise.withResolvers<string>(), Promise.withResolvers<void>()];
    let hasCollided = false;
    const isRefusal = (message: string) => message.startsWith("SIP/2.0 491");
    const phones = await relayed((socket) => {
      const server = socket.connectToServer();
      socket.onMessage((message) => {
        const sent = String(message);
        if (hasCollided) server.send(sent);
        else if (isReInvite.test(sent)) held.resolve(sent);
        else if (isRefusal(sent)) void collided.promise.then(() => server.send(sent));
        else server.send(sent);
      });
      server.onMessage((message) => {
        const received = String(message);
        if (isReInvite.test(received) && !hasCollided) void held.promise.then((offer) => server.send(offer));
        if (isRefusal(received)) {
          hasCollided = true;
          collided.resolve();
        }
        socket.send(received);
      });
    });
    return { phones, held: held.promise, collided: collided.promise };
  }

  test("that collides with one of the peer is made again: both holds arrive, and end (RFC 3261 §14.1)", async () => {
    const { phones, held, collided } = await colliding();
    const [alice, bob] = phones;
    await alice.press("Hold");
    await held;
    await bob.press("Hold");
    await collided;
    await bob.says("On hold");
    await bob.press("Hold");
    await bob.says("alice has put you on hold");
    await alice.press("Hold");
    expect(await receives(alice.page, "audio")).toBe(true);
    expect(await receives(bob.page, "audio")).toBe(true);
  });

  test("of both cameras at the same instant is made again: each side sees the other (RFC 3261 §14.1)", async () => {
    const { phones, held, collided } = await colliding();
    const [alice, bob] = phones;
    await alice.press("Camera");
    await held;
    await bob.press("Camera");
    await collided;
    await Promise.all([alice, bob].map(({ page }) => page.locator('.call[data-picture="yes"]').waitFor()));
    expect(await receives(alice.page, "audio", "video")).toBe(true);
    expect(await receives(bob.page, "audio", "video")).toBe(true);
  });

  /** Refuses each offer of alice within the call, as a peer could. */
  const refusing = (socket: WebSocketRoute) => {
    const server = socket.connectToServer();
    socket.onMessage((message) => {
      const sent = String(message);
      if (isReInvite.test(sent)) socket.send(responseTo(sent, "488 Not Acceptable Here"));
      else server.send(message);
    });
  };

  test("that the peer refuses: neither side is heard until a hold ends, and a call without a picture goes on; the page says so", async () => {
    const [alice, bob] = await relayed(refusing);
    await alice.press("Hold");
    await alice.says("The phone of bob takes no hold: bob hears silence, and you hear nothing.");
    const heard = () => alice.page.evaluate(() => connections[0]?.getSenders().map(({ track }) => track?.enabled));
    const isMuted = () => alice.page.locator(".remote").evaluate((video) => "muted" in video && video.muted);
    expect([await heard(), await isMuted()]).toEqual([[false], true]);
    await alice.press("Hold");
    await alice.page.getByText("takes no hold").waitFor({ state: "hidden" });
    expect([await heard(), await isMuted()]).toEqual([[true], false]);
    expect(await receives(bob.page, "audio")).toBe(true);
    await alice.press("Camera");
    expect(await alice.told()).toBe("The phone of bob does not take your picture. The call goes on with sound.");
    expect(await alice.isPressed("Camera")).toBe(false);
    expect(await receives(alice.page, "audio")).toBe(true);
    await alice.press("Hang up");
    expect(await alice.told()).toMatch(/^You hung up\./);
  });

  test("waits until the connection is back", async () => {
    const sockets: WebSocketRoute[] = [];
    let isCut = false;
    const [alice, bob] = await relayed((socket) => {
      if (isCut) return void socket.close({ code: 1011 });
      sockets.push(socket);
      socket.connectToServer();
    });
    isCut = true;
    await sockets.at(-1)?.close({ code: 1011 });
    await alice.says("Reconnecting … the call goes on");
    await alice.press("Hold");
    await alice.says("On hold");
    await alice.press("Calls");
    await alice.dial("carol");
    expect(await alice.told()).toBe("You are not connected. Wait until the phone is ready for calls.");
    isCut = false;
    await bob.says("alice has put you on hold");
    expect(await alice.isPressed("Hold")).toBe(true);
  });

  test("looks for another path when no media arrives any more (RFC 8445 §2.4)", async () => {
    const [alice, bob] = await talking();
    const pathOf = () =>
      alice.page.evaluate(() => /^a=ice-ufrag:.*$/m.exec(connections[0]?.localDescription?.sdp ?? "")?.[0]);
    const before = await pathOf();
    const shown = isShown(alice.page, "The connection to bob is lost. Trying to get it back …");
    await alice.page.evaluate(() => {
      const [connection] = connections;
      if (connection === undefined) return;
      Object.defineProperty(connection, "iceConnectionState", { value: "disconnected", configurable: true });
      connection.dispatchEvent(new Event("iceconnectionstatechange"));
      Reflect.deleteProperty(connection, "iceConnectionState");
    });
    await shown;
    await alice.page.waitForFunction(
      (path) => connections[0]?.remoteDescription && !connections[0].localDescription?.sdp.includes(path),
      before ?? "",
    );
    await alice.page.evaluate(() => connections[0]?.dispatchEvent(new Event("iceconnectionstatechange")));
    await alice.page.locator(".words", { hasText: "Trying to get it back" }).waitFor({ state: "hidden" });
    expect(await receives(alice.page, "audio")).toBe(true);
    expect(await receives(bob.page, "audio")).toBe(true);
  });
});

/** A response that a peer could give. */
function responseTo(request: string, status: string): string {
  const copied = ["Via", "From", "To", "Call-ID", "CSeq"].flatMap((name) => {
    return request.match(new RegExp(`^${name}: .*$`, "gm")) ?? [];
  });
  return [`SIP/2.0 ${status}`, ...copied, "Content-Length: 0", "", ""].join("\r\n");
}

describe("a connection that breaks loses", () => {
  interface Loss {
    readonly way: "sends" | "gets";
    readonly message: RegExp;
  }

  /**
   * A phone whose connection breaks with each of these messages, in this order. Those that are lost are taken out of `left`. The
   * two seconds after which JsSIP connects again pass at once.
   */
  async function breaking(user: string, left: Loss[]): Promise<PhonePage> {
    const context = await newContext(room.browser);
    const page = await context.newPage();
    await page.clock.install();
    await page.routeWebSocket(room.service.ws, (socket) => {
      const server = socket.connectToServer();
      const pass = (message: string | Buffer, way: Loss["way"], on: (message: string | Buffer) => void) => {
        const [next] = left;
        if (way !== next?.way || !next.message.test(String(message))) return on(message);
        left.shift();
        void Promise.all([socket.close({ code: 3001 }), server.close({ code: 3001 })]).then(() =>
          page.clock.fastForward(2_000),
        );
      };
      socket.onMessage((message) => pass(message, "sends", (passed) => server.send(passed)));
      server.onMessage((message) => pass(message, "gets", (passed) => socket.send(passed)));
    });
    return openPhone({ ...room, page: async () => page }, user);
  }

  const answer = /^SIP\/2\.0 200 [^]*^CSeq: *\d+ INVITE/m;

  test.each<[what: string, user: "alice" | "bob", ...Loss[]]>([
    ["the INVITE and a hold", "alice", { way: "sends", message: /^INVITE / }, { way: "sends", message: isReInvite }],
    [
      "the ringing of the peer and the answer to a hold",
      "alice",
      { way: "gets", message: /^SIP\/2\.0 180/ },
      { way: "gets", message: /^SIP\/2\.0 200 [^]*^a=recvonly/m },
    ],
    [
      "the answer of the peer and a key",
      "alice",
      { way: "gets", message: answer },
      { way: "sends", message: /^INFO / },
    ],
    ["the ACK of the answer", "alice", { way: "sends", message: /^ACK / }],
    ["the own answer", "bob", { way: "sends", message: answer }],
  ])("%s: the call is made, held and ended nevertheless", async (_what, user, ...losses) => {
    const left = [...losses];
    const open = (one: string) => (one === user ? breaking(one, left) : phoneOf(one));
    const [alice, bob] = await Promise.all([open("alice"), open("bob")]);
    await alice.dial("bob");
    await bob.press("Answer");
    expect(await receives(bob.page, "audio")).toBe(true);
    await alice.press("Hold");
    await bob.says("alice has put you on hold");
    await alice.press("Hold");
    await bob.page.getByText("alice has put you on hold").first().waitFor({ state: "hidden" });
    await alice.press("Keypad");
    await alice.press("5");
    await bob.says("alice pressed 5");
    await alice.press("Hang up");
    expect(await bob.told()).toMatch(/^alice hung up\./);
    expect(left).toEqual([]);
  });

  test("a cancellation: the peer stops ringing", async () => {
    const [alice, bob] = await Promise.all([
      breaking("alice", [{ way: "sends", message: /^CANCEL / }]),
      phoneOf("bob"),
    ]);
    await alice.dial("bob");
    await alice.says("Ringing …");
    await alice.press("Hang up");
    expect(await alice.told()).toBe("Call cancelled.");
    expect(await bob.told()).toBe("Missed call from alice.");
  });
});

describe("a transfer", () => {
  async function transfer(alice: PhonePage, target: string): Promise<void> {
    await alice.press("Transfer");
    await alice.page.getByLabel("Who shall take the call?").fill(target);
    await alice.page.keyboard.press("Enter");
  }

  test("connects the two others when the target answers, and ends for the phone that made it", async () => {
    const [[alice, bob], carol] = await Promise.all([talking(), phoneOf("carol")]);
    await transfer(alice, "carol");
    await Promise.all([alice.says("Asking carol …"), bob.says("alice is connecting you with carol")]);
    await carol.press("Answer");
    expect(await alice.told()).toMatch(/^bob talks to carol now\./);
    await bob.says("alice has connected you with carol.");
    expect(await bob.page.getByRole("heading", { level: 2, name: "carol" }).isVisible()).toBe(true);
    expect(await receives(bob.page, "audio")).toBe(true);
    expect(await receives(carol.page, "audio")).toBe(true);
    await carol.press("Hang up");
    await bob.says(/^carol hung up\./);
  });

  test("of a peer that is on hold and muted: the new call is not on hold, and still muted", async () => {
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

  test("to a malformed address, and to an unknown name, is reported in a sentence, and the call goes on", async () => {
    const [alice, bob] = await talking();
    await transfer(alice, "sip:@");
    expect(await alice.told()).toBe("“sip:@” is not an address. Try a name like bob, or sip:bob@example.com.");
    expect(await receives(alice.page, "audio")).toBe(true);
    await transfer(alice, "mallory");
    await alice.says("mallory does not exist here. Check the name.");
    expect(await receives(alice.page, "audio")).toBe(true);
    await bob.says("alice wanted to connect you with mallory, who cannot be reached.");
    await alice.press("Hang up");
    await bob.says(/^alice hung up\./); // replaces the reason why the other call failed
  });
});
