// Parameters after a semicolon (RFC 3261 §25.1 `generic-param`), of header values and of URIs.
import { endOf, EQUALS, isOf, QUOTE, SEMICOLON, skipSpace, TOKEN, VALUE } from "./characters.ts";
import { endOfQuoted, unquote } from "./scan.ts";

/** As written; `value` keeps its quotes. A flag such as `lr` has no value. */
export interface Parameter {
  readonly name: string;
  readonly value?: string;
}

export type Parameters = readonly Parameter[];

/** The parameter's value without quotes; "" for a flag; undefined if absent. Names are case-insensitive (§7.3.1). */
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

/** The parameters with this one set, in its previous place if there was one. */
export function withParameter(parameters: Parameters, name: string, value?: string): Parameters {
  const added: Parameter = value === undefined ? { name } : { name, value };
  const at = parameters.findIndex((candidate) => candidate.name.toLowerCase() === name);
  return at < 0 ? [...parameters, added] : parameters.with(at, added);
}

export function withoutParameter(parameters: Parameters, name: string): Parameters {
  return parameters.filter((candidate) => candidate.name.toLowerCase() !== name);
}

/** `;name=value;flag`; empty without parameters. */
export function serializeParameters(parameters: Parameters): string {
  let text = "";
  for (const { name, value } of parameters) text += value === undefined ? `;${name}` : `;${name}=${value}`;
  return text;
}

/** Reads `;a=b ; c = "d"` from `start` to the end of the text; undefined if anything else is there. */
export function parseParameters(text: string, start = 0): Parameters | undefined {
  const { length } = text;
  const parameters: Parameter[] = [];
  let at = skipSpace(text, start, length);
  while (at < length) {
    if (text.charCodeAt(at) !== SEMICOLON) return undefined;
    const nameStart = skipSpace(text, at + 1, length);
    const nameEnd = endOf(TOKEN, text, nameStart, length);
    if (nameEnd === nameStart) return undefined;
    const name = text.slice(nameStart, nameEnd);

    at = skipSpace(text, nameEnd, length);
    if (text.charCodeAt(at) !== EQUALS) {
      parameters.push({ name });
      continue;
    }
    const valueStart = skipSpace(text, at + 1, length);
    const valueEnd = endOfValue(text, valueStart);
    if (valueEnd <= valueStart) return undefined;
    parameters.push({ name, value: text.slice(valueStart, valueEnd) });
    at = skipSpace(text, valueEnd, length);
  }
  return parameters;
}

/** Index after the value that begins at `start`; at most `start` without a value. */
function endOfValue(text: string, start: number): number {
  if (text.charCodeAt(start) === QUOTE) return endOfQuoted(text, start);
  let at = start;
  while (at < text.length && isBare(text.charCodeAt(at))) at += 1;
  return at;
}

/** Clients send UTF-8 without quotes. */
function isBare(code: number): boolean {
  return code > 127 || isOf(VALUE, code);
}
