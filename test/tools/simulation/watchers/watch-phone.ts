// A phone that watches (RFC 6665 §4.1), or publishes (RFC 3903 §4), as JsSIP and SIP.js do it: a subscription is refreshed,
// and begun anew when the server does not know it.
import { header, type SipRequest } from "../../../../lib/sip/syntax/message.ts";
import { parameter } from "../../../../lib/sip/syntax/parameters.ts";
import { parseNameAddr } from "../../../../lib/sip/syntax/name-addr.ts";
import type { Client, Gateway } from "../cloud/gateway.ts";
import type { Random } from "../core/random.ts";
import type { Record } from "../core/record.ts";
import type { Schedule } from "../core/schedule.ts";
import { isRequest, isResponse, type Wire } from "../core/wire.ts";
import { type Line, TIMER_B } from "../phones/line.ts";
import { createRegistration, type Registration } from "../phones/registration.ts";
import { addressIn, writeRequest, writeResponse } from "../phones/text.ts";
import { uriOf } from "../script/users.ts";
import type { PhonePlan } from "../script/script.ts";
import { readList } from "../../../support/phone/resource-list.ts";
import { isWatcher, TEAM, WATCHED } from "./script.ts";

export interface WatchPhone {
  readonly plan: PhonePlan;
  connect(): void;
  drop(backAfter?: number): void;
  /** The next document of this device. */
  publish(): void;
  /** By user, of its present subscription; undefined without any NOTIFY. */
  shown(): ReadonlyMap<string, string> | undefined;
  /** The number in its last document whose PUBLISH was answered 2xx; undefined if another one is unanswered. */
  acknowledged(): number | undefined;
}

interface Place {
  readonly schedule: Schedule;
  readonly record: Record;
  readonly random: Random;
  readonly gateway: Gateway;
  readonly until: number;
  /** Seconds; a subscription is refreshed at nine tenths. */
  readonly subscribed: number;
  /** It watches the list, and not the user. */
  readonly watchesList: boolean;
}

interface Watched {
  readonly callId: string;
  readonly fromTag: string;
  cseq: number;
  toTag?: string;
  target?: string;
  shown?: { readonly number: number; readonly documents: ReadonlyMap<string, string> };
}

