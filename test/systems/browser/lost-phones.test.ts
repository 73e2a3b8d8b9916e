import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import type { WebSocketRoute } from "playwright-core";
import { type CloudService, startCloudService } from "./cloud-service.ts";
import { type Desk, type DeskPhone, openDesk } from "./desk.ts";
import type { Library } from "./pages/device.ts";
import { newContext } from "./room.ts";
import { ring, talk } from "./talk.ts";

// Phones that vanish while they ring, and phones that change their network in a call.

let desk: Desk<CloudService>;

beforeAll(async () => {
  desk = await openDesk(startCloudService());
});
afterEach(() => desk.clear());
afterAll(() => desk.close());

/** The event. The server may keep a request for a lost phone almost as long as a test waits for an event otherwise. */
function patiently(phone: DeskPhone, event: string | RegExp): Promise<string> {
  return phone.tells(event).catch(() => phone.tells(event));
}

test("a callee whose page is closed while it rings leads to a response, with JsSIP and SIP.js on each side", async () => {
  const context = await newContext(desk.browser); // the room reuses its own pages
  const callee = async (library: Library, user: string) => desk.phone(library, user, await context.newPage());
  const [alice, aliceToo, bob, carol] = await Promise.all([
    desk.phone("jssip", "alice"),
    desk.phone("sipjs", "alice"),
    callee("sipjs", "bob"),
    callee("jssip", "carol"),
  ]);
  await ring(alice, bob);
  await ring(aliceToo, carol);
  await Promise.all([bob.page.close(), carol.page.close()]);
  const waits = await Promise.all([patiently(alice, /^bob refused/), patiently(aliceToo, /^carol refused/)]);
  expect(waits).toEqual(["bob refused: 480", "carol refused: 480"]);
});

/**
 * The WebSockets of a page pass here. `leave` changes its network: the page loses its connection, and the server still
 * takes the old one for open.
 */
async function aMovingPhone(library: Library, user: string): Promise<{ phone: DeskPhone; leave: () => Promise<void> }> {
  const context = await newContext(desk.browser);
  const page = await context.newPage();
  const sockets: WebSocketRoute[] = [];
  await page.routeWebSocket(desk.service.ws, (socket) => {
    const server = socket.connectToServer();
    const isCurrent = () => sockets.at(-1) === socket;
    socket.onMessage((message) => server.send(message));
    socket.onClose(() => undefined); // the server does not hear of it
    server.onMessage((message) => {
      if (isCurrent()) socket.send(message);
    });
    sockets.push(socket);
  });
  const phone = await desk.phone(library, user, page);
  return { phone, leave: async () => sockets.at(-1)?.close({ code: 3001 }) };
}

test.each<Library>(["jssip", "sipjs"])(
  "a hang-up reaches %s, which changed its network in the call while the server keeps its old connection",
  async (library) => {
    const { phone: bob, leave } = await aMovingPhone(library, "bob");
    const alice = await desk.phone("jssip", "alice");
    await ring(alice, bob);
    await bob.answer("alice");
    await Promise.all([alice.tells("talks to bob"), bob.tells("talks to alice")]);
    const open = () => [...desk.service.connections()];
    const before = open();
    await leave();
    await bob.tells("disconnected");
    expect(open()).toEqual(expect.arrayContaining(before));
    await bob.tells("registered");
    await alice.end("bob");
    await patiently(bob, "alice hung up");
  },
);

test("a hang-up reaches a phone that is just changing its network", async () => {
  const [alice, bob] = [await desk.phone("jssip", "alice"), await desk.phone("sipjs", "bob")];
  await talk(alice, bob);
  const [, second] = desk.service.connections();
  expect(desk.service.cloud.gateway.drop(second ?? "", { silently: true })).toBe(true);
  await alice.end("bob");
  await bob.tells("registered");
  await patiently(bob, "alice hung up");
});
