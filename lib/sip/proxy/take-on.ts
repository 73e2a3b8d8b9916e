// The stateful half of the proxy (RFC 3261 §16.2): opens a response context, rings the targets of the highest preference, and
// sends 100 for an INVITE.
import { type Send, send } from "../effect.ts";
import type { Outcome } from "../outcome.ts";
import { MAX_KEPT_REQUEST, MAX_REMEMBERED } from "../policy/sizes.ts";
import type { ResponseContext } from "../state/response-context.ts";
import type { SipRequest } from "../syntax/message.ts";
import { serialize } from "../syntax/serialize.ts";
import { answerTag, matchingKey } from "../transaction/transaction-id.ts";
import type { Incoming } from "../transport/incoming.ts";
import { answerStateless } from "../uas/answer-stateless.ts";
import { refusal } from "../uas/reply.ts";
import type { World } from "../world.ts";
import { answer, openContext } from "./response-context.ts";
import { ringNext } from "./ring-targets.ts";
import type { Targets } from "./target-set.ts";
import { effectsOf, unchanged } from "./transition.ts";

/** @param id of the server transaction; `version` of the row that it replaces, 0 for none */
export function takeOn(
  incoming: Incoming<SipRequest>,
  { id, version, caller }: Pick<ResponseContext, "id" | "version" | "caller">,
  { targets, ringSeconds, turnSeconds, forwarding }: Extract<Targets, { kind: "ring" }>,
  world: World,
): Outcome {
  const { message: request, essentials } = incoming;
  const context = openContext(
    {
      id,
      matchingKey: matchingKey(incoming),
      version,
      caller,
      toTag: answerTag(incoming, world.keys),
      waiting: targets,
      message: serialize(request),
      ...(forwarding && { forwarding }),
      ...(ringSeconds !== undefined && { answerBy: world.now + ringSeconds }),
      ...(turnSeconds !== undefined && { turnSeconds }),
      ...(isTracked(request, world) && { startedAt: world.now }),
      ringSeconds: world.settings.ringSeconds,
      now: world.now,
    },
    request,
  );
  if (context.request.length > MAX_REMEMBERED) return answerStateless(incoming, refusal("request-too-long"), world);
  // §16.2: 100 at once for an INVITE; for other methods RFC 4320 §4.1 forbids it.
  const trying: readonly Send[] = request.method === "INVITE" ? [send(caller, answer(context, 100))] : [];
  const begun = ringNext({ ...unchanged(context), sends: trying }, { request, essentials }, world);
  const kept = begun.context.message?.length ?? 0;
  if (kept > MAX_KEPT_REQUEST) return answerStateless(incoming, refusal("request-too-long"), world);
  return { changes: [{ kind: "context", context: begun.context }], timers: begun.timers, effects: effectsOf(begun) };
}

function isTracked({ method }: SipRequest, { settings }: Pick<World, "settings">): boolean {
  return method === "INVITE" && settings.calls === "tracked";
}
