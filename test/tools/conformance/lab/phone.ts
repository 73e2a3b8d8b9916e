// A phone: one connection, one account, and the manners of a user agent where a check does not say otherwise. It answers
// challenges, acknowledges refusals, and leaves alone what is not part of the check (a server's own pings).
import { type Address, branchOf, contactsOf } from "../sip/address.ts";
import { bestChallenge, challengesOf, credentialsLine, type Secret } from "../sip/digest.ts";
import { callIdOf, readMessage, type SipMessage, type SipRequest, type SipResponse } from "../sip/message.ts";
import {
  amend,
  newBranch,
  random,
  type RequestParts,
  type ResponseParts,
  type Sent,
  writeAck,
  writeRequest,
  writeResponse,
  type Writer,
} from "../sip/write.ts";
import type { Connection, Frame } from "./connection.ts";
import { createInbox, type Inbox } from "./inbox.ts";
import type { Pace } from "./pace.ts";
import {
  createTransaction,
  type RunningTransaction,
  type Transaction,
  type TransactionOptions,
} from "./transaction.ts";

export interface Account {
  readonly user: string;
  readonly password: string;
}

export interface PhoneOptions {
  /** In traces. */
  readonly name: string;
  readonly domain: string;
  /** Absent: a stranger, who cannot answer a challenge. */
  readonly account: Account | undefined;
  /** `urn:uuid:…`; null is a device without one. */
  readonly instance: string | null;
  readonly patienceMs: number;
  /** Call-IDs that belong to the check. */
  readonly callIds: Set<string>;
  /** Called with the time that each answer took. */
  readonly pace: Pace;
}

export interface RegisterParts extends RequestParts {
  /** Seconds, as a parameter of Contact. Null leaves the parameter out. Default 600. */
  readonly expires?: number | null;
  /** Elements of Contact instead of the phone's own, expiry included. */
  readonly contacts?: readonly string[];
}

export interface RegisterOptions extends TransactionOptions {
  /** How long to wait for the answer, if not as long as for anything else. */
  readonly timeoutMs?: number;
}

export interface Phone extends Writer {
  readonly name: string;
  readonly domain: string;
  readonly secret: Secret;
  readonly instance: string | null;
  /** To tag of its answers. */
  readonly tag: string;
  readonly connection: Connection;
  readonly inbox: Inbox;
  /** Contact element it registers, without expiry. */
  readonly device: string;
  /** Option tags it names in Supported when it registers. */
  readonly hasRegistered: () => boolean;
  /** INVITEs it got and has not finally answered. */
  readonly unanswered: () => readonly SipRequest[];
  /** INVITEs of its own without a final response. */
  readonly unfinished: () => readonly Transaction[];
  /** For the connection. */
  receive(frame: Frame): void;
  /** Sends any text as it is. */
  send(text: string): void;
  /** Writes and does not send. */
  compose(method: string, uri: string, parts?: RequestParts): Sent;
  /** Follows what comes back for a request that is sent some other way. */
  watch(sent: Sent, options?: TransactionOptions): Transaction;
  /** Writes and sends, and ignores the responses. */
  write(method: string, uri: string, parts?: RequestParts): Sent;
  request(method: string, uri: string, parts?: RequestParts, options?: TransactionOptions): Transaction;
  /** Sends a request whose text was written by hand, and follows it. */
  follow(sent: Sent, options?: TransactionOptions): Transaction;
  /** The final answer to a REGISTER for this phone's contact. */
  register(parts?: RegisterParts, options?: RegisterOptions): Promise<SipResponse>;
  /** The bindings that the registrar lists; changes none. */
  bindings(): Promise<readonly Address[]>;
  /** The next request of that method, of that call if one is given. */
  incoming(method: string, callId?: string, timeoutMs?: number): Promise<SipRequest>;
  /** All requests of that method so far, of that call if one is given. */
  received(method: string, callId?: string): readonly SipRequest[];
  answer(request: SipRequest, status: number, parts?: ResponseParts): void;
  /** Takes the CANCEL for an INVITE and follows it; returns the CANCEL. */
  acceptCancel(invite: SipRequest): Promise<SipRequest>;
}

