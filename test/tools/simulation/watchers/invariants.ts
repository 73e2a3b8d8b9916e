// The rules of the notifier that hold in every run.
import { named } from "../../../../lib/sip/events/dialog-view.ts";
import { NOTIFY_BURST } from "../../../../lib/sip/policy/events.ts";
import { presence } from "../../../../lib/sip/events/presence.ts";
import { DAWN, isExpected } from "../cloud/lambda.ts";
import type { Fact, FactOf } from "../core/record.ts";
import { titleOf } from "../core/wire.ts";
import { uriOf } from "../script/users.ts";
import { tellAccidents } from "../story/accidents.ts";
import { tellConnections } from "../story/connections.ts";
import { list } from "../story/list.ts";
import { isWatcher, LISTED, WATCHED } from "./script.ts";
import type { WatchRun } from "./simulate.ts";

type Rule = (run: WatchRun) => readonly string[];

export const rules = {
  "watchers see the final state": watchersSeeTheFinalState,
  "watchers of a list see the final state of each member": listsShowTheFinalStates,
  "a higher number reports a later state": numbersFollowTheState,
  "a dead watcher gets no NOTIFY twice": noNotifyToTheDead,
  "changes are reported at the rate of the package": changesAreReportedAtTheRate,
  "no chain of timers is as long as the platform's": chainsAreShort,
  "concurrent publications are both kept": publicationsAreKept,
  "the notifier does not throw and comes to rest": nothingThrows,
} satisfies Readonly<Record<string, Rule>>;

export type RuleName = keyof typeof rules;

export function judgeWatching(run: WatchRun): readonly { readonly rule: RuleName; readonly problem: string }[] {
  const names = Object.keys(rules).filter((name): name is RuleName => Object.hasOwn(rules, name));
  return names.flatMap((rule) => rules[rule](run).map((problem) => ({ rule, problem })));
}

/**
 * A watcher on one connection since the last change, without an accident to any function since then, shows the document of
 * the stored state: the refreshes have repaired the losses of accidents before that. Without refreshes there must have been
 * no accident, and the watcher must have had one connection: one that is away for longer than the server looks for it has no
 * subscription when it is back.
 */
function watchersSeeTheFinalState(run: WatchRun): readonly string[] {
  return seenBy(run, (name) => !run.script.lists.includes(name), [WATCHED]);
}

/** Of each member. */
function listsShowTheFinalStates(run: WatchRun): readonly string[] {
  return seenBy(run, (name) => run.script.lists.includes(name), [WATCHED, LISTED]);
}

function seenBy(
  { facts, script, ends, states }: WatchRun,
  isMeant: (name: string) => boolean,
  users: readonly string[],
): readonly string[] {
  const { steadyFlow, suffers } = tellConnections(facts);
  const isRefreshed = script.subscribed < script.until / 1000;
  const from = isRefreshed ? script.calm : 0;
  const isIll = facts.some(({ at, ...fact }) => at > from && isAccident(fact));
  if (isIll) return [];
  const now = DAWN + Math.floor(script.until / 1000);
  return script.phones.flatMap(({ name, user }) => {
    if (!isWatcher(user) || !isMeant(name)) return [];
    if (steadyFlow(name, script.calm, script.until) === undefined) return [];
    if (suffers(name, "a drop", from, script.until)) return [];
    return users.flatMap((watched) => {
      const state = states.get(watched);
      if (state === undefined) return [];
      const expected = presence.document(state, uriOf(watched), now, 1, named);
      const shown = ends.get(name)?.shown?.get(uriOf(watched));
      return shown === expected ? [] : [`${name} shows ${shown ?? "nothing"} and not ${expected}`];
    });
  });
}

function isAccident(fact: object): boolean {
  const { kind, why, result } = { kind: "", why: "", result: "", ...fact };
  return kind === "died" || kind === "broke down" || why === "doubt" || result === "failed" || kind === "swallowed";
}

/** Of the NOTIFYs that a watcher has accepted. Documents of one device are numbered, so an older state is seen in the text. */
function numbersFollowTheState({ facts }: WatchRun): readonly string[] {
  const accepted = new Set(
    facts.flatMap((fact) => (fact.kind === "sent" && titleOf(fact.wire) === "200 NOTIFY" ? [fact.wire.branch] : [])),
  );
  const last = new Map<string, { readonly number: number; readonly body: string }[]>();
  for (const fact of facts) {
    if (fact.kind !== "arrived" || titleOf(fact.wire) !== "NOTIFY" || !accepted.has(fact.wire.branch)) continue;
    list(last, fact.wire.callId).push({ number: fact.wire.cseq, body: fact.wire.message.body });
  }
  return [...last].flatMap(([callId, sent]) => {
    const inOrder = sent.toSorted((a, b) => a.number - b.number);
    return inOrder.flatMap((one, index) => {
      const before = inOrder[index - 1];
      return before === undefined ? [] : disorder(before, one).map((problem) => `${callId}: ${problem}`);
    });
  });
}

