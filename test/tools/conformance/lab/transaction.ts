// A client transaction as a phone sees it: the request sent, and its responses.
import { claim } from "../check.ts";
import { branchOf } from "../sip/address.ts";
import { callIdOf, cseqOf, type SipMessage, type SipResponse } from "../sip/message.ts";
import type { RequestParts, Sent } from "../sip/write.ts";
import type { Inbox } from "./inbox.ts";

export interface Transaction {
  /** The last request sent: with credentials, if the server asked for them. */
  readonly sent: Sent;
  /** Header lines with the credentials that were given, to be repeated in the ACK of a 2xx (RFC 3261 §22.1). */
  readonly credentials: readonly string[];
  /** Has a final response come that was not taken yet? */
  hasFinal(): boolean;
  /** The next response of that status. */
  response(status: number): Promise<SipResponse>;
  /** The next final response. */
  final(timeoutMs?: number): Promise<SipResponse>;
  /** The next final response, which must have one of these statuses. */
  finalOf(...statuses: readonly number[]): Promise<SipResponse>;
  /** All responses so far, taken or not. Challenges that were answered are not among them. */
  responses(): readonly SipResponse[];
  /** The same bytes once more. */
  repeat(): void;
  /** CANCEL (RFC 3261 §9.1). */
  cancel(parts?: RequestParts): Transaction;
}

/** The parts of a phone that a transaction needs. */
export interface Ground {
  readonly name: string;
  readonly inbox: Inbox;
  send(text: string): void;
  request(method: string, uri: string, parts: RequestParts): Transaction;
}

export interface RunningTransaction extends Transaction {
  /** Challenges answered so far. */
  attempts: number;
  /** Whether a 401 or 407 is answered with credentials. */
  readonly answersChallenges: boolean;
  /** Whether a refusal of an INVITE is acknowledged (§17.1.1.3). */
  readonly acknowledges: boolean;
  isFinished: boolean;
  /** Until the first answer; `performance.now()`. */
  sentAt: number | undefined;
  owns(message: SipMessage): boolean;
  resend(sent: Sent, credentials: readonly string[]): void;
}

export interface TransactionOptions {
  readonly answersChallenges?: boolean;
  readonly acknowledges?: boolean;
}

export function createTransaction(ground: Ground, first: Sent, options: TransactionOptions): RunningTransaction {
  const { name, inbox } = ground;
  let sent = first;
  let credentials: readonly string[] = [];

  const owns = (message: SipMessage): message is SipResponse =>
    message.kind === "response" &&
    callIdOf(message) === sent.callId &&
    cseqOf(message) === sent.cseq &&
    message.method === sent.method;
  const isOwn = (message: SipMessage): message is SipResponse =>
    owns(message) && (branchOf(message) === sent.branch || !knowsBranch(message));
  const knowsBranch = (message: SipMessage): boolean => ground.inbox.branches.has(branchOf(message));
  inbox.branches.add(first.branch);

  const isFinal = (message: SipMessage): message is SipResponse => isOwn(message) && message.status >= 200;
  const final = (timeoutMs?: number): Promise<SipResponse> =>
    inbox.take(`final response to ${sent.method}`, isFinal, timeoutMs);

  return {
    get sent() {
      return sent;
    },
    get credentials() {
      return credentials;
    },
    attempts: 0,
    isFinished: false,
    sentAt: performance.now(),
    answersChallenges: options.answersChallenges ?? first.method !== "CANCEL", // it cannot be repeated (§22.1)
    acknowledges: options.acknowledges ?? true,
    owns: isOwn,
    hasFinal: () => inbox.has(isFinal),
    resend(again, lines) {
      sent = again;
      this.sentAt = performance.now();
      credentials = lines;
      inbox.branches.add(again.branch);
      ground.send(again.text);
    },
    response: (status) =>
      inbox.take(
        `${status} to ${sent.method}`,
        (message): message is SipResponse => isOwn(message) && message.status === status,
      ),
    final,
    async finalOf(...statuses) {
      const response = await final();
      claim(
        statuses.includes(response.status),
        `${name} got ${response.status} to ${sent.method} instead of ${statuses.join(" or ")}`,
      );
      return response;
    },
    responses: () => inbox.all.filter((message): message is SipResponse => isOwn(message)),
    repeat: () => ground.send(sent.text),
    cancel: (parts = {}) =>
      ground.request("CANCEL", sent.uri, {
        branch: sent.branch,
        callId: sent.callId,
        cseq: sent.cseq,
        fromTag: sent.fromTag,
        to: sent.to,
        ...(sent.toTag !== undefined && { toTag: sent.toTag }),
        routes: sent.routes,
        ...parts,
      }),
  };
}