export function createWatchPhone(plan: PhonePlan, place: Place): WatchPhone {
  const { schedule, record, gateway, until, subscribed, watchesList } = place;
  const random = place.random.named(plan.name);
  const watches = isWatcher(plan.user);
  const target = uriOf(watchesList ? TEAM : watches ? WATCHED : plan.user);
  const host = `${plan.user}${plan.name.split(".")[1]}.invalid`;
  let flow: string | undefined;
  let isGone = false;
  let count = 0;
  let watched: Watched | undefined;
  let turn = 0;
  let publication: { readonly tag?: string; readonly document: number; readonly isAnswered: boolean } | undefined;
  let document = 0;
  const pending = new Map<string, (wire: Wire | undefined) => void>();

  const line: Line = {
    plan,
    aor: uriOf(plan.user),
    random,
    record,
    host: () => host,
    contact: () => `sip:${plan.user}@${host};transport=ws`,
    pushParameters: () => "",
    branch: () => `z9hG4bK-${plan.name}-${(count += 1)}`,
    tag: () => `t-${plan.name}-${(count += 1)}`,
    now: () => schedule.now(),
    later: (milliseconds, task) => schedule.after(milliseconds, () => void (!isGone && task())),
    send: (text) => {
      if (flow === undefined) return false;
      gateway.send(flow, text);
      return true;
    },
    whenOnline: (task) => task(),
    note: () => undefined,
  };
  const registration: Registration = createRegistration(line, 1, { until, registered });

  function registered(expires: number): void {
    if (flow === undefined) return;
    record.add({ kind: "phone", phone: plan.name, does: "registered", flow, until: schedule.now() + expires * 1000 });
    if (watches && watched === undefined) subscribe();
  }

  /** A request, and its final response; undefined after timer F (RFC 3261 §17.1.2.2). */
  function ask(
    method: string,
    parts: {
      callId: string;
      fromTag: string;
      toTag?: string;
      cseq: number;
      uri: string;
      lines: readonly string[];
      body?: string;
    },
    answered: (wire: Wire | undefined) => void,
  ): void {
    const { toTag, fromTag, ...rest } = parts;
    const branch = line.branch();
    pending.set(branch, answered);
    const to = `<${target}>${toTag === undefined ? "" : `;tag=${toTag}`}`;
    line.send(writeRequest({ method, host, branch, from: `<${line.aor}>;tag=${fromTag}`, to, ...rest }));
    line.later(TIMER_B, () => finish(branch, undefined));
  }

  function finish(branch: string, wire: Wire | undefined): void {
    const answered = pending.get(branch);
    if (!pending.delete(branch)) return;
    answered?.(wire);
  }

  function subscribe(): void {
    if (line.now() > until) return;
    watched ??= { callId: `watch${(count += 1)}@${plan.name}`, fromTag: line.tag(), cseq: 0 };
    const mine = watched;
    mine.cseq += 1;
    turn += 1;
    const now = turn;
    const { callId, fromTag, toTag, cseq, target: uri = target } = mine;
    const list = watchesList ? ["Supported: eventlist"] : [];
    const lines = ["Event: presence", `Expires: ${subscribed}`, `Contact: <${line.contact()}>`, ...list];
    ask("SUBSCRIBE", { callId, fromTag, cseq, uri, lines, ...(toTag !== undefined && { toTag }) }, (wire) => {
      if (watched !== mine || now !== turn) return;
      if (wire?.status !== 200) return begin();
      mine.toTag ??= wire.essentials.toTag ?? "";
      mine.target ??= addressIn(header(wire.message, "contact"));
      line.later(subscribed * 900, () => void (watched === mine && now === turn && subscribe()));
    });
  }

  function begin(): void {
    watched = undefined;
    line.later(random.between(500, 3000), () => void (watched === undefined && subscribe()));
  }

  function notified(wire: Wire<SipRequest>): void {
    const { message, essentials, callId, cseq } = wire;
    const mine = watched;
    const fromTag = parameter(parseNameAddr(header(message, "from") ?? "")?.parameters ?? [], "tag");
    const isKnown = mine !== undefined && mine.callId === callId && mine.fromTag === essentials.toTag;
    // JsSIP knows the dialog from the 200.
    if (!isKnown || mine.toTag !== fromTag) return void line.send(writeResponse(wire, 481, line.tag()));
    line.send(writeResponse(wire, 200, line.tag()));
    if (cseq > (mine.shown?.number ?? 0))
      mine.shown = { number: cseq, documents: documentsIn(message, mine.shown?.documents) };
    if ((header(message, "subscription-state") ?? "").startsWith("terminated")) begin();
  }

  function publish(): void {
    if (flow === undefined || isGone) return;
    document += 1;
    const sent = document;
    const { tag } = publication ?? {};
    publication = { document: sent, isAnswered: false, ...(tag !== undefined && { tag }) };
    const callId = `publish${(count += 1)}@${plan.name}`;
    const lines = [
      "Event: presence",
      "Expires: 3600",
      "Content-Type: application/pidf+xml",
      ...(tag === undefined ? [] : [`SIP-If-Match: ${tag}`]),
    ];
    const body = documentOf(plan, sent);
    ask("PUBLISH", { callId, fromTag: line.tag(), cseq: 1, uri: target, lines, body }, (wire) => {
      if (publication?.document !== sent) return;
      const next = header(
        wire?.message ?? { kind: "response", status: 0, reason: "", fields: [], body: "" },
        "sip-etag",
      );
      if (wire?.status === 200 && next !== undefined) publication = { document: sent, isAnswered: true, tag: next };
      else publication = undefined;
    });
  }

  function connect(): void {
    if (flow !== undefined || isGone) return;
    const client: Client = {
      receive: (wire) => flow === mine && receive(wire),
      closed: () => {
        if (flow !== mine) return;
        flow = undefined;
        schedule.after(random.between(100, 3000), connect);
      },
    };
    const mine = gateway.open(plan.name, client);
    flow = mine;
    registration.register();
  }

  function receive(wire: Wire): void {
    if (isResponse(wire)) {
      if (wire.method === "REGISTER") registration.receive(wire);
      else if (wire.status >= 200) finish(wire.branch, wire);
    } else if (isRequest(wire) && wire.method === "NOTIFY") notified(wire);
  }

  return {
    plan,
    connect,
    drop(backAfter) {
      if (isGone) return;
      if (flow !== undefined) gateway.drop(flow);
      flow = undefined;
      isGone = backAfter === undefined;
      if (backAfter === undefined) record.add({ kind: "phone", phone: plan.name, does: "vanishes" });
      else schedule.after(backAfter, connect);
    },
    publish,
    shown: () => watched?.shown?.documents,
    acknowledged: () => (publication?.isAnswered === true ? publication.document : undefined),
  };
}

/** Of a list, a NOTIFY that is not of the whole of it leaves the others as they were (RFC 4662 §4.6). */
function documentsIn(notify: SipRequest, before: ReadonlyMap<string, string> = new Map()): ReadonlyMap<string, string> {
  if (header(notify, "require") === undefined) return new Map([[uriOf(WATCHED), notify.body]]);
  const { isFull, states, documents } = readList(notify);
  const said = [...states.keys()].map((uri) => [uri, documents.get(uri) ?? ""] as const);
  return new Map([...(isFull ? [] : before), ...said]);
}

function documentOf({ name, user }: PhonePlan, number: number): string {
  return `<presence xmlns="urn:ietf:params:xml:ns:pidf" entity="${uriOf(user)}"><tuple id="${name.replace(".", "-")}"><status><basic>open</basic></status><note>${name} ${number}</note></tuple></presence>`;
}
