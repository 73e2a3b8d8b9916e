// A phone with JsSIP: npm install jssip
import { UA, WebSocketInterface } from "jssip";
import type { RTCSession } from "jssip/lib/RTCSession.js";
import type { RTCSessionEvent } from "jssip/lib/UA.js";

/**
 * Signs in; rejects if that fails. `onIncoming` gets each incoming call, for example to show its buttons:
 * `session.answer({ mediaConstraints: { audio: true, video: false } })` and `session.terminate()`.
 */
export function startPhone(
  url: string,
  address: string,
  password: string,
  speaker: HTMLAudioElement,
  onIncoming: (session: RTCSession, from: string) => void,
): Promise<UA> {
  const phone = new UA({
    sockets: new WebSocketInterface(url), // the Url of the deployment: wss://….amazonaws.com/sip
    uri: address, // sip:alice@example.com
    password,
    register_expires: 540, // the refresh is the only keep-alive that is needed
  });
  phone.on("newRTCSession", ({ session }: RTCSessionEvent) => {
    session.on("confirmed", () => {
      speaker.srcObject = new MediaStream(session.connection.getReceivers().map(({ track }) => track));
    });
    const direction: string = session.direction;
    if (direction === "incoming") onIncoming(session, session.remote_identity.uri.toString());
  });
  return new Promise((resolve, reject) => {
    const fail = (reason: string) => {
      phone.stop();
      reject(new Error(reason));
    };
    phone.on("registered", () => resolve(phone));
    phone.on("registrationFailed", ({ cause }) => fail(`sign-in failed: ${cause ?? "no response"}`));
    phone.on("disconnected", ({ error }) => {
      if (error && !phone.isRegistered()) fail("no connection: check the URL, and that allowedOrigins has this page");
    });
    phone.start();
  });
}
