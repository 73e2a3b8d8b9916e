// A URI's parameters may be escaped, name and value (RFC 3261 §19.1.2, §25.1 `paramchar`), a header's may not. So `lr` can
// come as `%6C%72`, and is asked for here and not with `parameter`.
import type { Parameters } from "./parameters.ts";
import { unescape } from "./uri.ts";

/** The value with its escapes resolved once; "" for a flag; undefined if it is not there. `name` is in lower case. */
export function uriParameter(uri: { readonly parameters: Parameters }, name: string): string | undefined {
  const found = uri.parameters.find((candidate) => unescape(candidate.name).toLowerCase() === name);
  return found && unescape(found.value ?? "");
}
