// Which messages may reach which user. A message from a flow without a login reaches no other connection. A response
// reaches the sender of its request; a CANCEL the phones that its sender called; a request within a dialog the peers of
// that dialog; a new request any phone, in its sender's own name.
import { tagIn, uriIn, viasOf } from "../../conformance/sip/address.ts";
import { callIdOf, cseqOf, listOf, type SipMessage, valueOf } from "../../conformance/sip/message.ts";
import { DOMAIN } from "../domain.ts";
import type { Flow } from "../world.ts";
import { nameOf, type Oracle, type Reading, type SentReading, shown } from "./oracle.ts";

export function createPartiesOracle(): Oracle {
  /** The pairs of sender and recipient of each request, by transaction. */
  const asked = new Map<string, Set<string>>();
  /** The pairs of sender and recipient of any request, by Call-ID. */
  const talked = new Map<string, Set<string>>();

  const everAsked = new Set<string>();
  /** The senders of each INVITE. */
  const callers = new Set<string>();
  /** The Call-IDs of subscriptions, each with its watcher. */
  const subscribed = new Set<string>();

  const has = (of: Map<string, Set<string>>, key: string, from: string, to: string): boolean =>
    of.get(key)?.has(`${from} ${to}`) === true;
  const note = (of: Map<string, Set<string>>, key: string, from: string, to: string): void => {
    const pairs = of.get(key) ?? new Set();
    of.set(key, pairs.add(`${from} ${to}`));
  };
  /** The senders of requests to this user. */
  const askers = (key: string, one: string): string[] =>
    [...(asked.get(key) ?? [])].map((pair) => pair.split(" ")).flatMap(([from = "", to]) => (to === one ? [from] : []));

  function judge(sent: SentReading, reading: Reading): string | undefined {
    const { message, to } = sent;
    const { cause } = reading.turn;
    if (message === undefined)
      return cause.kind === "message" && cause.flow === to ? undefined : "a text other than SIP to another";
    if (isOwnNotify(message)) {
      const isWatcher = subscribed.has(`${callIdOf(message)} ${to.user}`);
      return isWatcher ? undefined : `${nameOf(to)} gets a NOTIFY and never subscribed`;
    }
    if (cause.kind !== "message") return judgeUnasked(message, to);
    const { flow } = cause;
    if (flow === to) {
      const isOurs = message.kind === "response" && reading.received?.kind === "request";
      const isCancelled = isOurs && message.method === "CANCEL" && message.status === 200;
      if (isCancelled && !callers.has(callOf(message, flow.user)))
        return "a CANCEL of another user's call was accepted";
      if (message.kind === "request" && flow.user !== undefined && reading.received?.kind === "request") {
        noteRequest(message, flow.user, flow.user);
      }
      return undefined;
    }
    if (flow.user === undefined) return "a stranger reached another";
    if (to.user === undefined) return "a stranger was reached";
    if (reading.received === undefined) return "an unreadable message reached another";
    return reading.received.kind === "request"
      ? judgeForwarded(message, flow.user, to.user)
      : judgeAfterResponse(transactionOf(reading.received), message, flow.user, to.user);
  }

  /** A request came from `from`. */
  function judgeForwarded(message: SipMessage, from: string, to: string): string | undefined {
    const key = transactionOf(message);
    // A request that is repeated on another connection of its sender makes the first connection get the response again.
    if (message.kind === "response") return from === to ? undefined : `${from}'s request made ${to} get an answer`;
    if (message.method === "CANCEL") {
      return has(asked, key, from, to) || tagIn(message, "to") !== ""
        ? undefined
        : `${from} cancels for ${to} what it never asked`;
    }
    const callId = callIdOf(message);
    if (tagIn(message, "to") !== "" || message.method === "ACK") {
      const known = has(talked, callId, from, to) || has(talked, callId, to, from);
      if (!known) return `${from} is not part of ${to}'s dialog`;
      noteRequest(message, from, to);
      return undefined;
    }
    if (!isOwnName(message, from)) return `${from} calls ${to} in another's name`;
    noteRequest(message, from, to);
    return undefined;
  }

  /**
   * A response came from `from`: it reaches the sender of the request, and may cause further INVITEs, CANCELs or an
   * ACK.
   */
  function judgeAfterResponse(key: string, message: SipMessage, from: string, to: string): string | undefined {
    const whose = askers(key, from);
    if (whose.length === 0) return `${from} was not asked for what ${to} got`;
    if (message.kind === "response")
      return whose.includes(to) ? undefined : `${from}'s answer reached ${to}, who did not ask`;
    if (message.method === "CANCEL") {
      return whose.some((asker) => has(asked, key, asker, to))
        ? undefined
        : `${to} was not rung by the caller of ${from}`;
    }
    for (const asker of whose) noteRequest(message, asker, to);
    return undefined;
  }

  /** A timer, or a connection that closed. */
  function judgeUnasked(message: SipMessage, to: Flow): string | undefined {
    if (to.user === undefined) return "a stranger was reached";
    if (message.kind === "response")
      return everAsked.has(to.user) ? undefined : `${to.user} gets an answer and never asked`;
    const pairs = [...(asked.get(transactionOf(message)) ?? [])].map((pair) => pair.split(" "));
    if (message.method === "CANCEL") {
      return pairs.some(([, rung]) => rung === to.user) ? undefined : `${to.user} gets a CANCEL and never rang`;
    }
    for (const [from = ""] of pairs) noteRequest(message, from, to.user);
    return pairs.length > 0 ? undefined : `${to.user} gets a request without a sender`;
  }

  function noteRequest(message: SipMessage, from: string, to: string): void {
    everAsked.add(from);
    note(asked, transactionOf(message), from, to);
    const token = tokenIn(message);
    if (token === undefined) return;
    note(asked, token, from, to); // the token of a dialog admits responses in either direction, because only its ends know which of them sent the request
    note(asked, token, to, from);
    note(talked, callIdOf(message), from, to);
  }

  return {
    name: "nothing reaches a third party",
    turn(reading) {
      const { received, turn } = reading;
      if (turn.cause.kind === "message" && received?.kind === "request" && received.method !== "CANCEL")
        callers.add(callOf(received, turn.cause.flow.user));
      if (turn.cause.kind === "message" && received?.kind === "request" && received.method === "SUBSCRIBE")
        subscribed.add(`${callIdOf(received)} ${turn.cause.flow.user}`);
      for (const sent of reading.sent) {
        const fault = judge(sent, reading);
        if (fault !== undefined) return `${fault}; ${nameOf(sent.to)} got ${shown(sent.text)}`;
      }
      const { cause, closed } = reading.turn;
      const stranger = closed.find(({ user }) => cause.kind !== "message" || user !== cause.flow.user);
      return stranger === undefined ? undefined : `the connection of ${nameOf(stranger)} was closed`;
    },
  };
}

