// A phone is not rung for a call for which it is already ringing: it would have to refuse the second INVITE as a merged
// request (RFC 3261 §8.2.2.2), and that refusal would end the call.
import { visit } from "../core/record.ts";
import { ourBranch } from "../story/contexts.ts";
import type { Story } from "../story/story.ts";
import type { Problem } from "./violation.ts";

export function aPhoneRingsOnceAtATime(story: Story): readonly Problem[] {
  /** Phone and Call-ID to the branch on which it rings. */
  const ringing = new Map<string, string>();
  const problems: Problem[] = [];
  const isOver = (key: string): void => void ringing.delete(key);

  visit(story.run.facts, {
    dropped({ phone }) {
      for (const key of ringing.keys()) if (key.startsWith(`${phone} `)) ringing.delete(key);
    },
    phone(fact) {
      if (!("branch" in fact)) return;
      const key = `${fact.phone} ${fact.callId}`;
      if (fact.does === "rings") ringing.set(key, fact.branch);
      else if (ringing.get(key) === fact.branch) isOver(key);
    },
    arrived({ phone, wire, at, by }) {
      if (wire.method !== "INVITE" || wire.status !== 0 || wire.essentials.toTag !== undefined) return;
      const before = ringing.get(`${phone} ${wire.callId}`);
      const isSameCall = ourBranch({ branch: before ?? "" })?.context === ourBranch(wire)?.context;
      if (before === undefined || before === wire.branch || !isSameCall) return;
      problems.push({
        at,
        callId: wire.callId,
        message: `λ${by.id} rang ${phone}, which was ringing for that call already`,
      });
    },
  });
  return problems;
}
