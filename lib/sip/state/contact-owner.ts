// The owner of a contact address under `.invalid` (RFC 7118 §5), for a device without a GRUU.
import type { Aor } from "../syntax/aor.ts";

export interface ContactOwner {
  /** A hash of the contact's user and host (`location/contact-address.ts`). */
  readonly contact: string;
  readonly aor: Aor;
  /** `deviceOf` the binding; absent when two users registered the same contact, which then leads nowhere. */
  readonly device?: string;
  /** Epoch seconds. */
  readonly expiresAt: number;
}
