// A text that was stored for a user arrives once: it is forgotten after a 2xx only, it comes when a phone of the user that takes
// it registers and stays, whatever was refused before it, and it is on its way to one phone at a time.
import { DELIVERY_SECONDS } from "../../../../lib/sip/policy/messages.ts";
import type { StoredMessage } from "../../../../lib/sip/state/stored-message.ts";
import type { Fact, FactOf, Invocation } from "../core/record.ts";
import { titleOf, type Wire } from "../core/wire.ts";
import { statusFor } from "../phones/phone.ts";
import { uriOf } from "../script/users.ts";
import type { Story } from "../story/story.ts";
import { type Problem, PROMPTLY } from "./violation.ts";

type Sending = FactOf<"posting" | "replied">;

/** Milliseconds that a phone must stay for certain: a copy may have to be sent twice. */
const STAYS = 2 * DELIVERY_SECONDS * 1000 + PROMPTLY;

export function noMessageIsLost(story: Story): readonly Problem[] {
  const stored = storedIn(story);
  const accepted = story.run.facts.flatMap((fact): readonly Problem[] => {
    const isAccepted = isSending(fact) && titleOf(fact.wire) === "202 MESSAGE";
    if (!isAccepted) return [];
    const { at, order, wire } = fact;
    const isStored = stored.some((one) => one.callId === wire.callId && one.order < order);
    return isStored ? [] : [{ at, callId: wire.callId, message: "a text was answered 202 and not stored" }];
  });
  const forgotten = stored.flatMap((one): readonly Problem[] => {
    const { message, callId, order } = one;
    const gone = story.factsOfKind("stored").find((fact) => isGone(fact, message) && fact.order > order);
    const isTaken = story
      .factsOfKind("sent")
      .some(
        (fact) =>
          fact.order < (gone?.order ?? Infinity) &&
          fact.wire.callId === callId &&
          titleOf(fact.wire) === "200 MESSAGE" &&
          userOf(fact.phone, story) === message.aor,
      );
    if (gone === undefined) {
      const isMissed = !isTaken && isDue(one, story);
      return isMissed ? [{ at: one.at, callId, message: "a stored text never arrived" }] : [];
    }
    return isTaken ? [] : [{ at: gone.at, callId, message: "a stored text was removed that no phone had taken" }];
  });
  return [...accepted, ...forgotten];
}

export function noMessageIsDoubled(story: Story): readonly Problem[] {
  const wokenAt = new Map(story.factsOfKind("woken").map(({ by, order }) => [by.id, order]));
  return storedIn(story).flatMap(({ message, callId }) => {
    const gone = story.factsOfKind("stored").find((fact) => isGone(fact, message))?.order ?? Infinity;
    const copies = story.run.facts.filter(
      (fact): fact is Sending & Fact =>
        isSending(fact) && isCopy(fact.wire, message.id) && isOf(message.aor, fact.flow, story),
    );
    return copies.flatMap((copy, index): readonly Problem[] => {
      const woken = wokenAt.get(copy.by.id) ?? 0;
      const say = (what: string) => [{ at: copy.at, callId, message: `a stored text went to ${copy.flow} ${what}` }];
      if (woken > gone) return say("after its 2xx");
      const other = copies
        .slice(0, index)
        .find((one) => one.order < woken && isHolding(one, copy, story) && !isRepetition(one, copy, story));
      return other === undefined ? [] : say(`while it was on its way to ${other.flow}`);
    });
  });
}

/** A text to a group is stored for each member, under the same id. */
function isOf(aor: string, flow: string, story: Story): boolean {
  const phone = story.flows.get(flow)?.phone;
  return phone !== undefined && userOf(phone, story) === aor;
}

/**
 * Milliseconds. The server counts from its decision: the copy is sent up to five seconds later, and clocks of Lambdas differ by
 * two and count in whole seconds.
 */
const ANSWERED = (DELIVERY_SECONDS - 10) * 1000;

/**
 * The earlier copy may still be answered, because its phone is on that connection, the gateway has not closed it, and time for
 * the answer is left.
 */
function isHolding(earlier: Sending & Fact, later: Sending & Fact, story: Story): boolean {
  const flow = story.flows.get(earlier.flow);
  if (flow === undefined || later.at - earlier.at >= ANSWERED) return false;
  if (refusalsOf(earlier.wire.callId, story).some((one) => one.flow === flow.flow && one.order < later.order))
    return false;
  return Math.min(flow.dropped, flow.closed) > later.at && !hasUnregistered(flow.phone, later.at, story);
}

/**
 * A process that does not know whether its write of the registration was stored sends the text again on the same connection: an
 * earlier copy may not have left. It has the branch of that copy and is a repetition to a phone that has not answered yet; timer
 * J is zero over a reliable transport (RFC 3261 §17.2.2), so JsSIP and SIP.js take it for a new one afterwards.
 */
function isRepetition(earlier: Sending, later: Sending, story: Story): boolean {
  const isSame = earlier.flow === later.flow && earlier.wire.branch === later.wire.branch;
  return isSame && story.factsOf(later.by).some((fact) => fact.kind === "refused" && fact.why === "doubt");
}

