// A temporary GRUU as the target of a dialog (RFC 5627 §6.1), which is what an anonymous caller gives as its Contact. Its
// user part is our invention, so a phone takes a request with it for somebody else's (JsSIP answers 404): it has to become
// the contact. A public GRUU has the phone's own user part and stays, as asking would cost every request a read.
import { isOurDomain } from "../syntax/aor.ts";
import { deviceOf, liveBindings } from "../state/registration.ts";
import { calledBy } from "../location/gruu.ts";
import type { SipRequest } from "../syntax/message.ts";
import { parseUri } from "../syntax/uri.ts";
import type { End } from "../transport/endpoint.ts";
import type { World } from "../world.ts";
import { targetOf } from "./determine-targets.ts";

/** Where the request goes, and the Request-URI it has there if that is not its own. */
export interface Addressed {
  readonly end: End;
  readonly uri?: string;
}

/** Costs a read if the Request-URI is a temporary GRUU of the device at the other end, and nothing otherwise. */
export async function addressWithin({ uri: written }: SipRequest, end: End, world: World): Promise<Addressed> {
  const uri = parseUri(written);
  if (uri?.kind !== "sip" || !isOurDomain(uri, world.settings.domains)) return { end };
  const called = calledBy(uri, world.keys);
  if (called?.mark === undefined || called.aor !== end.aor || called.instance !== end.instance) return { end };

  const { registration } = await world.look({ registration: called.aor });
  // The dialog outlives the GRUU: a phone that registered with another Call-ID meanwhile is that phone still.
  const binding = liveBindings(registration, world.now).find((one) => deviceOf(one) === called.instance);
  return binding === undefined ? { end } : targetOf(binding, called);
}
