// Whether calls to an address may be forwarded to a URI (RFC 3261 §16.5): checked when a forwarding is set, by its user or by the
// operator's tool, because a wrong one would fail only when a call comes.
import { type Aor, aorOf } from "../syntax/aor.ts";
import { parseUri } from "../syntax/uri.ts";

export type ForwardProblem = "not-sip" | "foreign" | "itself" | "unknown-user";

/** @param isUser whether an address in one of the domains exists */
export function forwardProblem(
  text: string,
  from: Aor,
  domains: readonly string[],
  isUser: (aor: Aor) => boolean,
): ForwardProblem | undefined {
  const uri = parseUri(text);
  if (uri?.kind !== "sip") return "not-sip";
  if (!domains.includes(uri.host)) return "foreign";
  const target = aorOf(uri);
  if (target === from) return "itself";
  return target !== undefined && isUser(target) ? undefined : "unknown-user";
}
