// The value of the signing secret: JSON, `{"current": "<random>", "previous"?: "<random>", "since"?: <epoch seconds>}`.
// A function may have read it five minutes ago (`signing-keys.ts`) and would refuse signatures of a key that it has not
// read yet. So a new key is distributed first and signs later: for an hour after `since` the previous one goes on
// signing, while both verify.
import { createSecretKey, type KeyObject } from "node:crypto";
import { fieldsOfJson, optional, readNumber, readString } from "../decode.ts";
import type { SigningKeys } from "../../sip/tokens/signature.ts";

/** Seconds; many times the five minutes, because a rotation may need several attempts. */
const HANDOVER_SECONDS = 3600;

/** The keys at a time in epoch seconds. Throws a TypeError, without the value, if the value contains no key. */
export function parseSigningSecret(text: string): (now: number) => SigningKeys {
  const { current, previous, since } = parse(text);
  const fresh = toKey(current);
  if (previous === undefined) return () => ({ current: fresh });
  const old = toKey(previous);
  return (now) =>
    now < (since ?? 0) + HANDOVER_SECONDS ? { current: old, previous: fresh } : { current: fresh, previous: old };
}

/** The value after a rotation. Signatures of older keys have expired, because rotations are days apart. */
export function rotateSigningSecret(text: string, fresh: string, now: number): string {
  return JSON.stringify({ current: fresh, previous: parse(text).current, since: now });
}

interface Value {
  readonly current: string;
  readonly previous: string | undefined;
  readonly since: number | undefined;
}

function parse(text: string): Value {
  const hint = 'no signing key: expected {"current": "<random>"}';
  const secret = fieldsOfJson("the signing secret", text, (problem) => new TypeError(`${hint}; ${problem}`));
  const { previous } = optional(secret, "previous", readString);
  const { since } = optional(secret, "since", readNumber);
  return { current: readString(secret, "current"), previous, since };
}

/** A cached KeyObject saves the key set-up of each HMAC. */
function toKey(text: string): KeyObject {
  return createSecretKey(Buffer.from(text));
}
