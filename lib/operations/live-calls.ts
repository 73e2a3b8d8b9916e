// The calls that are open, from their rows: those that ring, and tracked ones that were answered. Stateless calls have no row
// after their answer.
import type { FlowRecord } from "../sip/state/flow.ts";
import { deviceOf, liveBindings, type Registration } from "../sip/state/registration.ts";
import { type ClientBranch, isPending, type ResponseContext } from "../sip/state/response-context.ts";
import { unlimited } from "../sip/syntax/limits.ts";
import { header } from "../sip/syntax/message.ts";
import { parseMessage } from "../sip/syntax/parse.ts";
import { liveFlow } from "../sip/state/snapshot.ts";
import type { Endpoint } from "../sip/transport/endpoint.ts";

/** One end of a call: a user, and the connections of its phones, several while they ring. */
export interface OpenEnd {
  readonly address: string;
  /** Of the first phone, as its registration names it. */
  readonly device?: string;
  readonly connections: readonly string[];
  /** Its phone has lost its connection. The call ends if the phone does not come back in time. */
  readonly isAway?: true;
}

export interface OpenCall {
  /** Of its response context. */
  readonly id: string;
  readonly callId: string;
  readonly state: "ringing" | "answered";
  readonly caller: OpenEnd;
  readonly callee: OpenEnd;
  /** Epoch milliseconds of the INVITE, the first ringing and the answer. */
  readonly startedAt?: number;
  readonly ringingAt?: number;
  readonly answeredAt?: number;
}

/** Undefined for rows of ended calls, of other requests, and past their time. @param now epoch seconds */
export function openCallIn(context: ResponseContext, now: number): OpenCall | undefined {
  const { id, call, caller, expiresAt, request, startedAt } = context;
  const branches = openBranches(context);
  const [first] = branches;
  if (first === undefined || expiresAt <= now) return undefined;
  const parsed = parseMessage(request, unlimited);
  if (!parsed.ok || parsed.message.kind !== "request" || parsed.message.method !== "INVITE") return undefined;
  const callId = header(parsed.message, "call-id");
  if (callId === undefined) return undefined;
  const ringingAt = call?.ringingAt ?? context.provisional?.at;
  return {
    id,
    callId,
    state: call === undefined ? "ringing" : "answered",
    caller: endOf([caller]),
    callee: endOf(branches.map(({ target }) => target)),
    ...(startedAt !== undefined && { startedAt: startedAt * 1000 }),
    ...(ringingAt !== undefined && { ringingAt: ringingAt * 1000 }),
    ...(call !== undefined && { answeredAt: call.answeredAt * 1000 }),
  };
}

/** The branch that answered, as long as its call lasts; before an answer those whose phones may still give one. */
function openBranches({ state, call, branches }: ResponseContext): readonly ClientBranch[] {
  if (call === undefined) return state === "proceeding" ? branches.filter(isPending) : [];
  const answered = branches[call.index];
  return answered === undefined || call.ended !== undefined ? [] : [answered];
}

function endOf(endpoints: readonly Endpoint[]): OpenEnd {
  const { aor = "", instance } = endpoints[0] ?? {};
  return {
    address: aor,
    ...(instance !== undefined && { device: instance }),
    connections: endpoints.map(({ flow }) => flow),
  };
}

/** The end on its present connection: the row of a call is updated some time after its phone has registered on a new one. */
export function endNow(
  end: OpenEnd,
  flows: readonly FlowRecord[],
  registrations: readonly Registration[],
  now: number,
): OpenEnd {
  if (end.connections.some((flow) => liveFlow({ flows }, flow, now) !== undefined)) return end;
  const registration = registrations.find(({ aor }) => aor === end.address);
  const bindings = registration === undefined ? [] : liveBindings(registration, now);
  const back = bindings.find((binding) => deviceOf(binding) === end.device);
  return back === undefined ? { ...end, isAway: true } : { ...end, connections: [back.flow] };
}
