// Messages of a call reach only its parties, and only they can affect it: not with a token, a branch, a nonce or a name
// that belongs to another. A binding never leads to another user's flow.
import { titleOf } from "../core/wire.ts";
import { uriOf } from "../script/users.ts";
import { ATTACKER, type SubscriberPlan } from "../script/script.ts";
import type { Story } from "../story/story.ts";
import type { Problem } from "./violation.ts";

export function nothingReachesAThirdParty(story: Story): readonly Problem[] {
  const { run, flows } = story;
  const parties = new Map<string, ReadonlySet<string>>();
  const partiesOf = (callId: string): ReadonlySet<string> => {
    const known = parties.get(callId) ?? findParties(callId, story);
    parties.set(callId, known);
    return known;
  };
  const userOn = (flow: string): string => story.phones.get(flows.get(flow)?.phone ?? "")?.user ?? "";
  const problems: Problem[] = [];

  for (const fact of run.facts) {
    if (fact.kind === "stored" && fact.change.kind === "registration") {
      const { aor, bindings } = fact.change.registration;
      const stranger = bindings.find(({ flow }) => uriOf(userOn(flow)) !== aor);
      if (stranger !== undefined)
        problems.push({ at: fact.at, message: `${aor} is bound to ${stranger.flow}, which is not theirs` });
    }
    if (fact.kind !== "posting" && fact.kind !== "replied") continue;
    const { wire, flow, by } = fact;
    const { cause } = by;
    const isAnswerToSender = cause.kind === "frame" && cause.flow === flow;
    const insiders = partiesOf(wire.callId);
    const say = (message: string): void => void problems.push({ at: fact.at, callId: wire.callId, message });
    if (!isAnswerToSender && !insiders.has(userOn(flow)))
      say(`${titleOf(wire)} of ${wire.callId} was sent to ${flow}, which is not a party to it`);
    if (cause.kind === "frame" && !isAnswerToSender && !insiders.has(userOn(cause.flow))) {
      say(
        `${titleOf(cause.wire)} from ${cause.flow}, which is not a party to ${wire.callId}, caused ${titleOf(wire)} to ${flow}`,
      );
    }
  }
  return problems;
}

/** All users that the routing policies of the parties may bring in. */
function findParties(callId: string, { run, phones }: Story): ReadonlySet<string> {
  const { steps, subscribers } = run.script;
  const step = steps.find(({ id }) => id === callId.split("@")[0]);
  if (step?.kind !== "call" && step?.kind !== "message") return new Set([callId.includes(ATTACKER) ? ATTACKER : ""]);
  const called = new Set<string>();
  const open = [step.to];
  for (let user = open.pop(); user !== undefined; user = open.pop()) {
    if (called.has(user)) continue;
    called.add(user);
    const plan = subscribers.find((subscriber) => subscriber.user === user);
    if (plan !== undefined) open.push(...leadsTo(plan));
    if (step.kind !== "call") continue;
    for (const [phone, { contact }] of Object.entries(step.reactions)) {
      if (contact !== undefined && phones.get(phone)?.user === user) open.push(userIn(contact));
    }
  }
  return called.add(phones.get(step.from)?.user ?? "");
}

function leadsTo({ aliasOf, group, forwarding }: SubscriberPlan): readonly string[] {
  const uris = [aliasOf, forwarding?.always, forwarding?.busy, forwarding?.noAnswer, ...(group ?? [])];
  return uris.filter((uri) => uri !== undefined).map(userIn);
}

function userIn(uri: string): string {
  return /^sip:([^@]*)@/.exec(uri)?.[1] ?? "";
}
