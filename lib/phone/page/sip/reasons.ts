// Why something failed, as a sentence. Status codes stay in the SIP log, unless there is no sentence for them.
import { texts } from "../texts.ts";

/** The end of a call or a failure, as a SIP library reports it. */
export interface Cause {
  readonly originator?: string;
  readonly cause?: string | null;
  /** Status code, if a response was the cause. */
  readonly status?: number;
  /** Reason phrase of that response. */
  readonly phrase?: string;
  /** Header `Reason` of a CANCEL or BYE (RFC 3326). */
  readonly reason?: string;
  /** Header `Retry-After`, in seconds. */
  readonly retryAfter?: number;
}

/** The reason phrase by which a phone says that it must not ring (RFC 3261 §21.4.18 gives 480 for it). */
export const DO_NOT_DISTURB = "Do Not Disturb";

export interface SignInFailure {
  readonly words: string;
  /** The cause may pass by itself, so a phone that was signed in before may try again. */
  readonly passing: boolean;
}

export function registrationReason({ cause, status, retryAfter = 0 }: Cause, domain: string): SignInFailure {
  const { failures } = texts.signIn;
  if (status === 401 || status === 407) return { words: failures.wrongPassword, passing: false };
  if (status === 403 || status === 404) return { words: failures.foreignDomain(domain), passing: false };
  if (cause === "Request Timeout") return { words: failures.noAnswer, passing: true };
  if (cause === "Connection Error") return { words: failures.unreachable, passing: true };
  if (status === 503) return { words: failures.lockedOut(failures.wait(retryAfter)), passing: true };
  if (status !== undefined && status >= 500) return { words: failures.serverFault, passing: true };
  return { words: failures.refused(numbered(status)), passing: false };
}

/** How a call ended, for the side that reads it. */
export function callReason(peer: string, incoming: boolean, why: Cause): string {
  const { ended } = texts;
  const { originator, cause, status, reason = "" } = why;
  if (cause === "Canceled" && originator !== "local" && ANSWERED_ELSEWHERE.test(reason)) return ended.elsewhere(peer);
  const missed = ended.missed(peer);
  const unanswered = incoming ? missed : ended.failures.noAnswer(peer);
  const own: Words = { Terminated: ended.youHungUp, Canceled: ended.cancelled, Rejected: ended.youDeclined };
  const any: Words = {
    Terminated: ended.peerHungUp(peer),
    Canceled: missed,
    "No Answer": unanswered,
    Expires: unanswered,
    "Request Timeout": ended.failures.serverSilent,
    "Connection Error": ended.failures.serverLost,
    "User Denied Media Access": ended.failures.noDevices,
    "RTP Timeout": ended.failures.noMedia,
    "WebRTC Error": ended.failures.noMedia,
    "Bad Media Description": ended.failures.noMedia,
    "No ACK": ended.failures.vanished(peer),
    "Dialog Error": ended.failures.vanished(peer),
  };
  const told = (originator === "local" ? own[cause ?? ""] : undefined) ?? any[cause ?? ""];
  return told ?? statusWords(peer, why) ?? ended.failures.other(numbered(status));
}

/** Whether a call that ended so was answered by another phone of the same user (RFC 3326). */
export function isAnsweredElsewhere({ originator, cause, reason = "" }: Cause): boolean {
  return cause === "Canceled" && originator !== "local" && ANSWERED_ELSEWHERE.test(reason);
}

/** Why a transfer failed. Status 0: there was no answer. */
export function transferReason(target: string, status: number): string {
  return statusWords(target, { status }) ?? texts.transfer.failed(numbered(status));
}

/** Why a text did not arrive. Status 0: there was no answer. */
export function textReason(target: string, status: number): string {
  const { failures } = texts.texts;
  const words: Readonly<Record<number, string>> = {
    403: failures.forbidden,
    405: failures.unsuitable(target),
    413: failures.tooLong,
    415: failures.unsuitable(target),
    488: failures.unsuitable(target),
    501: failures.unsuitable(target),
    513: failures.tooLong,
    603: failures.declined(target),
    606: failures.unsuitable(target),
  };
  return words[status] ?? statusWords(target, { status }) ?? texts.texts.delivery(target, numbered(status));
}

/** Why the server did not take a setting; `target` is the person that calls should lead to. */
export function settingsReason(target: string, status: number, phrase: string): string {
  const { failures } = texts.forwarding;
  if (phrase.endsWith(" Leads to an Unknown User")) return texts.ended.failures.unknown(target);
  if (phrase === "alsoRing Leads to the Address Itself") return texts.ring.itself;
  if (phrase.endsWith(" Leads to the Address Itself")) return failures.itself;
  if (phrase.endsWith(" Leads to a Foreign Domain")) return failures.foreign;
  if (phrase.startsWith("maxDevices ")) return texts.ring.tooManyPhones;
  if (phrase.startsWith("hours ")) return texts.hours.tooMany;
  return failures.other(numbered(status));
}

type Words = Readonly<Record<string, string>>;

const ANSWERED_ELSEWHERE = /\bcause *= *200\b/i;

function numbered(status: number | undefined): string {
  return status === undefined || status === 0 ? "" : ` (${status})`;
}

function statusWords(peer: string, { status, phrase }: Cause): string | undefined {
  if (status === 480 && phrase === DO_NOT_DISTURB) return texts.ended.failures.quiet(peer);
  const words: Readonly<Record<number, string>> = sentences(peer);
  return status === undefined ? undefined : words[status];
}

/** The sentence for each status that ends a call; docs/troubleshooting.md repeats them. */
export function sentences(peer: string) {
  const { failures } = texts.ended;
  return {
    400: failures.misunderstood,
    403: failures.forbidden,
    404: failures.unknown(peer),
    408: failures.noAnswer(peer),
    410: failures.offline(peer),
    413: failures.tooBig,
    415: failures.unsuitable(peer),
    416: failures.badScheme,
    420: failures.misunderstood,
    430: failures.offline(peer),
    440: failures.circle(peer),
    480: failures.offline(peer),
    481: failures.vanished(peer),
    482: failures.yourself,
    483: failures.circle(peer),
    486: failures.busy(peer),
    488: failures.unsuitable(peer),
    500: failures.serverFault,
    502: failures.serverFault,
    503: failures.serverBusy,
    513: failures.tooBig,
    600: failures.busy(peer),
    603: failures.declined(peer),
    604: failures.unknown(peer),
    606: failures.unsuitable(peer),
  };
}
