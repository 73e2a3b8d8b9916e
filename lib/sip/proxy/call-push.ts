// The pushes of a call (RFC 8599 §5.6.2): one that rings a device without a connection, and one that ends the ringing. All
// pushes of a call have one topic, so that the last one replaces those that were not delivered yet.
import type { Push } from "../effect.ts";
import { WAKE_SECONDS } from "../policy/push.ts";
import { pushAddressOf } from "../state/push-address.ts";
import type { ClientBranch, ResponseContext } from "../state/response-context.ts";
import { header } from "../syntax/message.ts";
import type { BranchName } from "../tokens/via-branch.ts";
import type { World } from "../world.ts";
import { noticeOf, shownSender, topicOf } from "./push-notice.ts";
import { requestOf } from "./response-context.ts";

type Woken = Pick<ClientBranch, "uri"> & { readonly end: ClientBranch["target"] };

/** Asks the device to register, because a call waits for it. Nothing for a device without a push address. */
export function callPush(
  context: ResponseContext,
  target: Woken,
  branch: BranchName,
  attempt: number,
  world: Pick<World, "settings" | "now">,
): readonly Push[] {
  return pushOf(context, { woken: target, branch, attempt, why: "call" }, world);
}

/** The call does not wait for the device any more. */
export function stopPush(
  context: ResponseContext,
  index: number,
  attempt: number,
  world: Pick<World, "settings" | "now">,
): readonly Push[] {
  const { target: end, uri } = context.branches[index] ?? {};
  if (end === undefined || uri === undefined) return [];
  return pushOf(context, { woken: { end, uri }, branch: { context: context.id, index }, attempt, why: "stop" }, world);
}

interface CallPush {
  readonly woken: Woken;
  readonly branch: BranchName;
  readonly attempt: number;
  readonly why: "call" | "stop";
}

function pushOf(
  context: ResponseContext,
  { woken: { end: to, uri }, branch, attempt, why }: CallPush,
  world: Pick<World, "settings" | "now">,
): readonly Push[] {
  const { push } = world.settings;
  const address = pushAddressOf(uri);
  if (address === undefined || push === undefined) return [];
  const topic = topicOf(context.id);
  const notice = noticeFor(context, why, topic, to.aor ?? "", world);
  return [{ kind: "push", to, address, why, notice, topic, ttlSeconds: WAKE_SECONDS, branch, attempt }];
}

function noticeFor(
  context: ResponseContext,
  why: "call" | "stop",
  topic: string,
  to: string,
  world: Pick<World, "settings" | "now">,
): string {
  const { name, from } = shownSender(header(requestOf(context), "from") ?? "");
  const body = why === "call" ? "is calling" : stopped(context);
  const sip = { event: why, call: topic, from, to, until: world.now + WAKE_SECONDS };
  return noticeOf({ title: name, body, isSilent: why === "stop", short: "Call", topic, sip }, world);
}

function stopped({ state }: ResponseContext): string {
  return state === "accepted" ? "was answered on another device" : "has called";
}
