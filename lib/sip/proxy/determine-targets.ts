// RFC 3261 §16.5: whom does the Request-URI mean? The location service answers with the live bindings of the AOR.
import type { Refusal } from "../respond.ts";
import type { Aor } from "../location/aor.ts";
import { type Binding, liveBindings } from "../location/binding.ts";
import type { End } from "../transport/end.ts";
import type { Seen, World } from "../world.ts";

export interface Target {
  readonly end: End;
  /** The Request-URI it will see. */
  readonly uri: string;
}

export type Targets =
  | { readonly ok: true; readonly targets: readonly Target[] }
  | { readonly ok: false; readonly refusal: Refusal };

export function determineTargets(aor: Aor, seen: Seen, world: World): Targets {
  const bindings = liveBindings(seen.registration, world.now);
  if (bindings.length > 0) return { ok: true, targets: bindings.map((binding) => targetOf(binding, aor)) };
  const isSubscriber = seen.subscribers.some((subscriber) => subscriber.aor === aor);
  return { ok: false, refusal: { status: isSubscriber ? 480 : 404 } };
}

/** §16.6 step 2: the header part of a contact is not for a Request-URI. */
function targetOf({ contact, flow, instance }: Binding, aor: Aor): Target {
  const [uri = contact] = contact.split("?");
  return { end: { flow, aor, ...(instance !== undefined && { instance }) }, uri };
}
