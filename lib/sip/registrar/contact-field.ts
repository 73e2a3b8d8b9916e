// The Contact of a 200 to a REGISTER (RFC 3261 §10.3 step 8), with GRUUs for a device that asks for them (RFC 5627 §5.2).
import { publicGruu, temporaryGruu } from "../location/gruu.ts";
import { realmOf } from "../policy/settings.ts";
import type { Binding } from "../state/registration.ts";
import type { Aor } from "../syntax/aor.ts";
import { field, type HeaderField } from "../syntax/message.ts";
import { quote } from "../syntax/scan.ts";
import type { World } from "../world.ts";

type Naming = Pick<World, "now" | "settings" | "keys" | "random">;

export function contactField(binding: Binding, aor: Aor, withGruus: boolean, world: Naming): HeaderField {
  const { contact, expiresAt, q, instance, regId } = binding;
  const device = instance === undefined ? "" : `;+sip.instance=${quote(`<${instance}>`)}`;
  const path = regId === undefined ? "" : `;reg-id=${regId}`;
  const preference = q === 1000 ? "" : `;q=${q / 1000}`;
  const gruus = withGruus && instance !== undefined ? gruuParameters(binding, aor, instance, world) : "";
  return field("Contact", `<${contact}>;expires=${expiresAt - world.now}${preference}${device}${path}${gruus}`);
}

function gruuParameters(binding: Binding, aor: Aor, instance: string, world: Naming): string {
  const temporary = temporaryGruu(aor, binding, realmOf(world), world.random(), world.keys);
  return `;pub-gruu=${quote(publicGruu(aor, instance))};temp-gruu=${quote(temporary)}`;
}
