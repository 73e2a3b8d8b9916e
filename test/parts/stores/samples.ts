// Records for the stores: every field, absent and present, every word of a state, and text that is hard to keep.
import type { ResourceState } from "../../../lib/sip/state/resource-state.ts";
import type { Subscriber } from "../../../lib/sip/state/subscriber.ts";
import type { Subscription } from "../../../lib/sip/state/subscription.ts";
import type { Binding, Registration } from "../../../lib/sip/state/registration.ts";
import type { AwayCalls } from "../../../lib/sip/state/away-calls.ts";
import type { Call } from "../../../lib/sip/state/call.ts";
import type { ClientBranch, ResponseContext } from "../../../lib/sip/state/response-context.ts";
import type { ConditionalForwarding, Target } from "../../../lib/sip/state/target.ts";
import type { ContactOwner } from "../../../lib/sip/state/contact-owner.ts";
import type { WaitingCall } from "../../../lib/sip/state/waiting-call.ts";
import type { HeldRequest } from "../../../lib/sip/state/held-request.ts";
import type { HttpSession } from "../../../lib/sip/state/http-session.ts";
import type { LoginHistory } from "../../../lib/sip/state/login-history.ts";
import type { StoredMessage, WaitingMessages } from "../../../lib/sip/state/stored-message.ts";
import type { FlowRecord } from "../../../lib/sip/state/flow.ts";
import type { Change } from "../../../lib/sip/state/change.ts";

export const NOW = 1_790_000_000;

/** With every optional field at any depth: a new field of a type is a type error here until it is added. */
type Whole<T> = T extends readonly (infer Element)[]
  ? readonly Whole<Element>[]
  : T extends object
    ? { readonly [Name in keyof T]-?: Whole<T[Name]> }
    : T;

/** Quotes, backslash, line ends, an umlaut, CJK, a character beyond 16 bits, NUL, and the escapes of JSON and SIP. */
const HARD = `"Zoë \\"Z\\" \\\\ 张三 🎧" <sip:zo%C3%AB@example.com>;tag=a'b\r\n\tfolded\0\u2028`;

let last = 0;

/** A key that no other test uses. */
export function fresh(word: string): string {
  last += 1;
  return `${word}-${last}`;
}

const leanBinding: Binding = {
  contact: "sip:9kl2m4pq@a1b2c3d4e5f6.invalid;transport=ws",
  flow: "L0SM9cOFvHcCIhw=",
  q: 1000,
  registeredAt: NOW,
  expiresAt: NOW + 540,
  callId: "3uq7vb0l2m1k9d8s7f6g5h",
  cseq: 1,
};

const fullBinding: Whole<Binding> = {
  ...leanBinding,
  flow: "L0SM9cOFvHcCIhw2",
  instance: "urn:uuid:0b2f5a6e-9c1d-4e8f-8a7b-6c5d4e3f2a1b",
  regId: 1,
  path: ["<sip:edge.example.com;lr;ob>", "<sip:core.example.com;lr>"],
  q: 0,
  cseq: 2 ** 31 - 1,
  wakesItself: true,
  connectedAt: NOW * 1000 + 1,
  replaced: ["aBcD_eF-", ""],
};

const hardBinding: Binding = {
  ...fullBinding,
  contact: HARD,
  instance: HARD,
  callId: HARD,
  path: [HARD, "", HARD],
  regId: 2 ** 31 - 1,
  q: 1,
};
const emptyBinding: Binding = {
  ...fullBinding,
  contact: "",
  instance: "",
  callId: "",
  path: [],
  q: 500,
  cseq: 0,
  expiresAt: 0,
};

/** Named by their special property. */
export const bindings: Readonly<Record<string, readonly Binding[]>> = {
  "no binding": [],
  "a binding without instance, reg-id and path": [leanBinding],
  "a binding with every field": [fullBinding],
  "a binding of quotes, line ends and UTF-8": [hardBinding],
  "a binding of empty texts and zeros": [emptyBinding],
  "several bindings in their order": [fullBinding, leanBinding, emptyBinding, hardBinding],
};

