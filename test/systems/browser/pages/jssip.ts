// A page that contains only the JsSIP phone of examples/jssip.ts. It answers by itself.
import { startPhone } from "../../../../examples/jssip.ts";
import type { RTCSessionEvent } from "jssip/lib/UA.js";
import { given, report, speaker } from "./bare-page.ts";

const { ws, address, password } = given();
const mediaConstraints = { audio: true, video: false };
try {
  const phone = await startPhone(ws, address, password, speaker, (session) => session.answer({ mediaConstraints }));
  report("registered");
  phone.on("newRTCSession", ({ session }: RTCSessionEvent) => {
    session.on("confirmed", () => report("talking"));
    session.on("ended", ({ originator }) => report(`ended by ${originator}`));
    session.on("failed", ({ cause }) => report(`failed: ${cause}`));
  });
  globalThis.phone = {
    call: async (target) => void phone.call(target, { mediaConstraints }),
    hangUp: async () => phone.terminateSessions(),
  };
} catch (error) {
  report(`failed: ${String(error)}`);
}