interface Numbered {
  readonly number: number;
  readonly body: string;
}

function disorder(before: Numbered, one: Numbered): readonly string[] {
  if (one.number === before.number && one.body !== before.body) return [`two states with number ${one.number}`];
  const earlier = documentsIn(before.body);
  const older = [...documentsIn(one.body)].find(([device, number]) => number < (earlier.get(device) ?? 0));
  return older === undefined ? [] : [`number ${one.number} reports an older document of ${older[0]}`];
}

function documentsIn(body: string): ReadonlyMap<string, number> {
  const notes = [...body.matchAll(/<note[^>]*>(\S+) (\d+)<\/note>/g)];
  const found = new Map<string, number>();
  for (const [, device = "", number] of notes) found.set(device, Math.max(Number(number), found.get(device) ?? 0));
  return found;
}

/** A connection that has answered a post with 410 gets no NOTIFY from an invocation that began after that one had ended. */
function noNotifyToTheDead({ facts }: WatchRun): readonly string[] {
  const { isSound } = tellAccidents(facts, () => undefined);
  const woken = new Map(facts.flatMap((fact) => (fact.kind === "woken" ? [[fact.by.id, fact.order] as const] : [])));
  const done = new Map(facts.flatMap((fact) => (fact.kind === "done" ? [[fact.by.id, fact.order] as const] : [])));
  // An error of a look at a list is not one of its function: a timer looks again.
  const failed = new Set(
    facts.flatMap((fact) =>
      fact.kind === "queued" && fact.timer.kind === "resource" && fact.timer.member !== undefined ? [fact.by.id] : [],
    ),
  );
  const posts = facts.filter((fact): fact is FactOf<"posted"> & Fact => fact.kind === "posted" && isNotify(fact));
  return posts.flatMap((first) => {
    const end = done.get(first.by.id);
    if (first.result !== "gone" || end === undefined || !isSound(first.by) || failed.has(first.by.id)) return [];
    const again = posts.find(
      ({ flow, by, wire }) => flow === first.flow && wire.callId === first.wire.callId && (woken.get(by.id) ?? 0) > end,
    );
    return again === undefined
      ? []
      : [`${first.flow} is gone since λ${first.by.id} and got a NOTIFY of λ${again.by.id}`];
  });
}

/** The platform cuts the sixteenth link (Lambda, recursive loop detection). */
function chainsAreShort({ facts }: WatchRun): readonly string[] {
  const queued = facts.filter((fact): fact is FactOf<"queued"> & Fact => fact.kind === "queued");
  const longest = queued.reduce((most, { timer }) => Math.max(most, timer.chain), 0);
  return longest < 15 ? [] : [`a chain of ${longest} timers`];
}

/** NOTIFYs of one subscription within some seconds, besides those of its SUBSCRIBEs and those that are sent again. */
function changesAreReportedAtTheRate({ facts }: WatchRun): readonly string[] {
  const numbers = new Map<string, { readonly at: number; readonly number: number }[]>();
  for (const fact of facts) {
    if (isNotify(fact)) list(numbers, fact.wire.callId).push({ at: fact.at, number: fact.wire.cseq });
  }
  return [...numbers].flatMap(([callId, sent]) => {
    const most = sent.map(({ at }) => {
      const within = sent.filter((one) => one.at >= at && one.at < at + RATE_WINDOW * 1000);
      return new Set(within.map(({ number }) => number)).size;
    });
    const count = Math.max(0, ...most);
    return count <= MOST_IN_WINDOW ? [] : [`${count} NOTIFYs of ${callId} in ${RATE_WINDOW} s`];
  });
}

const RATE_WINDOW = 10;
const MOST_IN_WINDOW = NOTIFY_BURST + RATE_WINDOW / presence.secondsBetween + 4;

function isNotify(fact: Fact): fact is FactOf<"posted" | "replied"> & Fact {
  return (fact.kind === "posted" || fact.kind === "replied") && fact.wire.method === "NOTIFY" && fact.wire.status === 0;
}

/** The document of each device that got a 2xx, and sent no other one after it, is stored. It is published for an hour. */
function publicationsAreKept({ ends, states, script }: WatchRun): readonly string[] {
  if (script.until > 3_600_000) return [];
  return script.phones.flatMap(({ name, user }) => {
    const number = ends.get(name)?.acknowledged;
    if (isWatcher(user) || number === undefined) return [];
    const isKept =
      states.get(user)?.publications.some(({ body }) => body.includes(`${name} ${number}</note>`)) === true;
    return isKept ? [] : [`document ${number} of ${name} was answered 200 and is not stored`];
  });
}

function nothingThrows({ facts, cameToRest }: WatchRun): readonly string[] {
  const thrown = facts.flatMap((fact) =>
    (fact.kind === "broke down" || fact.kind === "gave up") && !isExpected(fact.error) ? [String(fact.error)] : [],
  );
  return cameToRest ? thrown : [...thrown, "the run does not end"];
}
