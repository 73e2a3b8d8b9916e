import { normalizeTarget } from "jssip/lib/Utils.js";

/** The URI of a target as typed; undefined for one that JsSIP does not take as an address. */
export function targetUri(target: string, domain: string): string | undefined {
  return normalizeTarget(target.trim(), domain)?.toString();
}
