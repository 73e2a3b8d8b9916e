// Asks the other side of a call to call somebody else (RFC 3515), and waits for what becomes of it.
import type { RTCSession } from "jssip/lib/RTCSession.js";
import type { IncomingResponse } from "jssip/lib/SIPMessage.js";

/**
 * Undefined when they talk, else the status that stood against it, 0 without one. Throws a TypeError if `target` is no
 * address.
 */
export function refer(session: RTCSession, target: string): Promise<number | undefined> {
  const { promise, resolve } = Promise.withResolvers<number | undefined>();
  session.on("ended", () => resolve(0));
  session.refer(target, {
    eventHandlers: {
      accepted: () => resolve(undefined),
      failed: ({ status_line: { status_code: status } }: Notified) => resolve(status),
      requestFailed: ({ response }: Refused) => resolve(response?.status_code ?? 0),
    },
  });
  return promise;
}

interface Notified {
  readonly status_line: { readonly status_code: number };
}

interface Refused {
  readonly response: IncomingResponse | null;
}
