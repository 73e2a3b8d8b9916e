// Names and addresses of peers. They come from outside, so nothing in them may change the layout of the page.
import type { NameAddrHeader } from "jssip";

export interface Peer {
  /** The display name, or the address in its short form. */
  readonly name: string;
  /** The target to dial: `bob` within the own domain, else `bob@example.org`. */
  readonly address: string;
}

const LONGEST_NAME = 80;

export function peerOf({ display_name: display, uri }: NameAddrHeader, domain: string): Peer {
  const address = shortened(`${uri.user}@${uri.host}`, domain);
  return { name: plain(display ?? "") || address, address };
}

/** A target as typed, without scheme and own domain. */
export function shortened(address: string, domain: string): string {
  const bare = plain(address.trim().replace(/^sips?:/i, ""));
  const ending = `@${domain}`;
  return bare.endsWith(ending) ? bare.slice(0, -ending.length) : bare;
}

/** Without control characters and marks that turn the writing direction around, and of limited length. */
function plain(text: string): string {
  const cleaned = text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "").trim();
  const letters = Array.from(cleaned);
  return letters.length <= LONGEST_NAME ? cleaned : `${letters.slice(0, LONGEST_NAME - 1).join("")}…`;
}
