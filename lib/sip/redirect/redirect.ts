// The redirect server (RFC 3261 §8.3): other addresses for the caller, best first.
import type { Aor } from "../syntax/aor.ts";
import { type Binding, deviceOf } from "../state/registration.ts";
import { publicGruu } from "../location/gruu.ts";
import { field } from "../syntax/message.ts";
import type { Reply } from "../uas/reply.ts";

/** A WebSocket client's contact leads nowhere; a GRUU, or a URI of that form, leads through this server (RFC 5627 §3). */
export function contactsFor(bindings: readonly Binding[], aor: Aor): string[] {
  return bindings
    .toSorted((a, b) => b.q - a.q)
    .map((binding) => {
      const preference = binding.q === 1000 ? "" : `;q=${binding.q / 1000}`;
      return `<${publicGruu(aor, deviceOf(binding))}>${preference}`;
    });
}

/** 302 to other contacts of the same user, 300 when the caller has to choose among users (§21.3). */
export function redirection(status: 300 | 302, contacts: readonly string[], diversions: readonly string[]): Reply {
  const fields = contacts.map((contact) => field("Contact", contact));
  return { status, fields: [...fields, ...diversions.map((value) => field("Diversion", value))] };
}
