// The kind of a fact, for counts.
import { titleOf } from "./core/wire.ts";
import type { Run } from "./simulate.ts";

/** `phone invites`, `arrived 487 INVITE` */
export function factName(fact: Run["facts"][number]): string {
  if (fact.kind === "phone") return `phone ${fact.does}`;
  if (fact.kind === "arrived") return `arrived ${titleOf(fact.wire)}`;
  if (fact.kind === "asked") {
    return `asked ${fact.result.kind === "failed" ? fact.result.why : `HTTP ${fact.result.status}`}`;
  }
  if (fact.kind === "pushed") return `pushed ${typeof fact.result === "object" ? "later" : fact.result}`;
  if (fact.kind === "notified") return `notified ${fact.push.why}`;
  if (fact.kind === "posted") return `posted ${fact.result}`;
  if (fact.kind === "refused") return `refused ${fact.why}`;
  return fact.kind === "died" ? `died ${fact.where.split(" ")[0]}` : fact.kind;
}
