// A phone with JsSIP: npm install jssip
import { UA, WebSocketInterface } from "jssip";
import type { RTCSessionEvent } from "jssip/lib/UA.js";

/** Signs in, answers every call, and plays the other side's audio on `speaker`. */
export function startPhone(url: string, address: string, password: string, speaker: HTMLAudioElement): UA {
  const phone = new UA({
    sockets: new WebSocketInterface(url), // the Url of the deployment: wss://….amazonaws.com/sip
    uri: address, // sip:alice@example.com
    password,
    register_expires: 540, // refreshed before ten silent minutes are over, so no other keep-alive is needed
  });
  phone.on("newRTCSession", ({ session }: RTCSessionEvent) => {
    session.on("confirmed", () => {
      speaker.srcObject = new MediaStream(session.connection.getReceivers().map(({ track }) => track));
    });
    const direction: string = session.direction;
    if (direction === "incoming") session.answer({ mediaConstraints: { audio: true, video: false } });
  });
  phone.start();
  return phone;
}

// const phone = startPhone(url, "sip:alice@example.com", "secret", document.querySelector("audio"));
// phone.on("registered", () => phone.call("sip:bob@example.com", { mediaConstraints: { audio: true, video: false } }));
