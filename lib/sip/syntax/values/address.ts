// Values that are addresses: From and To, Contact, Route and their like (RFC 3261 §20.10, §20.20, §20.34), and the bare
// references of Alert-Info, Call-Info and Error-Info (§20.4).
import { type NameAddr, parseNameAddr, serializeNameAddr } from "../name-addr.ts";
import type { Codec } from "./codec.ts";

/** With or without angle brackets. */
export const address: Codec<NameAddr> = { parse: parseNameAddr, serialize: serializeNameAddr };

/** Angle brackets are a must, so that the URI may have parameters of its own. */
export const routeEntry: Codec<NameAddr> = {
  parse: (text) => (text.includes("<") ? parseNameAddr(text) : undefined),
  serialize: serializeNameAddr,
};

/** `<absoluteURI>` and parameters, no display name. */
export const reference: Codec<NameAddr> = {
  parse: (text) => (text.startsWith("<") ? parseNameAddr(text) : undefined),
  serialize: serializeNameAddr,
};
