// A page that contains only the SIP.js phone of examples/sipjs.ts. It answers by itself.
import { startPhone } from "../../../../examples/sipjs.ts";
import { given, report, speaker } from "./bare-page.ts";

const { ws, address, password } = given();
try {
  const phone = await startPhone(ws, address, password, speaker, (ringing) => void ringing.answer());
  report("registered");
  Object.assign(phone.delegate ?? {}, {
    onUnregistered: () => report("unregistered"),
    onCallAnswered: () => report("talking"),
    onCallHangup: () => report("ended"),
  });
  globalThis.phone = { call: (target) => phone.call(target), hangUp: () => phone.hangup() };
} catch (error) {
  report(`failed: ${String(error)}`);
}
