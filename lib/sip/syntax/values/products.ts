// Values with comments or quoted text: Server and User-Agent (RFC 3261 §20.35, §20.41), Retry-After (§20.33), Warning (§20.43).
import { BACKSLASH, isToken } from "../characters.ts";
import { parseHostPort } from "../host.ts";
import { type Parameters, parseParameters, serializeParameters } from "../parameters.ts";
import { endOfQuoted, quote, trimSpace, unquote } from "../scan.ts";
import { deltaSeconds } from "./numbers.ts";
import type { Codec } from "./shape.ts";

/** Products with optional versions, and comments: `JsSIP/3.13.8`, `JsSIP`, `(Chrome on Linux)` as written, in their order. */
export type Products = readonly string[];

export const products: Codec<Products> = {
  parse(text) {
    const found: string[] = [];
    let at = 0;
    while (at < text.length) {
      if (text[at] === " " || text[at] === "\t") {
        at += 1;
        continue;
      }
      const end = text[at] === "(" ? endOfComment(text, at) : endOfWord(text, at);
      const product = text.slice(at, end);
      if (end < 0 || !(product.startsWith("(") || isProduct(product))) return undefined;
      found.push(product);
      at = end;
    }
    return found.length === 0 ? undefined : found;
  },
  serialize: (values) => values.join(" "),
};

/** `token[/version]`. */
function isProduct(text: string): boolean {
  const slash = text.indexOf("/");
  return slash < 0 ? isToken(text) : isToken(text.slice(0, slash)) && isToken(text.slice(slash + 1));
}

function endOfWord(text: string, start: number): number {
  let at = start;
  while (at < text.length && !" \t(".includes(text.charAt(at))) at += 1;
  return at;
}

const OPEN = 40;
const CLOSE = 41;

/** §25.1 `comment`, which may be nested. Index after the one that begins at `start`; -1 if it does not end. */
export function endOfComment(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === BACKSLASH) at += 1;
    else if (code === OPEN) depth += 1;
    else if (code === CLOSE) {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return -1;
}

/** `18000 (in a meeting) ;duration=3600` */
export interface RetryAfter {
  readonly seconds: number;
  /** With its parentheses. */
  readonly comment?: string;
  readonly parameters: Parameters;
}

export const retryAfter: Codec<RetryAfter> = {
  parse(text) {
    const open = text.indexOf("(");
    const semicolon = text.indexOf(";");
    const hasComment = open >= 0 && (semicolon < 0 || open < semicolon);
    const commentEnd = hasComment ? endOfComment(text, open) : open;
    if (hasComment && commentEnd < 0) return undefined;

    const headEnd = hasComment ? open : semicolon < 0 ? text.length : semicolon;
    const seconds = deltaSeconds.parse(trimSpace(text, 0, headEnd));
    const parameters = parseParameters(text, hasComment ? commentEnd : headEnd);
    if (seconds === undefined || parameters === undefined) return undefined;
    return hasComment ? { seconds, comment: text.slice(open, commentEnd), parameters } : { seconds, parameters };
  },
  serialize: ({ seconds, comment, parameters }) =>
    `${seconds}${comment === undefined ? "" : ` ${comment}`}${serializeParameters(parameters)}`,
};

/** `370 devnull.example.com "Choose a bigger pipe"` */
export interface Warning {
  /** Three digits. */
  readonly code: number;
  /** The warning agent: a host with an optional port, or a pseudonym. */
  readonly agent: string;
  /** Without its quotes. */
  readonly text: string;
}

const CODE = /^\d{3}[ \t]/;

export const warning: Codec<Warning> = {
  parse(value) {
    const open = value.indexOf('"');
    const agent = trimSpace(value, 4, Math.max(open, 4));
    const isComplete = CODE.test(value) && open > 4 && endOfQuoted(value, open) === value.length;
    if (!isComplete || !(isToken(agent) || parseHostPort(agent))) return undefined;
    return { code: Number(value.slice(0, 3)), agent, text: unquote(value.slice(open)) };
  },
  serialize: ({ code, agent, text }) => `${code} ${agent} ${quote(text)}`,
};
