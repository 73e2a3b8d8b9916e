// A run as a ladder: time, sender, message, recipient and effect. For one call only its messages are shown, with the
// connections of the phones that took part.
import type { AnyQueued, Fact, Invocation } from "./core/record.ts";
import { titleOf, type Wire } from "./core/wire.ts";
import type { Story } from "./story/story.ts";
import type { HttpResult, PushFailure } from "../../../lib/sip/effect.ts";
import type { ResponseContext } from "../../../lib/sip/state/response-context.ts";

export function ladder(story: Story, callId?: string): string {
  const shown = callId === undefined ? story.run.facts : story.run.facts.filter(ofCall(story, callId));
  return shown
    .map((fact) => lineOf(fact))
    .filter((line) => line !== undefined)
    .join("\n");
}

function ofCall(story: Story, callId: string): (fact: Fact) => boolean {
  const isMine = (fact: Fact): boolean => {
    if ("wire" in fact) return fact.wire.callId === callId;
    if ("callId" in fact) return fact.callId === callId;
    return "by" in fact && fact.by !== undefined && story.callIdOf(fact.by) === callId;
  };
  const phones = new Set(story.run.facts.filter(isMine).flatMap((fact) => ("phone" in fact ? [fact.phone] : [])));
  return (fact) => {
    if (isMine(fact)) return true;
    const isConnection =
      fact.kind === "opened" || fact.kind === "notified" || fact.kind === "dropped" || fact.kind === "closed";
    return (isConnection || (fact.kind === "phone" && !("callId" in fact))) && phones.has(fact.phone);
  };
}

/** Undefined for an event that is not shown. */
function lineOf(fact: Fact): string | undefined {
  const said = describe(fact);
  if (said === undefined) return undefined;
  const [who, what] = said;
  return `${(fact.at / 1000).toFixed(3).padStart(9)}  ${who.padEnd(10)}  ${what}`;
}

