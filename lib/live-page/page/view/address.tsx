// An address in a table: a client chooses its length, so a long one is cut and shown whole by its title.
import { bare } from "./words.ts";

interface AddressProps {
  readonly of: string;
  readonly before?: string;
}

export function Address({ of, before = "" }: AddressProps) {
  const text = before + bare(of);
  return (
    <span class="address" title={text}>
      {text}
    </span>
  );
}
