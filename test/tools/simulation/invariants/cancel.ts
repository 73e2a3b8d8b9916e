// RFC 3261 §9.1: no CANCEL before a provisional response on that branch has arrived from the phone that got the INVITE.
import { ATTACKER } from "../script/script.ts";
import type { Story } from "../story/story.ts";
import type { Problem } from "./violation.ts";

export function noCancelBeforeProvisional({ run }: Story): readonly Problem[] {
  const provisional = new Set<string>();
  const problems: Problem[] = [];
  for (const fact of run.facts) {
    if (fact.kind === "woken" && fact.by.cause.kind === "frame") {
      const { phone, wire } = fact.by.cause;
      const { status, method, branch } = wire;
      if (!phone.startsWith(ATTACKER) && method === "INVITE" && status >= 100 && status < 200) provisional.add(branch);
    }
    if (fact.kind !== "posting" || fact.wire.method !== "CANCEL" || fact.wire.status !== 0) continue;
    if (provisional.has(fact.wire.branch)) continue;
    const message = `λ${fact.by.id} sent CANCEL to ${fact.flow}, which had not said a word on that branch`;
    problems.push({ at: fact.at, callId: fact.wire.callId, message });
  }
  return problems;
}
