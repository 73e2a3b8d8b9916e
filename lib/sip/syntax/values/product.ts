// Server and User-Agent (RFC 3261 §20.35, §20.41): products, each perhaps with a version, and comments between them.
import { BACKSLASH, isToken } from "../characters.ts";
import type { Codec } from "./codec.ts";

/** `JsSIP/3.13.8`, `JsSIP`, `(Chrome on Linux)` as written, in their order. */
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

/** §25.1 `comment`: they nest. Index after the one that begins at `start`; -1 if it never ends. */
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
