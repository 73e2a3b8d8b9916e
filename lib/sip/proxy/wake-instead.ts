// An INVITE whose connection is gone, for a device that a push can wake (RFC 8599 §5.6.2): its branch waits for the device, as if
// the end of the connection had been known when the call came.
import type { Send } from "../effect.ts";
import { nothing, type Outcome } from "../outcome.ts";
import type { Binding } from "../state/registration.ts";
import { storedContext } from "../state/snapshot.ts";
import { type SipRequest, withFirstValue } from "../syntax/message.ts";
import { serialize } from "../syntax/serialize.ts";
import { NO_FLOW } from "../transport/endpoint.ts";
import { withoutTopVia } from "../transport/top-via.ts";
import type { World } from "../world.ts";
import { callPush } from "./call-push.ts";
import { takesBranches, withBranchChange } from "./response-context.ts";

/**
 * Undefined unless the message is an INVITE whose branch still waits for a first response, or for the device: then another
 * process has found the connection gone and sends the push, or an earlier attempt of this one has, and did not.
 */
export async function wakeInstead(
  { message, branch, to }: Send,
  { contact }: Binding,
  world: World,
): Promise<Outcome | undefined> {
  if (branch === undefined || message.kind !== "request" || message.method !== "INVITE") return undefined;
  const context = storedContext(await world.read({ contexts: [branch.context] }), branch.context);
  const failed = context?.branches[branch.index];
  if (context === undefined || !takesBranches(context)) return undefined;
  const end = { ...to, flow: NO_FLOW };
  const effects = callPush(context, { end, uri: contact }, branch, 1, world);
  if (failed?.state === "waking") return { ...nothing("device-awaited"), effects: world.isRetry ? effects : [] };
  if (failed?.state !== "calling") return undefined;
  if (effects.length === 0 || failed.routes !== undefined) return undefined;
  const waiting = { target: end, uri: contact, state: "waking", rungAt: world.now } as const;
  const next = withBranchChange(context, branch.index, () => waiting);
  const change = { kind: "context", context: { ...next, message: context.message ?? received(message) } } as const;
  return { changes: [change], timers: [], effects };
}

/** The request as it came in, apart from fields that every copy changes again. */
function received(copy: SipRequest): string {
  return serialize(withFirstValue(withoutTopVia(copy), "record-route", undefined));
}
