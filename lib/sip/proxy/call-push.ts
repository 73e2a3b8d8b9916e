// The pushes of a call (RFC 8599 §5.6.2): one that rings a device without a connection, and one that ends the ringing. The content is
// readable as declarative Web Push (title, body, navigate), for a browser that shows it without the page's code, and holds nothing that
// the callee does not see anyway. All pushes of a call have one topic, so that the last one replaces those that were not delivered yet.
import { hash } from "node:crypto";
import type { Push } from "../outcome.ts";
import { MAX_PUSH_BYTES, WAKE_SECONDS } from "../policy/push.ts";
import { realmOf } from "../policy/settings.ts";
import { MAX_SHOWN_NAME } from "../policy/sizes.ts";
import { pushAddressOf } from "../state/push-address.ts";
import type { ClientBranch, ResponseContext } from "../state/response-context.ts";
import { header } from "../syntax/message.ts";
import { parseNameAddr } from "../syntax/name-addr.ts";
import { unquote } from "../syntax/scan.ts";
import type { BranchName } from "../tokens/via-branch.ts";
import type { World } from "../world.ts";
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
  return pushOf(context, target, branch, attempt, "call", world);
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
  return pushOf(context, { end, uri }, { context: context.id, index }, attempt, "stop", world);
}

function pushOf(
  context: ResponseContext,
  { end: to, uri }: Woken,
  branch: BranchName,
  attempt: number,
  why: Push["why"],
  world: Pick<World, "settings" | "now">,
): readonly Push[] {
  const { push } = world.settings;
  const address = pushAddressOf(uri);
  if (address === undefined || push === undefined) return [];
  const topic = topicOf(context);
  const page = push.page === "" ? `https://${realmOf(world)}/` : push.page;
  const notice = noticeOf(context, why, { topic, page, to: to.aor ?? "", until: world.now + WAKE_SECONDS });
  return [{ kind: "push", to, address, why, notice, topic, ttlSeconds: WAKE_SECONDS, branch, attempt }];
}

/** RFC 8030 §5.4: at most 32 characters of base64url. */
function topicOf({ id }: ResponseContext): string {
  return hash("sha256", id, "base64url").slice(0, 32);
}

interface Details {
  readonly topic: string;
  readonly page: string;
  readonly to: string;
  /** Epoch seconds until which the device may register. */
  readonly until: number;
}

/** The members of declarative Web Push (W3C Push API §3.3.2) for the browser, and `sip` for the page's service worker. */
function noticeOf(context: ResponseContext, why: Push["why"], { topic, page, to, until }: Details): string {
  const { name, from } = callerOf(context);
  const text = why === "call" ? { title: name, body: "is calling" } : { title: name, body: stopped(context) };
  const notification = { ...text, navigate: page, tag: topic, silent: why === "stop" };
  const sip = { event: why, call: topic, from, to, until };
  const notice = JSON.stringify({ web_push: 8030, notification, mutable: true, sip });
  if (Buffer.byteLength(notice) <= MAX_PUSH_BYTES) return notice;
  return JSON.stringify({ web_push: 8030, notification: { title: "Call", navigate: page, tag: topic }, mutable: true });
}

function stopped({ state }: ResponseContext): string {
  return state === "accepted" ? "was answered on another device" : "has called";
}

/** As the callee would see the caller: the display name, or the address. */
function callerOf(context: ResponseContext): { readonly name: string; readonly from: string } {
  const from = parseNameAddr(header(requestOf(context), "from") ?? "");
  const address = (from?.address ?? "").slice(0, MAX_SHOWN_NAME);
  const name = unquote(from?.displayName ?? "").slice(0, MAX_SHOWN_NAME);
  return { name: name === "" ? address.replace(/^sips?:/, "") : name, from: address };
}
