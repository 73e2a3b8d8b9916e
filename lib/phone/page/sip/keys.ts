// Keys of the keypad, as INFO requests. Each waits for the response to the one before: API Gateway does not keep the order
// of messages, and the peer refuses a lower CSeq (RFC 3261 §12.2.2). JsSIP waits 0.6 s instead.
import type { RTCSession } from "jssip/lib/RTCSession.js";

interface SentKey {
  on(event: "succeeded" | "failed", answered: () => void): void;
}

/** The function that presses a key. */
export function createKeys(session: RTCSession): (key: string) => void {
  let last = Promise.resolve();
  return (key) => {
    last = last.then(() => send(session, key));
  };
}

/** Resolves when the response has come; at once if the call is not established. */
function send(session: RTCSession, key: string): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (!session.isEstablished()) return Promise.resolve();
  session.once("newDTMF", ({ dtmf }: { readonly dtmf: SentKey }) => {
    dtmf.on("succeeded", resolve);
    dtmf.on("failed", resolve);
  });
  session.sendDTMF(key);
  return promise;
}
