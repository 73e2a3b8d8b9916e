// All functions that decode the text of a peer. `any-text` and `linear-time` hold their claims for each of them.
import { parseAuthHeader } from "../../../lib/sip/syntax/auth-header.ts";
import { parseCSeq } from "../../../lib/sip/syntax/cseq.ts";
import { readEssentials } from "../../../lib/sip/syntax/essentials.ts";
import { decode, type DecodedName, decodedNames, encode } from "../../../lib/sip/syntax/header-table.ts";
import { nameAt } from "../../../lib/sip/syntax/header-name.ts";
import { parseHostPort } from "../../../lib/sip/syntax/host.ts";
import { readNameAddr, readUri } from "../../../lib/sip/syntax/leniency.ts";
import type { Limits } from "../../../lib/sip/syntax/limits.ts";
import { field, type HeaderField, headers, type SipMessage, withFields } from "../../../lib/sip/syntax/message.ts";
import { parseNameAddr } from "../../../lib/sip/syntax/name-addr.ts";
import { parseParameters } from "../../../lib/sip/syntax/parameters.ts";
import { parseMessage } from "../../../lib/sip/syntax/parse.ts";
import { endOfQuoted, quote, splitList, trimSpace, unquote } from "../../../lib/sip/syntax/scan.ts";
import { serialize } from "../../../lib/sip/syntax/serialize.ts";
import { isSameUri } from "../../../lib/sip/syntax/uri-comparison.ts";
import { escapeUser, parseUri, serializeUri, unescape } from "../../../lib/sip/syntax/uri.ts";
import { parseVia } from "../../../lib/sip/syntax/via.ts";

export type Decoder = (text: string) => unknown;

/** Of a header value, or a part of one. */
export const valueDecoders: Readonly<Record<string, Decoder>> = {
  endOfQuoted: (text) => endOfQuoted(text, 0),
  escapeUser,
  isSameUri: (text) => {
    const uri = parseUri(text);
    return uri && isSameUri(uri, parseUri(serializeUri(uri)) ?? uri);
  },
  nameAt: (text) => nameAt(text, 0, text.length),
  parseAuthHeader,
  parseCSeq,
  parseHostPort,
  parseNameAddr,
  parseParameters,
  parseUri,
  parseVia,
  quote,
  readNameAddr,
  readUri,
  splitList,
  trimSpace,
  unescape,
  unquote,
};

const empty: SipMessage = { kind: "request", method: "OPTIONS", uri: "sip:example.com", fields: [], body: "" };

/** The decoded value of fields of one name. */
export function decodeFields<N extends DecodedName>(name: N, fields: readonly HeaderField[]) {
  return decode(withFields(empty, fields), name);
}

/** The decoded value of one field without a line end, and its value after being written again. */
export function decodeTwice(name: DecodedName, text: string) {
  const first = decodeFields(name, [field(name, text.replace(/[\r\n]/g, " "))]);
  const again = first.ok ? decodeFields(name, encode(name, first.value)) : first;
  return { first, again };
}

/** Of a header field, by its name. */
export const headerDecoders: Readonly<Record<string, Decoder>> = Object.fromEntries(
  decodedNames.map((name) => [name, (text: string) => decodeTwice(name, text)]),
);

/** Of a whole message, with all that is asked of it afterwards. */
export function decodeMessage(text: string, limits?: Limits): SipMessage | undefined {
  const parsed = parseMessage(text, limits);
  if (!parsed.ok) return parsed.problem.message && reread(parsed.problem.message);
  return reread(parsed.message);
}

function reread(message: SipMessage): SipMessage {
  readEssentials(message);
  for (const { name } of message.fields.slice(0, 10)) headers(message, name).flatMap(splitList);
  serialize(message);
  return message;
}
