// The remote target of an in-dialog request (RFC 3261 §12.2.1.1) when it is a temporary GRUU (RFC 5627 §6.1), which an
// anonymous caller gives as its Contact. A phone does not know the GRUU's user part and answers 404 (JsSIP), so the GRUU is
// replaced by the contact. A public GRUU has the phone's own user part and stays: replacing it would cost a read each time.
import { calledBy } from "../location/gruu.ts";
import { bindingOf } from "../state/registration.ts";
import { registrationOf } from "../state/snapshot.ts";
import { isOurDomain } from "../syntax/aor.ts";
import type { SipRequest } from "../syntax/message.ts";
import { parseUri } from "../syntax/uri.ts";
import type { Endpoint } from "../transport/endpoint.ts";
import type { World } from "../world.ts";
import { targetOf } from "./determine-targets.ts";

/** The endpoint of a request, and its Request-URI there if it changes. */
export interface DialogTarget {
  readonly end: Endpoint;
  readonly uri?: string;
}

/** Costs a read if the Request-URI is a temporary GRUU of the device at the other end, and no read otherwise. */
export async function addressWithin(
  { uri: written }: SipRequest,
  end: Endpoint,
  world: Pick<World, "settings" | "keys" | "read" | "now">,
): Promise<DialogTarget> {
  const uri = parseUri(written);
  if (uri?.kind !== "sip" || !isOurDomain(uri, world.settings.domains)) return { end };
  const called = calledBy(uri, world.keys);
  if (called?.registrationHash === undefined) return { end };
  if (called.aor !== end.aor || called.instance !== end.instance) return { end };

  const registration = registrationOf(await world.read({ registrations: [called.aor] }), called.aor);
  // The dialog outlives the GRUU: a phone that has registered with another Call-ID since is still that phone.
  const binding = bindingOf(registration, called.instance, world.now);
  return binding === undefined ? { end } : targetOf(binding, called);
}
