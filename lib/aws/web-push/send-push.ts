// Sends push notifications by Web Push (RFC 8030, RFC 8291, RFC 8292) with the package web-push. Its failures become results:
// which of them are worth another attempt is decided in `lib/sip/proxy/push-failed.ts`.
import type { Agent } from "node:https";
import type { PushPort } from "../../signaling/ports.ts";
import type { PushFailure } from "../../sip/effect.ts";
import { PUSH_AGAIN_SECONDS } from "../../sip/policy/push.ts";
import type { VapidKeys } from "./vapid-keys.ts";

/** The used part of the package, which comes without types. */
export interface WebPush {
  sendNotification(
    subscription: { readonly endpoint: string; readonly keys?: { readonly p256dh: string; readonly auth: string } },
    payload: string | null,
    options: {
      readonly vapidDetails: VapidKeys & { readonly subject: string };
      readonly TTL: number;
      readonly urgency: "high" | "normal";
      readonly topic: string;
      readonly timeout: number;
      readonly agent?: Agent;
    },
  ): Promise<unknown>;
}

interface Sender {
  /** Loads the package, with the first push. */
  readonly webPush: () => WebPush;
  readonly keys: () => Promise<VapidKeys>;
  /** `sub` of RFC 8292 §2.1: how a push service reaches the operator. */
  readonly subject: string;
  /** For a stand-in with a certificate of its own. */
  readonly agent?: Agent;
  /** Until a service counts as one that does not answer; default 5 s. */
  readonly timeoutMilliseconds?: number;
}

/** The caller gets no response while a push service is slow; 5 s leave time for another attempt within the 32 s. */
const TIMEOUT_MILLISECONDS = 5000;

export function createPushPort({
  webPush,
  keys,
  subject,
  agent,
  timeoutMilliseconds = TIMEOUT_MILLISECONDS,
}: Sender): PushPort {
  return {
    publicKey: async () => (await keys()).publicKey,
    async send(push) {
      const { address, notice, ttlSeconds, topic } = push;
      const [p256dh, auth] = address.param?.split(".") ?? [];
      const isReadable = p256dh !== undefined && auth !== undefined;
      const { publicKey, privateKey } = await keys();
      try {
        await webPush().sendNotification(
          { endpoint: address.prid, ...(isReadable && { keys: { p256dh, auth } }) },
          isReadable ? notice : null, // RFC 8291 §2: no content without keys
          {
            vapidDetails: { subject, publicKey, privateKey },
            TTL: ttlSeconds,
            urgency: push.why === "message" || push.why === "refresh" ? "normal" : "high", // RFC 8030 §5.3: a call, a chat
            topic,
            timeout: timeoutMilliseconds,
            ...(agent && { agent }),
          },
        );
        return "delivered";
      } catch (error) {
        if (error instanceof Error) return failureOf(error);
        throw error;
      }
    },
  };
}

/** An error with a status is a response of the service (RFC 8030 §5, §8.4); one with a code of the system is the network's. */
function failureOf(error: Error): PushFailure {
  const facts: ReadonlyMap<string, unknown> = new Map(Object.entries(error));
  const [statusCode, headers, code] = ["statusCode", "headers", "code"].map((name) => facts.get(name));
  if (statusCode === 404 || statusCode === 410) return "gone";
  if (typeof statusCode === "number") {
    const isLater = statusCode === 429 || statusCode >= 500;
    return isLater ? { retryAfterSeconds: retryAfterIn(headers) } : "failed";
  }
  const isNetwork = (typeof code === "string" && !code.startsWith("ERR_")) || error.message === "Socket timeout";
  if (isNetwork) return { retryAfterSeconds: PUSH_AGAIN_SECONDS };
  return "failed"; // Address and keys are the user's: a URL that cannot be requested fails here, and a point off the curve.
}

/** RFC 9110 §10.2.3: seconds; a date is not used by any push service and counts as none. */
function retryAfterIn(headers: unknown): number {
  const fields: { "retry-after"?: unknown } = typeof headers === "object" && headers !== null ? headers : {};
  const seconds = Number(fields["retry-after"]);
  return Number.isInteger(seconds) && seconds > 0 ? seconds : PUSH_AGAIN_SECONDS;
}