/** The server is the notifier of addresses (RFC 6665 §4.2), and writes the only Via itself. */
function isOwnNotify(message: SipMessage): boolean {
  const [via, next] = viasOf(message);
  const isFirst = next === undefined && via?.parameters.get("branch")?.startsWith("z9hG4bKn.") === true;
  return message.kind === "request" && message.method === "NOTIFY" && isFirst;
}

function callOf(message: SipMessage, user = "nobody"): string {
  return `${callIdOf(message)} ${cseqOf(message)} ${user}`;
}

/** Characters of our branch that a request, its copies, their responses and its CANCEL have in common. */
const BRANCH = "z9hG4bK".length + 22;

/**
 * The key in this server's Via, which it wrote or got back (RFC 3261 §17.1.3): other parts of a message come from a
 * peer.
 */
function transactionOf(message: SipMessage): string {
  const parameters = viasOf(message)[0]?.parameters;
  return parameters?.get("dialog") ?? parameters?.get("hop") ?? parameters?.get("branch")?.slice(0, BRANCH) ?? "";
}

/** Token of the Record-Route that this server added, or of the Route by which a request came. */
function tokenIn(message: SipMessage): string | undefined {
  return (
    /^<sip:([\w-]{40,})@/.exec(listOf(message, "record-route")[0] ?? "")?.[1] ??
    viasOf(message)[0]?.parameters.get("dialog")
  );
}

/** A peer may use any address of the domains that it leads to. */
const PEER = "carol";

function isOwnName(message: SipMessage, user: string): boolean {
  const asserted = valueOf(message, "p-asserted-identity");
  if (asserted !== "" && asserted !== `<sip:${user}@${DOMAIN}>` && user !== PEER) return false;
  const from = decodeURIComponentSafely(uriIn(message, "from")).toLowerCase();
  const [, name, host] = /^sips?:(?:([^:@]*)(?::[^@]*)?@)?([^:;?]*)/.exec(from) ?? [];
  if (host === "pstn.example" && user === PEER) return true;
  return host === "anonymous.invalid" ? name === "anonymous" : name === user && host === DOMAIN;
}

function decodeURIComponentSafely(text: string): string {
  return text.replace(/%[0-7][0-9a-f]/gi, (escape) => String.fromCharCode(Number.parseInt(escape.slice(1), 16)));
}
