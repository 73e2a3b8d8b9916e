// Contact (RFC 3261 §20.10): addresses, or a lone `*` that means all of them.
import type { NameAddr } from "../name-addr.ts";
import { address } from "./address.ts";
import { list, type Shape } from "./shape.ts";

export type Contacts = "*" | readonly NameAddr[];

const addresses = list(address);

export const contacts: Shape<Contacts> = {
  read: (values) => (values.length === 1 && values[0] === "*" ? "*" : addresses.read(values)),
  write: (value) => (value === "*" ? [value] : addresses.write(value)),
};
