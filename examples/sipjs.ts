// A phone with SIP.js: npm install sip.js
import { SimpleUser } from "sip.js/lib/platform/web/index.js";

/** Signs in, answers every call, and plays the other side's audio on `speaker`. */
export async function startPhone(url: string, address: string, password: string, speaker: HTMLAudioElement) {
  const phone = new SimpleUser(url, {
    aor: address, // sip:alice@example.com
    media: { remote: { audio: speaker } },
    userAgentOptions: {
      authorizationUsername: address.replace(/^sip:|@.*$/g, ""),
      authorizationPassword: password,
    },
    // Refreshed before ten silent minutes are over, and known again after a reconnect by its instance.
    registererOptions: { expires: 540, regId: 1 },
    delegate: { onCallReceived: () => void phone.answer() },
  });
  await phone.connect(); // to the Url of the deployment: wss://….amazonaws.com/sip
  await phone.register();
  return phone;
}

// const phone = await startPhone(url, "sip:alice@example.com", "secret", document.querySelector("audio"));
// await phone.call("sip:bob@example.com");