const leanHeld: HeldRequest = {
  branch: "z9hG4bKaBcD.eFgH.iJkL",
  device: "urn:uuid:0b2f5a6e",
  message: "BYE sip:bob@a1b2c3d4e5f6.invalid SIP/2.0\r\nContent-Length: 0\r\n\r\n",
  until: NOW + 28,
};
const fullHeld: Whole<HeldRequest> = { ...leanHeld, sentOn: "L0SM9cOFvHcCIhw=", state: "completed" };

/** By their special part. */
export const heldRequests: Readonly<Record<string, readonly HeldRequest[]>> = {
  "a held request that was not sent": [leanHeld],
  "held requests in their order": [fullHeld, leanHeld],
  "a held request of quotes, line ends and UTF-8": [{ ...fullHeld, branch: HARD, device: HARD, message: HARD }],
  "a held request of empty texts and zeros": [{ branch: "", device: "", message: "", until: 0, sentOn: "" }],
};

export const away: Whole<AwayCalls> = {
  device: "urn:uuid:0b2f5a6e",
  calls: ["aBcDeFgHiJkLmNoPqRsTuV"],
  until: NOW + 90,
  flow: "L0SM9cOFvHcCIhw=",
};

export const leanWaitingCall: WaitingCall = { call: "aBcDeFgHiJkLmNoPqRsTuV", since: NOW, until: NOW + 185 };
export const waitingCall: Whole<WaitingCall> = { ...leanWaitingCall, call: HARD, message: HARD };

const leanMessages: WaitingMessages = { entries: [], storedAt: NOW, until: NOW + 608_400 };
const fullMessages: Whole<WaitingMessages> = {
  ...leanMessages,
  entries: ["00tz1w3f0000-aBcDeFgHiJkL aBcDeF", "00tz1w3f0001-q1w2e3r4t5y6 aBcDeF gHiJkL", ""],
  delivery: { flow: "L0SM9cOFvHcCIhw=", until: NOW + 120 },
};

/** By their special part. */
export const waitingMessages: Readonly<Record<string, WaitingMessages>> = {
  "that no message waits any more": leanMessages,
  "that messages wait, and are on their way": fullMessages,
};

export function aMessage(aor: string, id: string): StoredMessage {
  return { aor, id, message: `MESSAGE ${aor} SIP/2.0\r\nSubject: ${HARD}\r\n\r\n${HARD}`, expiresAt: NOW + 60 };
}

export function aRegistration(aor: string, held: readonly Binding[] = [fullBinding]): Registration {
  return { aor, version: 0, bindings: held };
}

const leanFlow: Omit<FlowRecord, "flow"> = { identity: "sip:alice@example.com", bound: [], expiresAt: NOW + 7200 };

const fullFlow: Whole<Omit<FlowRecord, "flow" | "closedAt">> = {
  ...leanFlow,
  instance: "urn:uuid:0b2f5a6e",
  bound: ["sip:alice@example.com"],
  lastDigest: { nonce: "bm9uY2U", count: 3, request: "aBcD z9hG4bK776 a1b2c3d4e5f6.invalid:" },
  calls: ["aBcDeFgHiJkLmNoPqRsTuV", "bBcDeFgHiJkLmNoPqRsTuV"],
  watched: ["dialog", "presence"],
  idleSince: NOW - 60,
};

export const flows: Readonly<Record<string, Omit<FlowRecord, "flow">>> = {
  "a flow without instance and AORs": leanFlow,
  "a flow with every field": fullFlow,
  "a flow with several AORs in their order": { ...leanFlow, bound: ["sip:z@example.com", "sip:a@example.com"] },
  "a flow of quotes, line ends and UTF-8": {
    ...leanFlow,
    identity: HARD,
    instance: HARD,
    bound: [HARD, "", HARD],
    lastDigest: { nonce: HARD, count: 0xffffffff, request: HARD },
  },
  "a flow of empty texts and zeros": {
    identity: "",
    instance: "",
    bound: [""],
    lastDigest: { nonce: "", count: 0, request: "" },
    expiresAt: 0,
  },
};

/** As DynamoDB has it. */
export function flowRow(
  key: string,
  { calls, watched, ...flow }: Omit<FlowRecord, "flow">,
): Readonly<Record<string, unknown>> {
  const sets = { ...(calls && { calls: new Set(calls) }), ...(watched && { watched: new Set(watched) }) };
  return { flow: key, ...flow, ...sets };
}

