// The redirect server (RFC 3261 §8.3): where else the caller may look, best first.
import type { Aor } from "../syntax/aor.ts";
import { type Binding, deviceOf } from "../state/registration.ts";
import { publicGruu } from "../location/gruu.ts";
import type { Refusal } from "../uas/reply.ts";
import { field } from "../syntax/message.ts";

/** A contact of a WebSocket client leads nowhere by itself; a GRUU, or what looks like one, leads through us (RFC 5627 §3). */
export function contactsFor(bindings: readonly Binding[], aor: Aor): string[] {
  return bindings
    .toSorted((a, b) => b.q - a.q)
    .map((binding) => {
      const preference = binding.q === 1000 ? "" : `;q=${binding.q / 1000}`;
      return `<${publicGruu(aor, deviceOf(binding))}>${preference}`;
    });
}

/** 302 to other contacts of the same user, 300 when the caller has to choose among users (§21.3). */
export function redirection(status: 300 | 302, contacts: readonly string[], diversions: readonly string[]): Refusal {
  const fields = contacts.map((contact) => field("Contact", contact));
  return { status, fields: [...fields, ...diversions.map((value) => field("Diversion", value))] };
}
