// Lines about messages: their level, the share of calls that is logged, and the cost of the invocation.
import type { Observer } from "../signaling/observe.ts";
import { refusals } from "../sip/reasons.ts";
import { takeSpent } from "./client/invocation.ts";
import { variables } from "./environment.ts";
import { log } from "./log.ts";

/** Writes every refusal, as a warning. Of other calls it writes all lines or none. */
export const observe: Observer = (name, fields) => {
  const told = { ...fields, ...takeSpent() };
  if (isTrouble(fields["reason"])) log.warn(name, told);
  else if (isSampled(fields)) log.info(name, told);
};

function isTrouble(reason: unknown): boolean {
  return typeof reason === "string" && Object.hasOwn(refusals, reason) && !NORMAL.has(reason);
}

/** Refusals that a phone meets and answers by itself. */
const NORMAL: ReadonlySet<string> = new Set([
  "credentials-needed",
  "nonce-stale",
  "interval-too-brief",
  "nothing-to-cancel",
]);

/** By the Call-ID, so that every function decides alike. Lines without one are written. */
function isSampled({ sip }: Readonly<Record<string, unknown>>): boolean {
  const share = Number(process.env[variables.logShare] ?? 1);
  if (!(share < 1) || typeof sip !== "object" || sip === null || !("call_id" in sip)) return true;
  let hash = 0;
  for (const character of String(sip.call_id)) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) % 1_000_003;
  return hash / 1_000_003 < share;
}
