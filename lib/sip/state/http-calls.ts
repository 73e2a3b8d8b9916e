// The calls of an HTTP callee at the moment (RFC 9725 §4.2): its limit counts them, and a newer one forbids to repeat the end
// of an older one, because some endpoints give every session the same URL.
import type { Aor } from "../syntax/aor.ts";
import { hashOf } from "../tokens/hash.ts";

export interface HttpCalls {
  readonly aor: Aor;
  /** Version of the stored row; 0 before the first write. */
  readonly version: number;
  /** The oldest first. */
  readonly open: readonly OpenHttpCall[];
}

export interface OpenHttpCall {
  /** Key of its session. */
  readonly tag: string;
  /** Absent for a call through a gateway. */
  readonly caller?: Aor;
  /** Epoch seconds of its POST. */
  readonly askedAt: number;
  /** Epoch seconds at which a long call was last known to go on. */
  readonly seenAt?: number;
}

/** Calls that were not seen since `since` (epoch seconds) were forgotten by a process, and do not count. */
export function httpCallsOf(records: readonly HttpCalls[], aor: Aor, since: number): HttpCalls {
  const stored = records.find((one) => one.aor === aor);
  if (stored === undefined) return { aor, version: 0, open: [] };
  return { ...stored, open: stored.open.filter(({ askedAt, seenAt = askedAt }) => seenAt > since) };
}

/** The key of the stored record: an address may have characters that keys of this table tell kinds apart by. */
export function httpCallsKey(aor: Aor): string {
  return hashOf([aor], 22);
}
