// Parameters behind a semicolon (RFC 3261 §25.1 `generic-param`), of header values and of URIs alike.
import { endOfQuoted, unquote } from "./scan.ts";

/** As written; `value` keeps its quotes. A flag such as `lr` has no value. */
export interface Parameter {
  readonly name: string;
  readonly value?: string;
}

export type Parameters = readonly Parameter[];

/** The parameter's value without quotes; "" for a flag; undefined if it is not there. Names ignore case (§7.3.1). */
export function parameter(parameters: Parameters, name: string): string | undefined {
  for (const candidate of parameters) {
    if (candidate.name === name || candidate.name.toLowerCase() === name) {
      return candidate.value === undefined ? "" : unquote(candidate.value);
    }
  }
  return undefined;
}

export function hasParameter(parameters: Parameters, name: string): boolean {
  return parameter(parameters, name) !== undefined;
}

/** The parameters with this one set, in its old place if it had one. */
export function withParameter(parameters: Parameters, name: string, value?: string): Parameters {
  const added: Parameter = value === undefined ? { name } : { name, value };
  const at = parameters.findIndex((candidate) => candidate.name.toLowerCase() === name);
  return at < 0 ? [...parameters, added] : parameters.with(at, added);
}

export function withoutParameter(parameters: Parameters, name: string): Parameters {
  return parameters.filter((candidate) => candidate.name.toLowerCase() !== name);
}

/** `;name=value;flag`, nothing for no parameters. */
export function serializeParameters(parameters: Parameters): string {
  let text = "";
  for (const { name, value } of parameters) text += value === undefined ? `;${name}` : `;${name}=${value}`;
  return text;
}

const SEMICOLON = 59;
const QUOTE = 34;

/** A token, or a host, whose IPv6 form brings brackets and colons; UTF-8 is what real clients send unquoted. */
const VALUE = /^[^\s;,<>"\\()=?{}\x00-\x1f\x7f]+$/;
const NAME = /^[!%'*+\-.0-9A-Z_`a-z~]+$/;

/** Reads `;a=b ; c = "d"` from `start` to the end of the text; undefined if anything else is there. */
export function parseParameters(text: string, start = 0): Parameters | undefined {
  const parameters: Parameter[] = [];
  let at = skipSpace(text, start);
  while (at < text.length) {
    if (text[at] !== ";") return undefined;
    const end = endOfParameter(text, at + 1);
    if (end < 0) return undefined;
    const read = parseParameter(text.slice(at + 1, end));
    if (read === undefined) return undefined;
    parameters.push(read);
    at = end;
  }
  return parameters;
}

function skipSpace(text: string, start: number): number {
  let at = start;
  while (text[at] === " " || text[at] === "\t") at += 1;
  return at;
}

/** Index of the next semicolon outside quotes, or the end; -1 for quotes that never close. */
function endOfParameter(text: string, start: number): number {
  let at = start;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === SEMICOLON) return at;
    at = code === QUOTE ? endOfQuoted(text, at) : at + 1;
    if (at < 0) return -1;
  }
  return text.length;
}

function parseParameter(text: string): Parameter | undefined {
  const equals = text.indexOf("=");
  if (equals < 0) {
    const name = text.trim();
    return NAME.test(name) ? { name } : undefined;
  }
  const name = text.slice(0, equals).trim();
  const value = text.slice(equals + 1).trim();
  return NAME.test(name) && isValue(value) ? { name, value } : undefined;
}

function isValue(value: string): boolean {
  return value[0] === '"' ? endOfQuoted(value, 0) === value.length : VALUE.test(value);
}