export function createPhone(options: PhoneOptions, connection: Connection): Phone {
  const { name, domain, account, instance, patienceMs, callIds, pace } = options;
  const user = account?.user ?? `stranger-${random(3)}`;
  const secret = { username: user, password: account?.password ?? "" };
  const host = `${random(6)}.invalid`;
  const contact = `sip:${random(5)}@${host};transport=ws`;
  const aor = `sip:${user}@${domain}`;
  const device = `<${contact}>${instance === null ? "" : `;+sip.instance="<${instance}>";reg-id=1`}`;
  const tag = random(5);
  const registrationId = `${random(8)}@${host}`;
  const inbox = createInbox(name, patienceMs);
  const transactions: RunningTransaction[] = [];
  const unanswered = new Map<string, SipRequest>();
  let cseq = Math.floor(Math.random() * 1000) + 100;
  let hasRegistered = false;

  const writer: Writer = { host, display: name, aor, contact, nextCseq: () => (cseq += 1) };

  function send(text: string): void {
    const message = readMessage(text);
    if (message !== undefined) callIds.add(callIdOf(message));
    connection.send(text);
  }

  function responded(response: SipResponse): void {
    const transaction = transactions.find((candidate) => candidate.owns(response));
    if (transaction !== undefined) noteTime(transaction);
    if (transaction === undefined || response.status < 200) return inbox.put(response);
    const { sent } = transaction;
    const invite = sent.method === "INVITE" ? readMessage(sent.text) : undefined;
    if (invite?.kind === "request" && response.status >= 300 && transaction.acknowledges) {
      send(writeAck(invite, response));
    }
    const line = transaction.attempts === 0 ? answerTo(response, transaction) : undefined;
    if (line !== undefined) {
      transaction.attempts += 1;
      const again = { branch: newBranch(), cseq: sent.isCseqGiven ? sent.cseq + 1 : writer.nextCseq() };
      return transaction.resend({ ...sent, ...again, text: amend(sent.text, sent, { ...again, lines: [line] }) }, [
        line,
      ]);
    }
    transaction.isFinished = true;
    inbox.put(response);
  }

  /** The first answer only: later ones wait for users. */
  function noteTime(transaction: RunningTransaction): void {
    if (transaction.sentAt !== undefined && transaction.sent.method === "REGISTER") {
      pace.note(performance.now() - transaction.sentAt);
    }
    transaction.sentAt = undefined;
  }

  function answerTo(response: SipResponse, { sent, answersChallenges }: RunningTransaction): string | undefined {
    const isChallenge = response.status === 401 || response.status === 407;
    if (!isChallenge || !answersChallenges || account === undefined) return undefined;
    const challenge = bestChallenge(challengesOf(response).filter(({ parameters }) => !isOfAPhone(parameters)));
    return challenge && credentialsLine(challenge, secret, { ...sent, body: readMessage(sent.text)?.body ?? "" });
  }

  /** Requests outside of the check: of a server that asks whether the phone is still there, or has messages of an earlier run. */
  function answerPolitely(request: SipRequest): void {
    if (request.method === "ACK") return;
    const isTaken = request.method === "OPTIONS" || request.method === "MESSAGE";
    connection.send(writeResponse(request, isTaken ? 200 : 481, { contact, tag }));
  }

  const phone: Phone = {
    ...writer,
    name,
    domain,
    secret,
    instance,
    tag,
    connection,
    inbox,
    device,
    hasRegistered: () => hasRegistered,
    unanswered: () => [...unanswered.values()],
    unfinished: () => transactions.filter(({ sent, isFinished }) => sent.method === "INVITE" && !isFinished),
    send,

    receive({ text }) {
      const message = readMessage(text);
      if (message === undefined) return;
      if (message.kind === "response") return responded(message);
      if (!callIds.has(callIdOf(message))) return answerPolitely(message);
      if (message.method === "INVITE") unanswered.set(branchOf(message), message);
      inbox.put(message);
    },

    compose: (method, uri, parts = {}) => writeRequest(writer, method, uri, parts),

    watch(sent, how = {}) {
      const transaction = createTransaction(phone, sent, how);
      transactions.push(transaction);
      callIds.add(sent.callId);
      return transaction;
    },

    write(method, uri, parts = {}) {
      const sent = phone.compose(method, uri, parts);
      send(sent.text);
      return sent;
    },

    request: (method, uri, parts = {}, how = {}) => phone.follow(phone.compose(method, uri, parts), how),

    follow(sent, how = {}) {
      const transaction = phone.watch(sent, how);
      send(sent.text);
      return transaction;
    },

    async register({ expires = 600, contacts, ...parts } = {}, how = {}) {
      const elements = contacts ?? [`${device}${expires === null ? "" : `;expires=${expires}`}`];
      const lines = [
        ...(elements.length === 0 ? [] : [`Contact: ${elements.join(", ")}`]),
        ...(parts.lines ?? ["Supported: path, gruu, outbound"]),
      ];
      const transaction = phone.request(
        "REGISTER",
        `sip:${domain}`,
        { to: aor, callId: registrationId, ...parts, lines },
        how,
      );
      const response = await transaction.final(how.timeoutMs);
      if (response.status < 300) hasRegistered = true;
      return response;
    },

    bindings: async () => contactsOf(await phone.register({ contacts: [], callId: `${random(8)}@${host}` })),

    incoming: (method, callId, timeoutMs) =>
      inbox.take(method, (message): message is SipRequest => isRequest(message, method, callId), timeoutMs),

    received: (method, callId) =>
      inbox.all.filter((message): message is SipRequest => isRequest(message, method, callId)),

    answer(request, status, parts = {}) {
      if (request.method === "INVITE" && status >= 200) unanswered.delete(branchOf(request));
      send(writeResponse(request, status, { contact, tag }, parts));
    },

    async acceptCancel(invite) {
      const cancel = await phone.incoming("CANCEL", callIdOf(invite));
      phone.answer(cancel, 200);
      phone.answer(invite, 487);
      return cancel;
    },
  };
  return phone;
}

function isRequest(message: SipMessage, method: string, callId: string | undefined): message is SipRequest {
  return (
    message.kind === "request" && message.method === method && (callId === undefined || callIdOf(message) === callId)
  );
}

/** Challenges that a check's own phones make up have such a realm: they are the check's business. */
function isOfAPhone(parameters: ReadonlyMap<string, string>): boolean {
  return parameters.get("realm")?.endsWith(".invalid") === true;
}
