// Whom a request may say it is from. An authenticated flow speaks as itself or as nobody.
import { type Aor, aorOf } from "../location/aor.ts";
import type { Uri } from "../syntax/uri.ts";

/** RFC 3323 §4.1.1.3: the host of an anonymous From. */
const ANONYMOUS = "anonymous.invalid";

export function mayUseFrom(identity: Aor, from: Uri): boolean {
  return aorOf(from) === identity || (from.kind === "sip" && from.host === ANONYMOUS);
}
