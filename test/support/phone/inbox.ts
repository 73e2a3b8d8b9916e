// The messages that a phone has received and no test has taken.
import { parseMessage } from "../../../lib/sip/syntax/parse.ts";
import { unlimited } from "../../../lib/sip/syntax/limits.ts";
import { header, type SipMessage, type SipRequest, type SipResponse } from "../../../lib/sip/syntax/message.ts";
import { serialize } from "../../../lib/sip/syntax/serialize.ts";

export interface Inbox {
  put(text: string): void;
  /** The oldest message that fits; fails, listing the received messages, if it does not come within the time. */
  take<M extends SipMessage>(what: string, fits: (message: SipMessage) => message is M): Promise<M>;
  /** `INVITE`, `180 INVITE` … of every received message, taken or not. */
  titles(): string[];
  /** Frames other than SIP messages, such as a pong or a gateway's error. */
  readonly noise: string[];
}

export function createInbox(patienceMilliseconds: number): Inbox {
  const waiting: SipMessage[] = [];
  const seen: string[] = [];
  const noise: string[] = [];
  const wakers = new Set<() => void>();

  return {
    noise,
    put(text) {
      const parsed = parseMessage(text, unlimited); // a proxy adds fields
      if (!parsed.ok) noise.push(text);
      else {
        waiting.push(parsed.message);
        seen.push(titleOf(parsed.message));
      }
      for (const wake of wakers) wake();
    },
    async take<M extends SipMessage>(what: string, fits: (message: SipMessage) => message is M): Promise<M> {
      const deadline = Date.now() + patienceMilliseconds;
      for (;;) {
        const found = waiting.find(fits);
        if (found !== undefined) {
          waiting.splice(waiting.indexOf(found), 1);
          return found;
        }
        const left = deadline - Date.now();
        if (left <= 0)
          throw new Error(`no ${what} came; waiting were:\n${waiting.map(serialize).join("\n") || "nothing"}`);
        await new Promise<void>((resolve) => {
          const timer = setTimeout(done, left);
          function done() {
            clearTimeout(timer);
            wakers.delete(done);
            resolve();
          }
          wakers.add(done);
        });
      }
    },
    titles: () => [...seen],
  };
}

export function titleOf(message: SipMessage): string {
  return message.kind === "request" ? message.method : `${message.status} ${methodOf(message)}`;
}

export function methodOf(message: SipMessage): string {
  return header(message, "cseq")?.split(/\s+/)[1] ?? "";
}

export function isRequest(method: string): (message: SipMessage) => message is SipRequest {
  return (message): message is SipRequest => message.kind === "request" && message.method === method;
}

export function isResponse(status: number, method: string): (message: SipMessage) => message is SipResponse {
  return (message): message is SipResponse =>
    message.kind === "response" && message.status === status && methodOf(message) === method;
}

export function isFinal(method: string): (message: SipMessage) => message is SipResponse {
  return (message): message is SipResponse =>
    message.kind === "response" && message.status >= 200 && methodOf(message) === method;
}
