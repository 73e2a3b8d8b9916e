// A request outside of calls, and its final response.
import type { UA, URI } from "jssip";
import RequestSender from "jssip/lib/RequestSender.js";
import { OutgoingRequest } from "jssip/lib/SIPMessage.js";
import { headerOf, statusOf } from "./status.ts";

export interface Answer {
  /** 0 without a response. */
  readonly status: number;
  header(name: string): string | undefined;
}

const unanswered: Answer = { status: 0, header: () => undefined };

/** `fields` are whole header lines. */
export function request(
  ua: UA,
  method: string,
  target: URI,
  fields: readonly string[],
  body?: string,
): Promise<Answer> {
  const { promise, resolve } = Promise.withResolvers<Answer>();
  const sender = new RequestSender(ua, new OutgoingRequest(method, target, ua, {}, fields, body), {
    onRequestTimeout: () => resolve(unanswered),
    onTransportError: () => resolve(unanswered),
    onAuthenticated: () => {},
    onReceiveResponse: (response) => {
      const status = statusOf(response) ?? 0;
      if (status >= 200) resolve({ status, header: (name) => headerOf(response, name) });
    },
  });
  sender.send();
  return promise;
}
