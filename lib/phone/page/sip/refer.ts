// A transfer, seen from its initiator: REFER (RFC 3515), and the NOTIFYs that say how the new call went.
import type { RTCSession } from "jssip/lib/RTCSession.js";
import { statusOf } from "./status.ts";

/**
 * Resolves with undefined when the new call is up, else with the status that prevented it, 0 without one. With `replaces`
 * the new call takes the place of that one (RFC 3891). Throws a TypeError if `target` is not an address.
 */
export function refer(session: RTCSession, target: string, replaces?: RTCSession): Promise<number | undefined> {
  const { promise, resolve } = Promise.withResolvers<number | undefined>();
  session.on("ended", () => resolve(0));
  session.refer(target, {
    eventHandlers: {
      accepted: () => resolve(undefined),
      failed: ({ status_line: { status_code: status } }: Notified) => resolve(status),
      requestFailed: ({ response }: { readonly response: unknown }) => resolve(statusOf(response) ?? 0),
    },
    ...(replaces && { replaces }),
  });
  return promise;
}

interface Notified {
  readonly status_line: { readonly status_code: number };
}
