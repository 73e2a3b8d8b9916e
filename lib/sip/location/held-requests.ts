// Requests within a dialog for a device that is reconnecting (RFC 5626 §4.5): they are held until its next REGISTER,
// and at most as long as their senders wait (timers B and F, RFC 3261 §17.1). A BYE must not get lost: the call would
// go on at one end.
import type { Send } from "../effect.ts";
import { MAX_HELD, MAX_HELD_REQUESTS } from "../policy/sizes.ts";
import { ANSWER_SECONDS, HOLD_SECONDS, RETURN_SECONDS } from "../policy/timers.ts";
import type { HeldRequest } from "../state/held-request.ts";
import { requestUriFor } from "../state/push-address.ts";
import { type Binding, deviceOf, type Registration } from "../state/registration.ts";
import type { Aor } from "../syntax/aor.ts";
import { cseqNumber } from "../syntax/cseq.ts";
import { unlimited } from "../syntax/limits.ts";
import type { SipRequest } from "../syntax/message.ts";
import { hasParameter, parameter, withParameter } from "../syntax/parameters.ts";
import { parseMessage } from "../syntax/parse.ts";
import { serialize } from "../syntax/serialize.ts";
import { parseUri } from "../syntax/uri.ts";
import type { Via } from "../syntax/via.ts";
import type { TimerRequest } from "../timer.ts";
import type { SigningKeys } from "../tokens/signature.ts";
import type { Endpoint } from "../transport/endpoint.ts";
import { topViaOf, withTopVia } from "../transport/top-via.ts";
import { calledBy } from "./gruu.ts";

/** The registration with a request that is held from now on, and the timer that ends it. */
export interface Holding {
  readonly registration: Registration;
  readonly timers: readonly TimerRequest[];
}

/**
 * Holds a request for its device. The registration stays as it is if it holds the request already. Undefined if the user's
 * devices have too much waiting for them.
 */
export function holdRequest(
  registration: Registration,
  request: SipRequest,
  device: string,
  now: number,
): Holding | undefined {
  const { branch, message } = withMark(request);
  const known = registration.held ?? [];
  if (known.some((one) => one.branch === branch)) return { registration, timers: [] };

  const waiting = known.filter(({ state }) => state === undefined);
  const length = waiting.reduce((sum, one) => sum + one.message.length, message.length);
  if (waiting.length >= MAX_HELD_REQUESTS || length > MAX_HELD) return undefined;
  const held = [...known, { branch, device, message, until: now + HOLD_SECONDS }];
  // An ACK gets no response; one that is not delivered is repeated for the next copy of its 2xx.
  const timers = request.method === "ACK" ? [] : [timerFor(registration.aor, branch, HOLD_SECONDS)];
  return { registration: { ...registration, held }, timers };
}

/** The requests that a REGISTER sends, and those that are still held. */
export interface Released {
  readonly held: readonly HeldRequest[];
  readonly sends: readonly Send[];
  readonly timers: readonly TimerRequest[];
}

/**
 * Sends the requests that wait for the devices on a flow, in the order of their CSeq (§12.2.2). One whose sender gets its 430
 * in a moment is not sent any more: a 200 after it would leave the two ends with different sessions. Each stays until its
 * response comes, and a timer sends it once more: the process that sends it may end before it does.
 * @param isUnsent an earlier decision about the REGISTER has stored that they are sent, and did not send them
 */
export function releaseHeld(
  { aor, held = [] }: Registration,
  onFlow: readonly Binding[],
  { now, keys }: { readonly now: number; readonly keys: SigningKeys },
  isUnsent: boolean,
): Released {
  const bindings = new Map(onFlow.map((binding) => [deviceOf(binding), binding]));
  const freed = held.flatMap((one) => {
    const request = readHeld(one);
    const least = request?.method === "BYE" ? 0 : ANSWER_SECONDS; // a late BYE still ends the call
    const binding = one.until > now + least ? bindings.get(one.device) : undefined;
    return binding === undefined || request === undefined || (one.sentOn === binding.flow && !isUnsent)
      ? []
      : [{ one, binding, request }];
  });
  const inOrder = freed.toSorted((a, b) => cseqNumber(a.request) - cseqNumber(b.request));
  const flowOf = new Map(freed.map(({ one, binding }) => [one, binding.flow]));
  return {
    held: held.flatMap((one) => {
      const sentOn = flowOf.get(one);
      if (sentOn === undefined) return [one];
      return isAck(one) ? [] : [{ ...one, sentOn }];
    }),
    sends: inOrder.map(({ binding, request }) => sendTo(binding, request, aor, keys)),
    timers: inOrder.filter(({ one }) => !isAck(one)).map(({ one }) => timerFor(aor, one.branch, RETURN_SECONDS)),
  };
}

export function heldWith(branch: string, { held = [] }: Registration): HeldRequest | undefined {
  return held.find((one) => one.branch === branch);
}

/** The name of a request and the state of its transaction: its sender has a response, so its message is not needed any more. */
export function withHeldState(
  { branch, device }: HeldRequest,
  state: NonNullable<HeldRequest["state"]>,
  until: number,
  registration: Registration,
): Registration {
  const { held = [] } = registration;
  const waiting = held.filter((one) => one.branch !== branch && one.state === undefined);
  const answered = held.filter((one) => one.branch !== branch && one.state !== undefined);
  const named = [...answered, { branch, device, message: "", until, state }].slice(-MAX_HELD_REQUESTS);
  return { ...registration, held: [...waiting, ...named] };
}

/** The request again, to where its device is now. */
export function sendTo(binding: Binding, request: SipRequest, aor: Aor, keys: SigningKeys): Send {
  const to: Endpoint = { flow: binding.flow, aor, instance: deviceOf(binding) };
  return { kind: "send", to, message: addressedTo(binding, request, keys) };
}

/** The stored request, as `holdRequest` wrote it. Undefined when a response has come. */
export function readHeld({ message }: HeldRequest): SipRequest | undefined {
  const parsed = parseMessage(message, unlimited);
  return parsed.ok && parsed.message.kind === "request" ? parsed.message : undefined;
}

/** The Via of a response says that its request was held. */
export function wasHeld({ parameters }: Via): boolean {
  return hasParameter(parameters, MARK);
}

/** A phone does not know the user part of its temporary GRUU, see `proxy/dialog-target.ts`. */
function addressedTo({ contact }: Binding, request: SipRequest, keys: SigningKeys): SipRequest {
  const uri = parseUri(request.uri);
  const isTemporary = uri?.kind === "sip" && calledBy(uri, keys)?.registrationHash !== undefined;
  return isTemporary ? { ...request, uri: requestUriFor(contact) } : request;
}

/** Via parameter of a request that is held. */
const MARK = "held";

function withMark(request: SipRequest): { readonly branch: string; readonly message: string } {
  const via = topViaOf(request);
  if (via === undefined) throw new TypeError("a request was forwarded without a Via");
  const marked = withTopVia(request, { ...via, parameters: withParameter(via.parameters, MARK) });
  return { branch: parameter(via.parameters, "branch") ?? "", message: serialize(marked) };
}

function isAck({ message }: HeldRequest): boolean {
  return message.startsWith("ACK ");
}

function timerFor(aor: Aor, branch: string, delaySeconds: number): TimerRequest {
  return { kind: "held", aor, branch, delaySeconds };
}
