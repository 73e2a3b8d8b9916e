// The part of a dialog that a watcher sees (RFC 4235 §3.6). With Call-ID and tags one can send requests within the dialog, as a
// BYE is: other watchers than the owner and the users that it names get sealed tags, which are good for Replaces alone.
import type { Subscriber } from "../state/subscriber.ts";
import type { WatchedCall } from "../state/watched-call.ts";
import type { Aor } from "../syntax/aor.ts";
import { toSealedTag } from "../tokens/sealed-tag.ts";
import type { SigningKeys } from "../tokens/signature.ts";

export type DialogView = (call: WatchedCall) => WatchedCall;

/** All of it. */
export const named: DialogView = (call) => call;

/** @param aor of the watched user */
export function viewFor(
  watcher: Aor | undefined,
  aor: Aor,
  owner: Subscriber | undefined,
  keys: SigningKeys,
): DialogView {
  const isNamed = watcher !== undefined && (watcher === aor || owner?.contacts?.includes(watcher) === true);
  return isNamed ? named : (call) => withoutTargets(withSealedTags(call, aor, keys));
}

/** Longer than the dialog as it is. */
export function withSealedTags(call: WatchedCall, aor: Aor, keys: SigningKeys): WatchedCall {
  const { localTag, remoteTag, ...rest } = call;
  const { callId, remoteUser } = rest;
  if (callId === undefined) return rest;
  const ends = remoteUser === undefined ? [aor] : [aor, remoteUser];
  return {
    ...rest,
    ...(localTag !== undefined && { localTag: toSealedTag(localTag, callId, ends, keys) }),
    ...(remoteTag !== undefined && { remoteTag: toSealedTag(remoteTag, callId, ends, keys) }),
  };
}

/** A target names a device. Replaces does not need it: the user's other devices have no such call. */
function withoutTargets({ remoteTarget: _remote, localTarget: _local, ...call }: WatchedCall): WatchedCall {
  return call;
}
