// An INVITE that replaces a call (RFC 3891 §3): the user expects it, so its policy for new calls does not count. A Replaces
// that matches no call of the user is that of a new call, as is one with sealed tags, of a watcher that the user has not
// named.
import { callsOf } from "../location/in-call.ts";
import { MAX_CALLS_READ } from "../policy/calls.ts";
import type { Registration } from "../state/registration.ts";
import { resourceOf } from "../state/resource-state.ts";
import { liveContext } from "../state/snapshot.ts";
import type { Aor } from "../syntax/aor.ts";
import { isToken } from "../syntax/characters.ts";
import { decode } from "../syntax/header-table.ts";
import { field, header, type SipRequest, withOnly } from "../syntax/message.ts";
import { tagIn } from "../syntax/name-addr.ts";
import { parameter } from "../syntax/parameters.ts";
import { fromSealedTag } from "../tokens/sealed-tag.ts";
import type { World } from "../world.ts";
import { requestOf } from "./response-context.ts";

/** A dialog, by its Call-ID and both tags. */
export interface ReplacedDialog {
  readonly callId: string;
  readonly tags: readonly string[];
}

/** The dialog that Replaces names, or one that cannot be for a malformed value. Undefined without Replaces. */
export function replacedDialog(request: SipRequest): ReplacedDialog | undefined {
  if (request.method !== "INVITE" || header(request, "replaces") === undefined) return undefined;
  const replaces = decode(request, "Replaces");
  if (!replaces.ok) return { callId: "", tags: [] };
  const { value: callId, parameters } = replaces.value;
  return { callId, tags: ["to-tag", "from-tag"].flatMap((name) => parameter(parameters, name) ?? []) };
}

/**
 * Answered calls are found by the connections of the user, and ringing ones in the state that its watchers see: from there a
 * phone knows how the dialog is named. Costs the reads of `callsOf`, of the calls, and of that state.
 */
export async function hasCall(
  registration: Registration,
  replaced: ReplacedDialog,
  world: Pick<World, "read" | "now">,
): Promise<boolean> {
  const { calls } = await callsOf(registration, world);
  if (calls.length > MAX_CALLS_READ) return true;
  const watched = registration.watched?.includes("dialog") === true ? [resourceOf("dialog", registration.aor)] : [];
  if (calls.length + watched.length === 0) return false;
  const snapshot = await world.read({ contexts: calls, resourceStates: watched });
  const answered = calls.some((id) => {
    const context = liveContext(snapshot, id, world.now);
    if (context?.call === undefined || context.call.ended !== undefined) return false;
    const invite = requestOf(context);
    return isNamed(replaced, header(invite, "call-id"), [tagIn(header(invite, "from")), context.call.tag]);
  });
  const ringing = snapshot.resourceStates
    .flatMap((state) => state.calls ?? [])
    .filter((call) => call.state !== "terminated");
  return answered || ringing.some((one) => isNamed(replaced, one.callId, [one.localTag, one.remoteTag]));
}

function isNamed(replaced: ReplacedDialog, callId: string | undefined, tags: readonly (string | undefined)[]): boolean {
  return callId === replaced.callId && tags.every((tag) => tag !== undefined && replaced.tags.includes(tag));
}

/** The INVITE for a device of this user. Sealed tags become those of the dialog, if the user is an end of it. */
export function withOwnTags(request: SipRequest, aor: Aor | undefined, { keys }: Pick<World, "keys">): SipRequest {
  const written = header(request, "replaces");
  const replaced = written === undefined ? undefined : replacedDialog(request);
  if (written === undefined || replaced === undefined || aor === undefined) return request;
  const { callId, tags } = replaced;
  const opened = tags.reduce((text, tag) => {
    const own = fromSealedTag(tag, callId, aor, keys);
    return own !== undefined && isToken(own) ? text.replace(tag, own) : text;
  }, written);
  return opened === written ? request : withOnly(request, field("Replaces", opened));
}