export function aFlow(flow: string, rest: Omit<FlowRecord, "flow"> = leanFlow): FlowRecord {
  return { flow, ...rest };
}

/** A flow has closed; with `read` under that condition. */
export function gone(flow: string, read?: Extract<Change, { readonly kind: "flow gone" }>["read"]): Change {
  return { kind: "flow gone", flow, closedAt: NOW, expiresAt: NOW + 60, ...(read && { read }) };
}

const target = { flow: "L0SM9cOFvHcCIhw=", aor: "sip:bob@example.com", instance: "urn:uuid:0b2f5a6e" } as const;
const leanBranch: ClientBranch = { target: { flow: target.flow }, uri: leanBinding.contact, state: "calling" };

const fullBranch: Whole<ClientBranch> = {
  ...leanBranch,
  target,
  routes: ["<sip:edge.example.com;lr>", ""],
  dialed: "device",
  rungAt: NOW,
  state: "completed",
  status: 486,
  failure: 480,
  isKept: true,
  cancel: "sent",
  isLost: true,
};

function branchIn(state: ClientBranch["state"]): ClientBranch {
  return { ...leanBranch, state };
}

const leanTarget: Target = { end: { flow: target.flow }, uri: leanBinding.contact, q: 1000 };
const fullTarget: Whole<Target> = {
  ...leanTarget,
  end: { ...target },
  routes: ["<sip:edge.example.com;lr>", ""],
  dialed: "number",
};
const leanForwarding: ConditionalForwarding = { aor: target.aor, routing: "redirect", visited: [] };
const fullForwarding: Whole<ConditionalForwarding> = {
  ...leanForwarding,
  busy: "sip:voicemail@example.com",
  noAnswer: "tel:+15551234",
  unreachable: "sip:mobile@example.com",
  visited: ["sip:z@example.com", "sip:a@example.com"],
};

const leanContext: Omit<ResponseContext, "id"> = {
  version: 0,
  generation: 0,
  matchingKey: "z9hG4bK776 a1b2c3d4e5f6.invalid:",
  caller: { flow: "L0SNAdOFvHcCIhw=" },
  request: "INVITE sip:bob@example.com SIP/2.0\r\nCSeq: 1 INVITE\r\n\r\n",
  toTag: "aBcD_eFgH-12",
  state: "proceeding",
  isCancelled: false,
  branches: [leanBranch],
  waiting: [],
  epoch: 1,
  ringsUntil: NOW + 185,
  expiresAt: NOW + 281,
};

const leanCall: Call = { index: 0, tag: "77", answeredAt: NOW };
const fullCall: Whole<Call> = {
  ...leanCall,
  contact: "sip:bob@a1b2c3d4e5f6.invalid",
  routes: ["<sip:edge.example.com;lr>", ""],
  ringingAt: NOW - 9,
  ended: { at: NOW + 60, why: "hung up" },
};

const fullContext: Whole<Omit<ResponseContext, "id" | "longParts">> = {
  ...leanContext,
  caller: { flow: "L0SNAdOFvHcCIhw=", aor: "sip:alice@example.com", instance: "urn:uuid:1c3d" },
  state: "completed",
  cancelReason: "SIP;cause=603",
  provisional: { status: 180, reason: "Ringing", to: "<sip:bob@example.com>;tag=77", at: NOW - 9 },
  final: "SIP/2.0 486 Busy Here\r\nTo: <sip:bob@example.com>;tag=77\r\n\r\n",
  unheard: { response: "SIP/2.0 200 OK\r\nContent-Length: 5\r\n\r\nv=0\r\n", since: NOW, isSent: true },
  isCancelled: true,
  branches: [fullBranch],
  waiting: [fullTarget],
  forwarding: fullForwarding,
  message: "INVITE sip:bob@example.com SIP/2.0\r\nCSeq: 1 INVITE\r\nContent-Length: 5\r\n\r\nv=0\r\n",
  answerBy: NOW + 20,
  turnSeconds: 15,
  forwardedAfter: 1,
  turnEndsAt: NOW + 15,
  startedAt: NOW - 10,
  call: fullCall,
  watched: ["dialog;sip:bob@example.com", "presence;sip:bob@example.com"],
  epoch: 7,
};

