// RFC 3261 §16.4: our own entry on top of the Route comes off; what it says is where the request goes.
import type { Refusal } from "../respond.ts";
import { header, type SipRequest, withFirstValue } from "../syntax/message.ts";
import { parseNameAddr } from "../syntax/name-addr.ts";
import { splitList } from "../syntax/scan.ts";
import { isOurDomain } from "../location/aor.ts";
import { type Dialog, fromDialogToken } from "../transport/dialog-token.ts";
import type { World } from "../world.ts";

export type Routed =
  | { readonly kind: "by Request-URI"; readonly request: SipRequest }
  | { readonly kind: "in dialog"; readonly request: SipRequest; readonly dialog: Dialog; readonly token: string }
  | { readonly kind: "refused"; readonly refusal: Refusal };

export function preprocessRoute(request: SipRequest, world: World): Routed {
  const value = header(request, "route");
  if (value === undefined) return { kind: "by Request-URI", request };

  const [top = "", ...rest] = splitList(value);
  const route = parseNameAddr(top);
  if (route === undefined) return { kind: "refused", refusal: { status: 400, reason: "Malformed Route" } };
  // A flow leads to nobody but us: a route through others would make us their relay.
  if (!isOurDomain(route.uri, world.settings.domains)) return { kind: "refused", refusal: { status: 403 } };

  const popped = withFirstValue(request, "route", rest.length === 0 ? undefined : rest.join(", "));
  const token = route.uri.user;
  if (token === undefined) return preprocessRoute(popped, world); // a pre-loaded route to us, as clients are configured

  const dialog = fromDialogToken(token, world.keys);
  if (dialog === undefined) return { kind: "refused", refusal: { status: 403, reason: "Invalid Route" } };
  return { kind: "in dialog", request: popped, dialog, token };
}