/** A stored text comes once on a connection: a refusal of a copy that was decided on is not asked for again. */
export function noRefusedMessageComesAgain(story: Story): readonly Problem[] {
  const { facts } = story.run;
  return storedIn(story).flatMap(({ message, callId }) =>
    refusalsOf(callId, story).flatMap(({ flow, wire }): readonly Problem[] => {
      if (!isAboutCopy(wire, message.id)) return []; // of the MESSAGE that was stored then
      const by = story.factsOfKind("woken").find((fact) => isAbout(fact.by, wire))?.by;
      const done = by && story.factsOf(by).find(({ kind }) => kind === "done");
      if (by === undefined || done === undefined || !story.isSound(by)) return [];
      const again = facts.find(
        (fact): fact is Sending & Fact =>
          isSending(fact) &&
          isCopy(fact.wire, message.id) &&
          fact.flow === flow &&
          (story.factsOf(fact.by)[0]?.order ?? 0) > done.order,
      );
      return again === undefined ? [] : [{ at: again.at, callId, message: `a refused text went to ${flow} again` }];
    }),
  );
}

function refusalsOf(callId: string, story: Story): readonly FactOf<"sent">[] {
  return story
    .factsOfKind("sent")
    .filter(({ wire }) => wire.callId === callId && wire.method === "MESSAGE" && wire.status >= 300);
}

function isAbout({ cause }: Invocation, wire: Wire): boolean {
  return cause.kind === "frame" && cause.wire === wire;
}

function hasUnregistered(phone: string, before: number, story: Story): boolean {
  return story
    .factsOfPhone(phone)
    .some((fact) => fact.kind === "phone" && fact.does === "unregisters" && fact.at <= before);
}

interface Stored {
  readonly message: StoredMessage;
  readonly callId: string;
  readonly at: number;
  readonly order: number;
}

/** Each text once. */
function storedIn(story: Story): readonly Stored[] {
  const found = new Map<string, Stored>();
  for (const fact of story.factsOfKind("stored")) {
    if (fact.change.kind !== "message") continue;
    const { message } = fact.change;
    const callId = /^Call-ID: (.+)$/m.exec(message.message)?.[1]?.trim() ?? "";
    const key = `${message.aor} ${message.id}`;
    if (!found.has(key)) found.set(key, { message, callId, at: fact.at, order: fact.order });
  }
  return [...found.values()];
}

function isGone({ change }: FactOf<"stored">, { aor, id }: StoredMessage): boolean {
  return change.kind === "message gone" && change.aor === aor && change.id === id;
}

function isSending(fact: Fact): fact is Sending & Fact {
  return fact.kind === "posting" || fact.kind === "replied";
}

function isCopy(wire: Wire, id: string): boolean {
  return wire.status === 0 && isAboutCopy(wire, id);
}

function isAboutCopy({ branch }: Wire, id: string): boolean {
  return branch.startsWith(`z9hG4bK${id}.`);
}

/** A copy of a stored text, which has rules of its own. */
export function isOfStored({ essentials, status }: Wire): boolean {
  return status === 0 && essentials.via.parameters.some(({ name }) => name === "waited");
}

function userOf(phone: string, story: Story): string {
  return uriOf(story.phones.get(phone)?.user ?? "");
}

/**
 * A phone of the receiver that takes it registered afterwards, and nothing happened to it, to the others or to the functions
 * for long enough.
 */
function isDue({ message, callId, at }: Stored, story: Story): boolean {
  const own = [...story.phones.keys()].filter((phone) => userOf(phone, story) === message.aor);
  const end = story.run.facts.at(-1)?.at ?? 0;
  const takers = own.filter((phone) => {
    const plan = story.phones.get(phone);
    return plan !== undefined && statusFor(plan, { method: "MESSAGE", callId }) < 300;
  });
  return takers.some((phone) =>
    story.factsOfPhone(phone).some((fact) => {
      if (fact.kind !== "phone" || fact.does !== "registered" || fact.at < at + PROMPTLY) return false;
      const [from, to] = [fact.at - PROMPTLY, fact.at + STAYS];
      // A text is tried twice on a connection: processes that fail before a refresh of the registration may have used that up.
      const tried = Math.max(at, Math.min(from, story.flows.get(fact.flow)?.from ?? from));
      const isSteady = to < end && story.isSteady(phone, fact.at, to) && !isIll(tried, to, story);
      return (
        isSteady && own.every((one) => !story.suffers(one, "a drop", from, to) && !hasUnregistered(one, to, story))
      );
    }),
  );
}

function isIll(from: number, to: number, { run }: Story): boolean {
  return run.facts.some(
    (fact) =>
      fact.at >= from &&
      fact.at <= to &&
      (fact.kind === "died" ||
        fact.kind === "broke down" ||
        (fact.kind === "refused" && fact.why === "doubt") ||
        (fact.kind === "posted" && fact.result === "failed")),
  );
}