/** That hardly compresses. */
const longText = Array.from({ length: 400 }, (_, at) => ((at * 2654435761) % 2 ** 32).toString(36)).join("å\r\n");

const manyBranches = Array.from({ length: 60 }, (_, at): ClientBranch => {
  const mark = ((at + 1) * 2654435761).toString(36);
  return { target: { flow: mark, instance: `urn:uuid:${mark}` }, uri: `sip:${mark}@${mark}.invalid`, state: "calling" };
});

export const manyDevices: Omit<ResponseContext, "id"> = { ...leanContext, branches: manyBranches };

export const contexts: Readonly<Record<string, Omit<ResponseContext, "id">>> = {
  "a context without any optional field": leanContext,
  "a context with every field": fullContext,
  "a context with a call without optional fields": { ...leanContext, state: "accepted", call: leanCall },
  "a context without branches": { ...leanContext, branches: [] },
  "server state proceeding": { ...fullContext, state: "proceeding" },
  "server state accepted": { ...fullContext, state: "accepted" },
  "server state completed": { ...fullContext, state: "completed" },
  "a branch in every state, in its order": {
    ...leanContext,
    branches: (["terminated", "completed", "accepted", "proceeding", "calling", "waking"] as const).map(branchIn),
  },
  "a CANCEL that is wanted, one that is sent, and none": {
    ...leanContext,
    branches: [{ ...leanBranch, cancel: "wanted" }, { ...leanBranch, cancel: "sent" }, leanBranch],
  },
  "a branch with a status of the server and no response": {
    ...leanContext,
    branches: [{ ...leanBranch, status: 408 }],
  },
  "targets that wait, in their order": { ...leanContext, waiting: [leanTarget, fullTarget, { ...leanTarget, q: 0 }] },
  "a conditional forwarding without targets": { ...leanContext, forwarding: leanForwarding },
  "a conditional forwarding of the other routing": {
    ...leanContext,
    forwarding: { ...fullForwarding, routing: "proxy" },
  },
  "a message of the size that a frame has": { ...leanContext, message: "å🎧\r\n".repeat(4000) },
  "an end with an AOR and no instance": {
    ...leanContext,
    caller: { flow: target.flow, aor: target.aor },
    branches: [{ ...leanBranch, target: { flow: target.flow, aor: target.aor } }],
  },
  "a context of quotes, line ends and UTF-8": {
    ...fullContext,
    matchingKey: HARD,
    caller: { flow: HARD, aor: HARD, instance: HARD },
    request: HARD,
    message: HARD,
    waiting: [{ end: { flow: HARD, aor: HARD, instance: HARD }, uri: HARD, q: 1, routes: [HARD] }],
    forwarding: { aor: HARD, routing: "proxy", busy: HARD, noAnswer: HARD, visited: [HARD] },
    toTag: HARD,
    final: HARD,
    branches: [{ ...leanBranch, target: { flow: HARD, aor: HARD, instance: HARD }, uri: HARD, status: 200 }],
  },
  "a context of empty texts and zeros": {
    version: 0,
    generation: 0,
    matchingKey: "",
    caller: { flow: "", aor: "", instance: "" },
    request: "",
    message: "",
    waiting: [{ end: { flow: "", aor: "", instance: "" }, uri: "", q: 0, routes: [] }],
    forwarding: { aor: "", routing: "proxy", busy: "", noAnswer: "", visited: [""] },
    answerBy: 0,
    toTag: "",
    state: "completed",
    final: "",
    isCancelled: false,
    branches: [{ target: { flow: "", aor: "", instance: "" }, uri: "", state: "calling", status: 0 }],
    epoch: 0,
    ringsUntil: 0,
    expiresAt: 0,
  },
  "a request of several kilobytes": { ...fullContext, message: longText },
  "more branches than a short row has room for": manyDevices,
};

/** A context as it is stored with that version, wherever the store keeps its long parts. */
export function storedAs(version: number, { longParts: _place, ...context }: ResponseContext): ResponseContext {
  return { ...context, version, generation: version };
}

