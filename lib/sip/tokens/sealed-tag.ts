// A dialog tag as watchers see it (RFC 4235 §4.1.2), good for Replaces (RFC 3891) alone. A phone finds the dialog of a request
// by Call-ID and tags, and not by its Route: with the tags themselves a watcher could begin a call with the same Call-ID, and
// with the Route of that call end the other one.
import type { Aor } from "../syntax/aor.ts";
import { hashOf } from "./hash.ts";
import { seal, unseal } from "./seal.ts";
import type { SigningKeys } from "./signature.ts";

/** @param ends the two users of the dialog, which alone get the tag back, or one if the other is not known */
export function toSealedTag(tag: string, callId: string, ends: readonly Aor[], keys: SigningKeys): string {
  const [one, other = one] = ends.map((end) => digestOf(callId, end));
  return seal("tag", `${one} ${other} ${tag}`, keys);
}

/** Undefined if it was not sealed here for this call and this end. */
export function fromSealedTag(text: string, callId: string, end: Aor, keys: SigningKeys): string | undefined {
  const [one, other, ...tag] = unseal("tag", text, keys)?.split(" ") ?? [];
  const asked = digestOf(callId, end);
  return one === asked || other === asked ? tag.join(" ") : undefined;
}

function digestOf(callId: string, end: Aor): string {
  return hashOf([callId, end], 16);
}
