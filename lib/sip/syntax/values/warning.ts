// Warning (RFC 3261 §20.43): `370 devnull.example.com "Choose a bigger pipe"`.
import { parseHostPort } from "../host.ts";
import { isToken } from "../characters.ts";
import { endOfQuoted, quote, trimSpace, unquote } from "../scan.ts";
import type { Codec } from "./codec.ts";

export interface Warning {
  /** Three digits. */
  readonly code: number;
  /** Who warns: a host with perhaps a port, or a pseudonym. */
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
