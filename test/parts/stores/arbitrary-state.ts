// Arbitrary records for the stores, made by fast-check. Optional fields are present or absent at random.
import * as fc from "../../support/properties.ts";
import type { Binding } from "../../../lib/sip/state/registration.ts";
import { type Call, whyEnded } from "../../../lib/sip/state/call.ts";
import { type HeldRequest, heldStates } from "../../../lib/sip/state/held-request.ts";
import type { FlowRecord, LastDigest } from "../../../lib/sip/state/flow.ts";
import type { ClientBranch, ResponseContext } from "../../../lib/sip/state/response-context.ts";
import type { Endpoint } from "../../../lib/sip/transport/endpoint.ts";
import { type ConditionalForwarding, dialedThings, type Target } from "../../../lib/sip/state/target.ts";

/** Every field of a type; a new field is a type error here until it is added. */
type Model<T> = { readonly [Name in keyof T]-?: fc.Arbitrary<NonNullable<T[Name]>> };

const text = fc.string({ unit: fc.character, maxLength: 30 });
const texts = fc.array(text, { maxLength: 4 });
const count = fc.maxSafeNat();

export const arbitraryBinding: fc.Arbitrary<Binding> = fc.record(
  {
    contact: text,
    flow: text,
    instance: text,
    regId: count,
    path: texts,
    q: count,
    expiresAt: count,
    callId: text,
    registeredAt: count,
    cseq: count,
    wakesItself: fc.constant(true),
    connectedAt: count,
    replaced: texts,
  } satisfies Model<Binding>,
  { requiredKeys: ["contact", "flow", "q", "registeredAt", "expiresAt", "callId", "cseq"], noNullPrototype: true },
);

export const arbitraryHeld: fc.Arbitrary<HeldRequest> = fc.record(
  {
    branch: text,
    device: text,
    message: text,
    until: count,
    sentOn: text,
    state: fc.constantFrom(...heldStates),
  } satisfies Model<HeldRequest>,
  { requiredKeys: ["branch", "device", "message", "until"], noNullPrototype: true },
);

const lastDigest: fc.Arbitrary<LastDigest> = fc.record(
  { nonce: text, count, request: text } satisfies Model<LastDigest>,
  {
    noNullPrototype: true,
  },
);

/** A set: sorted, and DynamoDB takes no empty texts in it. */
const calls = fc
  .uniqueArray(
    text.map((id) => `c${id}`),
    { minLength: 1, maxLength: 4 },
  )
  .map((ids) => ids.toSorted());

export const arbitraryFlow: fc.Arbitrary<Omit<FlowRecord, "flow" | "closedAt">> = fc.record(
  {
    identity: text,
    instance: text,
    bound: texts,
    lastDigest,
    calls,
    watched: calls,
    idleSince: count,
    expiresAt: count,
  } satisfies Model<Omit<FlowRecord, "flow" | "closedAt">>,
  { requiredKeys: ["identity", "bound", "expiresAt"], noNullPrototype: true },
);

const end: fc.Arbitrary<Endpoint> = fc.record({ flow: text, aor: text, instance: text } satisfies Model<Endpoint>, {
  requiredKeys: ["flow"],
  noNullPrototype: true,
});

const branch: fc.Arbitrary<ClientBranch> = fc.record(
  {
    target: end,
    uri: text,
    routes: texts,
    dialed: fc.constantFrom(...dialedThings),
    rungAt: count,
    state: fc.constantFrom("waking", "calling", "proceeding", "accepted", "completed", "terminated"),
    status: count,
    failure: count,
    isKept: fc.constant(true),
    cancel: fc.constantFrom("wanted", "sent"),
    isLost: fc.boolean(),
  } satisfies Model<ClientBranch>,
  { requiredKeys: ["target", "uri", "state"], noNullPrototype: true },
);

const target: fc.Arbitrary<Target> = fc.record(
  { end, uri: text, q: count, routes: texts, dialed: fc.constantFrom(...dialedThings) } satisfies Model<Target>,
  { requiredKeys: ["end", "uri", "q"], noNullPrototype: true },
);

const forwarding: fc.Arbitrary<ConditionalForwarding> = fc.record(
  {
    aor: text,
    routing: fc.constantFrom("proxy", "redirect"),
    busy: text,
    noAnswer: text,
    unreachable: text,
    visited: texts,
  } satisfies Model<ConditionalForwarding>,
  { requiredKeys: ["aor", "routing", "visited"], noNullPrototype: true },
);

const call: fc.Arbitrary<Call> = fc.record(
  {
    index: count,
    tag: text,
    contact: text,
    routes: texts,
    ringingAt: count,
    answeredAt: count,
    ended: fc.record({ at: count, why: fc.constantFrom(...whyEnded) }, { noNullPrototype: true }),
  } satisfies Model<Call>,
  { requiredKeys: ["index", "tag", "answeredAt"], noNullPrototype: true },
);

/** Set by stores. */
type StoredOnly = "version" | "generation" | "longParts";

export const arbitraryContext: fc.Arbitrary<Omit<ResponseContext, "id" | StoredOnly>> = fc.record(
  {
    matchingKey: text,
    caller: end,
    request: text,
    toTag: text,
    state: fc.constantFrom("proceeding", "accepted", "completed"),
    provisional: fc.record(
      { status: count, reason: text, to: text, at: count },
      { requiredKeys: ["status", "reason", "to"], noNullPrototype: true },
    ),
    final: text,
    unheard: fc.record(
      { response: text, since: count, isSent: fc.boolean() },
      { requiredKeys: ["since", "isSent"], noNullPrototype: true },
    ),
    isCancelled: fc.boolean(),
    cancelReason: text,
    branches: fc.array(branch, { maxLength: 4 }),
    waiting: fc.array(target, { maxLength: 4 }),
    forwarding,
    message: text,
    answerBy: count,
    startedAt: count,
    call,
    watched: calls,
    epoch: count,
    ringsUntil: count,
    turnSeconds: count,
    forwardedAfter: count,
    turnEndsAt: count,
    expiresAt: fc.nat(), // the row of the long parts outlives it
  } satisfies Model<Omit<ResponseContext, "id" | StoredOnly>>,
  {
    requiredKeys: [
      "matchingKey",
      "caller",
      "request",
      "toTag",
      "state",
      "isCancelled",
      "branches",
      "waiting",
      "epoch",
      "ringsUntil",
      "expiresAt",
    ],
    noNullPrototype: true,
  },
);
