// The content of a push (RFC 8599 §5.6.2): readable as declarative Web Push (title, body, navigate; W3C Push API, section
// 3.3.2), for a browser that shows it without the page's code, with `sip` for the page's service worker. It holds nothing that
// the user does not see anyway.
import { MAX_PUSH_BYTES } from "../policy/push.ts";
import { realmOf } from "../policy/settings.ts";
import { MAX_SHOWN_NAME } from "../policy/sizes.ts";
import { parseNameAddr } from "../syntax/name-addr.ts";
import { unquote } from "../syntax/scan.ts";
import { hashOf } from "../tokens/hash.ts";
import type { World } from "../world.ts";

interface Notice {
  readonly title: string;
  readonly body: string;
  readonly isSilent: boolean;
  /** The title where all of it is too long for a push. */
  readonly short: string;
  /** A later notification of the same topic replaces this one. */
  readonly topic: string;
  readonly sip: Readonly<Record<string, string | number>>;
}

export function noticeOf(
  { title, body, isSilent, short, topic, sip }: Notice,
  { settings }: Pick<World, "settings">,
): string {
  const { push } = settings;
  const navigate = push === undefined || push.page === "" ? `https://${realmOf({ settings })}/` : push.page;
  const notification = { title, body, navigate, tag: topic, silent: isSilent };
  const notice = JSON.stringify({ web_push: 8030, notification, mutable: true, sip });
  if (Buffer.byteLength(notice) <= MAX_PUSH_BYTES) return notice;
  return JSON.stringify({ web_push: 8030, notification: { title: short, navigate, tag: topic }, mutable: true });
}

/** RFC 8030 §5.4: at most 32 characters of base64url. */
export function topicOf(subject: string): string {
  return hashOf([subject], 32);
}

/** As the user would see the sender of a request: the display name, or the address. @param written the From */
export function shownSender(written: string): { readonly name: string; readonly from: string } {
  const from = parseNameAddr(written);
  const address = (from?.address ?? "").slice(0, MAX_SHOWN_NAME);
  const name = unquote(from?.displayName ?? "").slice(0, MAX_SHOWN_NAME);
  return { name: name === "" ? address.replace(/^sips?:/, "") : name, from: address };
}
