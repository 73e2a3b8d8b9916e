// An address in a table: a client chooses its length, so a long one is cut and shown whole by its title.
import { withoutScheme } from "../../../operations/address.ts";

interface AddressProps {
  readonly of: string;
  readonly before?: string;
}

export function Address({ of, before = "" }: AddressProps) {
  const text = before + withoutScheme(of);
  return (
    <span class="address" title={text}>
      {text}
    </span>
  );
}
