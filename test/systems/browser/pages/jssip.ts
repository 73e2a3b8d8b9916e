// A page with nothing on it but the README's JsSIP phone.
import type { RTCSessionEvent } from "jssip/lib/UA.js";
import { startPhone } from "../../../../examples/jssip.ts";
import { given, report, speaker } from "./bare-page.ts";

const { ws, address, password } = given();
const phone = startPhone(ws, address, password, speaker);
phone.on("registered", () => report("registered"));
phone.on("registrationFailed", ({ cause }) => report(`failed: ${cause}`));
phone.on("newRTCSession", ({ session }: RTCSessionEvent) => {
  session.on("confirmed", () => report("talking"));
  session.on("ended", ({ originator }) => report(`ended by ${originator}`));
  session.on("failed", ({ cause }) => report(`failed: ${cause}`));
});

globalThis.phone = {
  call: async (target) => void phone.call(target, { mediaConstraints: { audio: true, video: false } }),
  hangUp: async () => phone.terminateSessions(),
};