export function withoutPlace(context: ResponseContext | undefined): Omit<ResponseContext, "longParts"> | undefined {
  const { longParts: _place, ...rest } = context ?? aContext("");
  return context && rest;
}

export function aContext(id: string, rest: Omit<ResponseContext, "id"> = leanContext): ResponseContext {
  return { id, ...rest };
}

const leanSubscriber: Omit<Subscriber, "aor"> = { ha1: { "SHA-256": "7987c64c30e25f1b" } };

const fullSubscriber: Whole<Omit<Subscriber, "aor">> = {
  ha1: { MD5: "3d78807d", "SHA-256": "7987c64c", "SHA-512-256": "fb174f5c" },
  ha1b: { MD5: "0b2f5a6e", "SHA-256": "5d3e6c1a", "SHA-512-256": "9c4f7d2b" },
  aliasOf: "sip:robert@example.com",
  group: ["sip:z@example.com", "sip:a@example.com"],
  routing: "redirect",
  forwarding: {
    always: "sip:office@example.com",
    busy: "sip:voicemail@example.com",
    noAnswer: "tel:+15551234",
    unreachable: "sip:mobile@example.com",
    closed: "sip:night@example.com",
  },
  groupOrder: "weighted",
  groupSeconds: 20,
  groupWeights: { "sip:z@example.com": 3 },
  alsoRing: ["sip:carol@example.com"],
  maxDevices: 1,
  hours: { zone: "Europe/Berlin", open: ["mon-fri 09:00-17:30"] },
  ringSeconds: 20,
  busyInCall: true,
  doNotDisturb: true,
  blocked: ["sip:mallory@example.com", "sip:*@example.net"],
  watchers: "contacts",
  contacts: ["sip:carol@example.com"],
  http: {
    url: "https://media.example.com/whip/{caller}",
    secret: "media-token",
    end: { method: "POST", path: "hangup" },
    headers: { "x-room": "1" },
    form: { session: '{"type":"realtime"}' },
    callers: ["sip:alice@example.com", "example.org"],
    limit: 3,
    callerLimit: 1,
    statuses: { "403": 603 },
  },
};

/** As an operator's tools may write them. */
export const subscribers: Readonly<Record<string, Omit<Subscriber, "aor">>> = {
  "a subscriber without wishes": leanSubscriber,
  "a subscriber with every field": fullSubscriber,
  "a subscriber without any secret": { ha1: {} },
  "a subscriber who forwards when busy only": { ...leanSubscriber, forwarding: { busy: HARD } },
  "a subscriber who is answered over HTTP, without any wish": { ...leanSubscriber, http: { url: "" } },
  "a subscriber of empty texts and lists": { ha1: { MD5: "" }, aliasOf: "", group: [], forwarding: {}, ringSeconds: 0 },
};

const leanSession: Omit<HttpSession, "tag"> = {
  version: 0,
  aor: "sip:echo@example.com",
  context: "aBcDeFgHiJkLmNoPqRsTuV",
  index: 0,
  callId: "3uq7vb0l2m1k9d8s7f6g5h",
  callee: { url: "https://media.example.com/whip" },
  state: "asked",
  askedAt: NOW,
  expiresAt: NOW + 300,
};

const fullSession: Whole<Omit<HttpSession, "tag">> = {
  ...leanSession,
  callee: fullSubscriber.http,
  state: "open",
  url: "https://media.example.com/whip/1",
  answer: "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=ä 🎧\r\n",
  answeredAt: NOW + 1,
  isAcked: true,
  offer: { cseq: 2, count: 1 },
  ice: { ufrag: "abcd" },
  endedAt: NOW + 60,
  toldAt: NOW + 90,
};

export const httpSessions: Readonly<Record<string, Omit<HttpSession, "tag">>> = {
  "a session that was asked for": leanSession,
  "a session with every field": fullSession,
  "a session of quotes, line ends and UTF-8": {
    ...fullSession,
    state: "ending",
    url: HARD,
    answer: HARD,
    callId: HARD,
    ice: { ufrag: HARD },
  },
  "a session that is over": { ...leanSession, state: "over" },
};

