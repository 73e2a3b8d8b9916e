// JsSIP and SIP.js in Chromium call an address that Janus answers by WHIP (RFC 9725).
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import type { DeskPhone } from "./desk.ts";
import { isInstalled, type Janus, ROOM, startJanus } from "./janus.ts";
import { watchRoom } from "./janus-viewer.ts";
import type { Library } from "./pages/device.ts";
import { openStudio, type Studio } from "./studio.ts";

const CALLS = 20;

if (isInstalled) {
  let janus: Janus;
  let desk: Studio;
  beforeAll(async () => {
    janus = await startJanus("stage");
    desk = await openStudio(janus, { stage: { http: { url: `https://${janus.host}/whip/endpoint/stage`, limit: 1 } } });
  });
  afterEach(async () => {
    await desk.endCalls();
    await desk.clear();
  });
  afterAll(async () => {
    await desk.close();
    await janus.close();
  });

  const hangsUp = async (alice: DeskPhone): Promise<void> => {
    await alice.end("stage");
    await alice.gets("200 BYE");
    await desk.service.settled();
  };

  describe.each<Library>(["jssip", "sipjs"])("Janus and %s", (library) => {
    const inCall = async (phone?: DeskPhone): Promise<DeskPhone> => {
      const alice = phone ?? (await desk.phone(library, "alice"));
      await alice.call("stage");
      await alice.tells("talks to stage");
      return alice;
    };

    test("a broadcast is seen by a second viewer, before hold and after resume, and its session ends", async () => {
      const alice = await inCall();
      const viewer = await desk.page();
      await watchRoom(viewer, janus.ws, ROOM);
      await alice.hold("stage");
      await alice.resume("stage");
      await watchRoom(viewer, janus.ws, ROOM);
      expect(await janus.sessions()).toBe(1);
      await hangsUp(alice);
      expect(await janus.sessions()).toBe(0);
    });

    test("a call that the operator ends is over at Janus and for the phone", async () => {
      const alice = await inCall();
      await desk.endCalls();
      await alice.tells("stage hung up");
      expect(await janus.sessions()).toBe(0);
    });

    test(`${CALLS / 2} calls leave no session`, async () => {
      const alice = await desk.phone(library, "alice");
      for (let call = 0; call < CALLS / 2; call += 1) await hangsUp(await inCall(alice));
      expect(await janus.sessions()).toBe(0);
    });
  });
} else {
  describe("Janus: janus and simple-whip-server are not installed (Debian: apt-get install janus simple-whip-server)", () => {
    test("it was not called here; calls to other WebRTC endpoints are held by http-callee.test.ts", () =>
      expect(isInstalled).toBe(false));
  });
}