function describe(fact: Fact): readonly [who: string, what: string] | undefined {
  switch (fact.kind) {
    case "opened":
      return [fact.phone, `— connects: ${fact.flow}`];
    case "dropped":
      return [fact.phone, `— loses ${fact.flow}`];
    case "closed":
      return ["gateway", `knows that ${fact.flow} is gone`];
    case "sent":
      return [fact.phone, `${titleOf(fact.wire)} ─▶            ${detail(fact.wire)}`];
    case "arrived":
      return [fact.phone, `          ─▶ ${titleOf(fact.wire)}   by ${nameOf(fact.by)}, ${detail(fact.wire)}`];
    case "swallowed":
      return [
        fact.phone,
        `${titleOf(fact.wire)} is lost with ${fact.flow}${fact.by === undefined ? "" : `, sent by ${nameOf(fact.by)}`}`,
      ];
    case "woken":
      return [nameOf(fact.by), `wakes: ${causeOf(fact.by)}`];
    case "stored":
      return fact.change.kind === "context"
        ? [nameOf(fact.by), `stores ${summary(fact.change.context)}`]
        : fact.change.kind === "branch"
          ? [
              nameOf(fact.by),
              `stores branch ${fact.change.index} of ${fact.change.read.id.slice(0, 4)}: ${fact.change.branch.state}`,
            ]
          : [
              nameOf(fact.by),
              `stores ${fact.change.kind === "registration" ? bindingsIn(fact.change) : fact.change.kind}`,
            ];
    case "refused":
      return [nameOf(fact.by), `may not store ${fact.change.kind}: ${fact.why}`];
    case "queued":
      return [nameOf(fact.by), `sets timer ${timerName(fact.timer)} in ${fact.timer.delaySeconds} s`];
    case "posted":
      return [nameOf(fact.by), `posts ${titleOf(fact.wire)} to ${fact.flow}: ${fact.result}`];
    case "closing":
      return [nameOf(fact.by), `closes ${fact.flow}`];
    case "asked":
      return [nameOf(fact.by), `asks ${fact.request.method} ${fact.request.url}: ${resultOf(fact.result)}`];
    case "pushed":
      return [nameOf(fact.by), `pushes "${fact.push.why}" to ${fact.push.address.prid}: ${pushResultOf(fact.result)}`];
    case "notified":
      return [fact.phone, `shows "${fact.push.why}" of ${fact.push.topic.slice(0, 4)}`];
    case "session opened":
      return ["endpoint", `opens ${fact.url} for ${fact.session.slice(0, 4)}`];
    case "session ended":
      return ["endpoint", `ends the session of ${fact.ended.slice(0, 4)} for ${fact.session.slice(0, 4)}`];
    case "replied":
      return [nameOf(fact.by), `replies ${titleOf(fact.wire)} to ${fact.flow}`];
    case "died":
      return [nameOf(fact.by), `† DIES ${fact.where}`];
    case "broke down":
      return [nameOf(fact.by), `† BREAKS DOWN: ${wordsOf(fact.error)}`];
    case "gave up":
      return [nameOf(fact.by), `† GIVES UP A ${fact.what.toUpperCase()}: ${wordsOf(fact.error)}`];
    case "dead letter":
      return ["queue", `gives up timer ${timerName(fact.timer)}`];
    case "phone":
      return [
        fact.phone,
        `· ${fact.does}${"status" in fact ? ` ${fact.status}` : ""}${"flow" in fact ? ` on ${fact.flow}` : ""}`,
      ];
    case "deciding":
    case "committed":
    case "setting timers":
    case "timers set":
    case "posting":
    case "asking":
    case "pushing":
    case "done":
      return undefined;
  }
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function resultOf(result: HttpResult): string {
  return result.kind === "failed" ? result.why : `HTTP ${result.status}`;
}

function pushResultOf(result: "delivered" | PushFailure): string {
  return typeof result === "object" ? `again after ${result.retryAfterSeconds} s` : result;
}

function nameOf({ id }: Invocation): string {
  return `λ${id}`;
}

function causeOf({ cause }: Invocation): string {
  switch (cause.kind) {
    case "frame":
      return `${titleOf(cause.wire)} from ${cause.flow}`;
    case "timer":
      return `timer ${timerName(cause.timer)}`;
    case "disconnect":
      return `$disconnect of ${cause.flow}`;
  }
}

function timerName(timer: AnyQueued): string {
  if (timer.kind === "message") return `message ${timer.sent ?? timer.aor}`;
  if (timer.kind === "call") return `call ${timer.call.slice(0, 4)} ${timer.why}`;
  if (timer.kind === "refresh") return `refresh ${timer.device}`;
  if (timer.kind === "text push") return `push of ${timer.text}`;
  if (timer.kind === "push") return `push ${timer.branch.context.slice(0, 4)}`;
  if (timer.kind === "subscription" || timer.kind === "resource" || timer.kind === "watchers") {
    return `${timer.kind} ${timer.resource}`;
  }
  if (timer.kind === "http session") return `session ${timer.session.slice(0, 4)}`;
  return timer.kind === "held"
    ? `held ${timer.branch.slice(7, 11)}`
    : `${timer.context.slice(0, 4)} epoch ${timer.epoch}`;
}

function detail({ callId, branch, cseq, essentials }: Wire): string {
  return `${callId} cseq ${cseq} branch ${branch.slice(7, 16)}…${branch.slice(-4)}${essentials.toTag === undefined ? "" : ` to ${essentials.toTag}`}`;
}

function summary({ id, version, epoch, state, isCancelled, branches, waiting, caller }: ResponseContext): string {
  const each = branches.map(({ target, state, status, cancel }) =>
    [target.flow, state, status, cancel && `cancel ${cancel}`].filter(Boolean).join(" "),
  );
  const more = waiting.length > 0 ? `, ${waiting.length} waiting` : "";
  return `${id.slice(0, 4)} v${version + 1} epoch ${epoch}: ${state}${isCancelled ? ", cancelled" : ""} for ${caller.flow} [${each.join("; ")}${more}]`;
}

function bindingsIn({
  registration,
}: {
  readonly registration: { readonly aor: string; readonly bindings: readonly { readonly flow: string }[] };
}): string {
  return `${registration.aor} at ${registration.bindings.map(({ flow }) => flow).join(", ") || "nowhere"}`;
}