export const contactOwners: Readonly<Record<string, Omit<ContactOwner, "contact">>> = {
  "the owner of a contact": { aor: "sip:alice@example.com", device: "urn:uuid:0b2f5a6e", expiresAt: NOW + 7200 },
  "the owner of a contact that two users registered": { aor: "sip:alice@example.com", expiresAt: NOW + 7200 },
  "the owner of a contact with quotes, line ends and UTF-8": { aor: HARD, device: HARD, expiresAt: 0 },
};

export function aContactOwner(contact: string): ContactOwner {
  return { contact, aor: "sip:alice@example.com", device: "urn:uuid:0b2f5a6e", expiresAt: NOW + 7200 };
}

/** With every optional field absent. */
type SomeLogins = Omit<LoginHistory, "key" | "version">;

const leanLogins: SomeLogins = { others: { count: 0, last: 0 }, devices: [] };

const fullLogins: Whole<SomeLogins> = {
  others: { count: 3, last: NOW },
  devices: [{ device: "aBcD_eF-", count: 2, last: NOW + 1, loggedInAt: NOW - 1 }],
};

const leanSubscription: Omit<Subscription, "resource" | "version"> = {
  id: "s",
  watcher: { flow: target.flow },
  contact: "sip:a@b.invalid",
  callId: "c",
  from: "<sip:bob@example.com>;tag=1",
  to: "<sip:alice@example.com>;tag=2",
  cseq: 0,
  base: 0,
  extra: 0,
  expiresAt: NOW,
};

const fullSubscription: Whole<Omit<Subscription, "resource" | "version">> = {
  ...leanSubscription,
  watcher: target,
  routes: [HARD],
  eventId: HARD,
  cseq: 2 ** 31 - 1,
  isNew: true,
  unansweredSince: NOW,
  list: HARD,
  lostAt: NOW,
};

const fullResourceState: Whole<Omit<ResourceState, "resource" | "version">> = {
  joins: 3,
  publications: [{ id: "p", tag: "t", body: HARD, expiresAt: NOW, isDormant: true }],
  isRegistered: false,
  isWithdrawn: true,
  calls: [
    {
      call: "c",
      direction: "recipient",
      state: "confirmed",
      callId: HARD,
      localTag: "l",
      remoteTag: "r",
      remote: "sip:alice@example.com",
      remoteUser: "sip:alice@example.com",
      remoteTarget: HARD,
      localTarget: HARD,
    },
  ],
  unreported: 4,
  pacedUntil: NOW,
  heldUntil: NOW,
  contacts: [
    {
      id: "c",
      uri: HARD,
      event: "deactivated",
      q: 500,
      expiresAt: NOW,
      callId: HARD,
      cseq: 2 ** 31 - 1,
      instance: HARD,
      regId: 1,
      temporaryGruu: HARD,
      gruuCseq: 1,
    },
  ],
  listed: [{ id: "s", watcher: "sip:zoë@example.com", ended: "rejected" }],
  members: [{ uri: HARD, at: NOW, isFull: true }],
  joinedUntil: NOW,
  timerAt: NOW,
  timerLinks: 2,
  watchers: 3,
  fullSince: NOW,
  expiresAt: NOW,
};

/** By their special part. */
export const loginHistories: Readonly<Record<string, SomeLogins>> = {
  "without a device": leanLogins,
  "with every field": fullLogins,
  "with devices in their order, one of which never logged in": {
    ...fullLogins,
    devices: [{ device: "z", count: 1, last: NOW }, ...fullLogins.devices, { device: "", count: 0, last: 0 }],
  },
};

/** By their special part. */
export const subscriptions: Readonly<Record<string, Omit<Subscription, "resource" | "version">>> = {
  "a subscription without any optional field": leanSubscription,
  "a subscription with every field": fullSubscription,
};

export const resourceStates: Readonly<Record<string, Omit<ResourceState, "resource" | "version">>> = {
  "a state about which nothing is known": { joins: 0, publications: [], expiresAt: NOW },
  "a state with every field": fullResourceState,
};

export const fullest = {
  subscription: fullSubscription,
  resourceState: fullResourceState,
  binding: fullBinding,
  held: fullHeld,
  flow: fullFlow,
  loginHistory: fullLogins,
  httpSession: fullSession,
  context: fullContext,
  subscriber: fullSubscriber,
} as const;
