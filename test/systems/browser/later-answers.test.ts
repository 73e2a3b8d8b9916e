import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type Desk, type DeskPhone, openDesk } from "./desk.ts";
import { startMemoryService } from "./memory-service.ts";
import type { Library } from "./pages/device.ts";
import { newContext } from "./room.ts";

// JsSIP calls a user with two phones that answer at the same instant.

let desk: Desk;

beforeAll(async () => {
  desk = await openDesk(startMemoryService({ laterAnswers: "end" }));
});
afterAll(() => desk.close());

/** A phone whose 200 to an INVITE waits until it is let go. */
async function aWaitingPhone(
  library: Library,
): Promise<{ phone: DeskPhone; answered: Promise<void>; letGo: () => void }> {
  const [answered, free] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const page = await (await newContext(desk.browser)).newPage();
  await page.routeWebSocket(desk.service.ws, (socket) => {
    const server = socket.connectToServer();
    socket.onMessage(async (message) => {
      if (/^SIP\/2\.0 200 [^]*^CSeq: *\d+ INVITE/m.test(String(message))) {
        answered.resolve();
        await free.promise;
      }
      server.send(message);
    });
  });
  return { phone: await desk.phone(library, "bob", page), answered: answered.promise, letGo: free.resolve };
}

test('with laterAnswers: "end" the chosen call lives, and the other phone gets ACK and BYE', async () => {
  const alice = await desk.phone("jssip", "alice");
  const [first, second] = [await aWaitingPhone("jssip"), await aWaitingPhone("sipjs")];
  await alice.call("bob");
  await Promise.all([first.phone.tells("alice calls"), second.phone.tells("alice calls")]);
  await Promise.all([first.phone.answer("alice"), second.phone.answer("alice")]);
  await Promise.all([first.answered, second.answered]);
  first.letGo();
  await Promise.all([alice.tells("talks to bob"), first.phone.tells("talks to alice")]);
  second.letGo();
  await second.phone.tells("talks to alice"); // its ACK has come
  await second.phone.tells("alice hung up");
  // Within the dialog, not by sound: both phones answered one offer, so both begin a DTLS handshake with alice.
  await alice.press("bob", "5", "info");
  expect(await first.phone.tells(/presses/)).toBe("alice presses 5");
});
