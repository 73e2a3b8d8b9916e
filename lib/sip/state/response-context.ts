// The response context (RFC 3261 §16.2, §16.7): the record of a stateful proxy about one forwarded request, with the parts
// that responses, CANCEL, ACK and timers need, not the whole message.
import type { InviteClientState } from "../transaction/invite-client.ts";
import type { InviteServerState } from "../transaction/invite-server.ts";
import type { Endpoint } from "../transport/endpoint.ts";
import type { Call, CallEnd } from "./call.ts";
import type { ConditionalForwarding, Dialed, Target } from "./target.ts";

export interface ClientBranch {
  readonly target: Endpoint;
  /** The Request-URI it was sent to. */
  readonly uri: string;
  /** Route values it was sent with, the Path of a registration: CANCEL and ACK take the same way. */
  readonly routes?: readonly string[];
  readonly dialed?: Dialed;
  /** Epoch seconds of its INVITE, if that was sent later than those of the other branches. */
  readonly rungAt?: number;
  readonly state: InviteClientState;
  /** Status of the final response, received or generated here. */
  readonly status?: number;
  /** Status for the caller if no branch answers: the request did not reach this target (§16.9). */
  readonly failure?: number;
  /** Its final response is kept (`kept-response.ts`), because it may be the best one. */
  readonly isKept?: true;
  /** §9.1: wanted until a provisional response allows it. */
  readonly cancel?: "wanted" | "sent";
  /** The device had no flow at the last look. */
  readonly isLost?: boolean;
}

export interface ResponseContext {
  /** Of the server transaction. */
  readonly id: string;
  /** Branch and sent-by of the request (§17.2.3). A request with the same id but another key is merged (§8.2.2.2). */
  readonly matchingKey: string;
  /** Version of the stored row; 0 before the first commit. */
  readonly version: number;
  /** Version of the last write that was more than the progress of one branch (`branch-change.ts`). */
  readonly generation: number;
  /** Where the store keeps what is long and seldom changes, if it keeps it apart. Set by reads only. */
  readonly longParts?: string;
  /** Where responses go. */
  readonly caller: Endpoint;
  /**
   * Start line, Via, From, To, Call-ID and CSeq of the request: all that responses, CANCEL and ACK repeat. Where calls are
   * tracked also Contact and Record-Route, for a BYE to the caller.
   */
  readonly request: string;
  /** To tag of the responses that the proxy generates. */
  readonly toTag: string;
  readonly state: InviteServerState;
  /** The latest provisional response the caller got: a retransmitted INVITE is answered with it (§17.2.1). */
  readonly provisional?: Provisional;
  /** The refusal the caller got (for a non-INVITE any final response), for a retransmitted request. */
  readonly final?: string;
  /** A final response (a 2xx itself, a refusal is `final`) that could not be delivered. */
  readonly unheard?: {
    readonly response?: string;
    /** Epoch seconds. */
    readonly since: number;
    /** It was sent once more. */
    readonly isSent: boolean;
  };
  readonly isCancelled: boolean;
  /** Reason value of the caller's CANCEL (RFC 3326 §2), for a CANCEL that has to wait. */
  readonly cancelReason?: string;
  readonly branches: readonly ClientBranch[];
  /** Branches from before the last forwarding, if there are any: History-Info counts those after it from 1 (RFC 7044 §10.3). */
  readonly forwardedAfter?: number;
  /** Targets of lower preference, tried when all before them have failed (§16.6). */
  readonly waiting: readonly Target[];
  /** Applies when the last target has failed. */
  readonly forwarding?: ConditionalForwarding;
  /** Epoch seconds of the INVITE; present where calls are tracked. */
  readonly startedAt?: number;
  /** The call that the first 2xx began; present where calls are tracked. */
  readonly call?: Call;
  /** Resources that report this call to their watchers. */
  readonly watched?: readonly string[];
  /** The whole request, only while a later branch may need it. */
  readonly message?: string;
  /** A timer of another epoch is stale. */
  readonly epoch: number;
  /** Epoch seconds: timer C, moved on by every sign of ringing (§16.7 step 2). */
  readonly ringsUntil: number;
  /** Epoch seconds: the subscriber's own limit, which no response moves. */
  readonly answerBy?: number;
  /** Targets of the same q ring for so many seconds, and then the next ones. */
  readonly turnSeconds?: number;
  /** Epoch seconds: the end of the present turn. */
  readonly turnEndsAt?: number;
  /** Epoch seconds after which the row counts as absent. */
  readonly expiresAt: number;
}

export interface Provisional {
  readonly status: number;
  readonly reason: string;
  readonly to: string;
  /** Epoch seconds of the first one; present where calls are tracked. */
  readonly at?: number;
}

/** The branch may still bring a final response. */
export function isPending({ state }: ClientBranch): boolean {
  return state === "waking" || state === "calling" || state === "proceeding";
}

/** The context as a write leaves it, if the version that was read is still the stored one. */
export function asWritten(context: ResponseContext): ResponseContext {
  const version = context.version + 1;
  return { ...context, version, generation: version };
}

/** The context after its call has ended. Undefined if it has no call with one of these tags, or if that has ended before. */
export function withCallEnded(
  context: ResponseContext,
  tags: readonly string[],
  ended: CallEnd,
  expiresAt: number,
): ResponseContext | undefined {
  const { call } = context;
  if (call === undefined || !tags.includes(call.tag) || call.ended !== undefined) return undefined;
  return asWritten({ ...context, call: { ...call, ended }, expiresAt });
}
