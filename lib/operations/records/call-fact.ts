// The facts about a call in a single line of the log. Lines of a call come from several functions, and CloudWatch delivers
// those of one function apart from those of another, so a line is understood without the others and in any order.
import { isEndOfServer, type LogLine, type SentMessage } from "../line.ts";

/** Attributes of a call, by the kind of line that has them. */
export interface CallFacts {
  readonly started: { readonly startedAt: number; readonly from: string; readonly to: string };
  readonly rang: { readonly rangAt: number };
  readonly answered: { readonly answeredAt: number; readonly devices?: number };
  readonly failed: {
    readonly failedAt: number;
    readonly status: number;
    readonly devices?: number;
    readonly reason?: string;
  };
  /** An address is missing where the server ended the call. */
  readonly hungUp: { readonly hungUpAt: number; readonly hungUpBy?: string };
  readonly cancelled: { readonly cancelledAt: number; readonly cancelledBy: string };
  readonly forwarded: { readonly forwardedAt: number; readonly forwarded: string };
}

export type CallFactKind = keyof CallFacts;

export type CallFact = {
  readonly [Kind in CallFactKind]: { readonly kind: Kind; readonly attributes: CallFacts[Kind] };
}[CallFactKind];

export function callFactsOf(line: LogLine): readonly CallFact[] {
  const { at, forwarded } = line;
  return [
    ...startIn(line),
    ...finalsIn(line),
    ...endIn(line),
    ...(forwarded === undefined ? [] : [fact("forwarded", { forwardedAt: at, forwarded })]),
  ];
}

/**
 * An INVITE with a To address is outside of a dialog (docs/operations.md). Rung or refused it begins a call; repeated it does
 * not.
 */
function startIn(line: LogLine): readonly CallFact[] {
  const { at, from = "", to, devices } = line;
  if (!isFirstInvite(line) || to === undefined) return [];
  return devices === undefined && refusalIn(line) === undefined ? [] : [fact("started", { startedAt: at, from, to })];
}

function isFirstInvite({ method, to, reason }: LogLine): boolean {
  return method === "INVITE" && to !== undefined && !REPETITIONS.has(reason);
}

/** The same INVITE once more, on the same way or on another one: nothing new about the call. */
const REPETITIONS: ReadonlySet<string | undefined> = new Set(["request-repeated", "merged-request"]);

/** Responses that the caller gets. Those within a dialog have no devices. */
function finalsIn(line: LogLine): readonly CallFact[] {
  const { at, devices, reason } = line;
  const statuses = line.sent.map(inviteStatus).filter((status) => status !== undefined);
  const tried = devices === undefined ? {} : { devices };
  const refusal = refusalIn(line);
  return [
    ...(statuses.some((status) => status > 100 && status < 200) ? [fact("rang", { rangAt: at })] : []),
    ...(devices !== undefined && statuses.some((status) => status >= 200 && status < 300)
      ? [fact("answered", { answeredAt: at, ...tried })]
      : []),
    ...(refusal === undefined
      ? []
      : [fact("failed", { failedAt: at, status: refusal, ...tried, ...(reason !== undefined && { reason }) })]),
  ];
}

/** The refusal of a call. 401 and 407 of this server ask for credentials, and the same call goes on with them. */
function refusalIn(line: LogLine): number | undefined {
  const { devices, sent } = line;
  if (devices === undefined && !isFirstInvite(line)) return undefined;
  return sent
    .map(inviteStatus)
    .find((status) => status !== undefined && status >= 300 && (devices !== undefined || !CHALLENGES.has(status)));
}

const CHALLENGES: ReadonlySet<number> = new Set([401, 407]);

function endIn(line: LogLine): readonly CallFact[] {
  const { at, method, from, reason, sent } = line;
  if (method === "CANCEL" && reason === undefined && from !== undefined) {
    return [fact("cancelled", { cancelledAt: at, cancelledBy: from })];
  }
  const isForwarded = sent.some(({ title }) => title === "BYE");
  const isOver = isEndOfServer(line) || isForwarded || (method === "BYE" && BYE_WITHOUT_A_PHONE.has(reason));
  if (!isOver) return [];
  return [fact("hungUp", { hungUpAt: at, ...(method === "BYE" && from !== undefined && { hungUpBy: from }) })];
}

/** The other phone is away: the BYE waits for it, or gets 430. */
const BYE_WITHOUT_A_PHONE: ReadonlySet<string | undefined> = new Set(["request-held", "flow-failed"]);

function inviteStatus({ title }: SentMessage): number | undefined {
  const [, status] = /^(\d{3}) INVITE$/.exec(title) ?? [];
  return status === undefined ? undefined : Number(status);
}

function fact<Kind extends CallFactKind>(kind: Kind, attributes: CallFacts[Kind]) {
  return { kind, attributes };
}
