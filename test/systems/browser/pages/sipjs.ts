// A page with nothing on it but the README's SIP.js phone.
import { startPhone } from "../../../../examples/sipjs.ts";
import { given, report, speaker } from "./bare-page.ts";

const { ws, address, password } = given();
const phone = await startPhone(ws, address, password, speaker);
Object.assign(phone.delegate ?? {}, {
  onRegistered: () => report("registered"),
  onUnregistered: () => report("unregistered"),
  onCallAnswered: () => report("talking"),
  onCallHangup: () => report("ended"),
});

globalThis.phone = { call: (target) => phone.call(target), hangUp: () => phone.hangup() };
