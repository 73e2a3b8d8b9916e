// Values that are addresses (RFC 3261 §20.10, §20.20, §20.34; RFC 3325, RFC 3327, RFC 3608): From and To, Contact,
// Route and the like, and the references of Alert-Info, Call-Info and Error-Info (§20.4).
import { isBracketed, type NameAddr, parseNameAddr, serializeNameAddr } from "../name-addr.ts";
import { type Codec, list, type Shape } from "./shape.ts";

/** With or without angle brackets. */
export const address: Codec<NameAddr> = { parse: parseNameAddr, serialize: serializeNameAddr };

/** Angle brackets are mandatory, so that the URI can have parameters of its own. */
export const routeEntry: Codec<NameAddr> = {
  parse: (text) => (isBracketed(text) ? parseNameAddr(text) : undefined),
  serialize: serializeNameAddr,
};

/** `<absoluteURI>` and parameters, without a display name. */
export const reference: Codec<NameAddr> = {
  parse: (text) => (text.startsWith("<") ? parseNameAddr(text) : undefined),
  serialize: serializeNameAddr,
};

/** Contact (§20.10): addresses, or a single `*` for all of them. */
export type Contacts = "*" | readonly NameAddr[];

const addresses = list(address);

export const contacts: Shape<Contacts> = {
  read: (values) => (values.length === 1 && values[0] === "*" ? "*" : addresses.read(values)),
  write: (value) => (value === "*" ? [value] : addresses.write(value)),
};
