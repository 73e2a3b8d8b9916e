// A request outside of calls, and its final response.
import type { UA, URI } from "jssip";
import RequestSender from "jssip/lib/RequestSender.js";
import { OutgoingRequest } from "jssip/lib/SIPMessage.js";
import { bodyOf, headerOf, phraseOf, statusOf } from "./status.ts";

export interface Answer {
  /** 0 without a response. */
  readonly status: number;
  readonly phrase: string;
  readonly body: string;
  header(name: string): string | undefined;
}

const unanswered: Answer = { status: 0, phrase: "", body: "", header: () => undefined };

export interface Request {
  readonly method: string;
  readonly target: URI;
  /** Whole header lines. */
  readonly fields: readonly string[];
  readonly body?: string | undefined;
  /** Its Call-ID, if it is to be a certain one. */
  readonly callId?: string;
}

export function request(ua: UA, { method, target, fields, body, callId }: Request): Promise<Answer> {
  const { promise, resolve } = Promise.withResolvers<Answer>();
  const sender = new RequestSender(
    ua,
    new OutgoingRequest(method, target, ua, callId ? { call_id: callId } : {}, fields, body),
    {
      onRequestTimeout: () => resolve(unanswered),
      onTransportError: () => resolve(unanswered),
      onAuthenticated: () => {},
      onReceiveResponse: (response) => {
        const status = statusOf(response) ?? 0;
        if (status < 200) return;
        const header = (name: string) => headerOf(response, name);
        resolve({ status, phrase: phraseOf(response) ?? "", body: bodyOf(response), header });
      },
    },
  );
  sender.send();
  return promise;
}
