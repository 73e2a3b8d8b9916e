// The part of `users policy set` for an address that is answered over HTTP (docs/http-callees.md).
import { quoted } from "../local/command/printable.ts";
import type { HttpCallee, HttpEnding } from "../sip/state/http-callee.ts";
import { isToken } from "../sip/syntax/characters.ts";
import { isOwnStatus } from "../sip/uas/reason-phrase.ts";
import { CommandError } from "./command-error.ts";

/** An empty text removes a part; an empty `http` removes all of them. */
export interface HttpOptions {
  readonly http?: string;
  readonly httpSecret?: string;
  readonly httpEnd?: string;
  readonly httpHeaders?: string;
  readonly httpForm?: string;
  readonly httpCallers?: string;
  readonly httpLimit?: string;
  readonly httpCallerLimit?: string;
  readonly httpStatuses?: string;
}

/** The callee with the parts that are given; undefined if calls are not answered over HTTP. */
export function httpCallee(present: HttpCallee | undefined, options: HttpOptions): HttpCallee | undefined {
  if (options.http === "") return undefined;
  const { http, httpSecret, httpEnd, httpHeaders, httpForm, httpCallers, httpLimit, httpCallerLimit, httpStatuses } =
    options;
  const url = http ?? present?.url ?? "";
  const parts = [httpSecret, httpEnd, httpHeaders, httpForm, httpCallers, httpLimit, httpCallerLimit, httpStatuses];
  if (url === "") {
    if (parts.every((part) => part === undefined)) return undefined;
    throw new CommandError("Give the endpoint too: --http https://whip.example.com/path", 2);
  }
  checkUrl(url);
  const { secret, end, headers, form, callers, limit, callerLimit, statuses }: Partial<HttpCallee> = present ?? {};
  return {
    url,
    ...(secret !== undefined && httpSecret === undefined && { secret }),
    ...(end !== undefined && httpEnd === undefined && { end }),
    ...(headers !== undefined && httpHeaders === undefined && { headers }),
    ...(form !== undefined && httpForm === undefined && { form }),
    ...(callers !== undefined && httpCallers === undefined && { callers }),
    ...(limit !== undefined && httpLimit === undefined && { limit }),
    ...(callerLimit !== undefined && httpCallerLimit === undefined && { callerLimit }),
    ...(statuses !== undefined && httpStatuses === undefined && { statuses }),
    ...part("secret", httpSecret, (text) => text),
    ...part("end", httpEnd, readEnding),
    ...part("headers", httpHeaders, readHeaders),
    ...part("form", httpForm, readForm),
    ...part("callers", httpCallers, (text) => text.split(",").map((caller) => caller.trim())),
    ...part("limit", httpLimit, (text) => readLimit("--http-limit", text)),
    ...part("callerLimit", httpCallerLimit, (text) => readLimit("--http-caller-limit", text)),
    ...part("statuses", httpStatuses, readStatuses),
  };
}

function part<Name extends string, Value>(
  name: Name,
  text: string | undefined,
  read: (text: string) => Value,
): { [N in Name]?: Value } {
  if (text === undefined) return {};
  const found: { [N in Name]?: Value } = {};
  if (text !== "") found[name] = read(text);
  return found;
}

function checkUrl(text: string): void {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === "https:" && url.username === "" && url.password === "" && !/[{}]|%7b/i.test(url.host)) return;
  throw new CommandError(`--http ${quoted(text)}: write an https: URL without user and password.`, 2);
}

function readEnding(text: string): HttpEnding {
  const [method = "", path] = text.split(" ");
  if (isToken(method) && method === method.toUpperCase()) return { method, ...(path !== undefined && { path }) };
  throw new CommandError(`--http-end ${quoted(text)}: write a method and a path, such as "POST hangup".`, 2);
}

function readHeaders(text: string): Readonly<Record<string, string>> {
  const headers = text.split(";").map((line) => /^([^\s:]+):\s*(.*)$/.exec(line.trim()));
  return Object.fromEntries(
    headers.map((header) => {
      const [, name = "", value = ""] = header ?? [];
      if (!isToken(name)) throw new CommandError(`--http-headers ${quoted(text)}: write "X-Room: 1; X-Other: 2".`, 2);
      if (OWN_HEADERS.has(name.toLowerCase())) {
        throw new CommandError(`--http-headers ${quoted(text)}: the server writes ${name} itself.`, 2);
      }
      return [name.toLowerCase(), value];
    }),
  );
}

/** Of the connection and the message (RFC 9110 §7.6.1, §8), and that of --http-secret. */
const OWN_HEADERS: ReadonlySet<string> = new Set(
  (
    "accept authorization connection content-length content-type expect host if-match keep-alive te trailer " +
    "transfer-encoding upgrade"
  ).split(" "),
);

/** Objects and lists are fields of JSON, everything else is text. */
function readForm(text: string): Readonly<Record<string, string>> {
  const entries = Object.entries(jsonObject(text) ?? {});
  if (entries.length > 0 && entries.every(([name]) => isToken(name) && name !== "sdp") && text.length <= MOST_OF_FORM) {
    return Object.fromEntries(entries.map(([name, value]) => [name, formField(value)]));
  }
  const example = '{"session":{"type":"realtime","model":"gpt-realtime"}}';
  throw new CommandError(`--http-form ${quoted(text)}: write fields as JSON of 8192 characters at most: ${example}`, 2);
}

const MOST_OF_FORM = 8192;

function formField(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function jsonObject(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function readLimit(option: string, text: string): number {
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= 100) return limit;
  throw new CommandError(`${option} is a whole number from 1 to 100.`, 2);
}

function readStatuses(text: string): Readonly<Record<string, number>> {
  const pairs = text.split(",").map((pair) => /^([45]\d\d)=([456]\d\d)$/.exec(pair.trim()));
  return Object.fromEntries(
    pairs.map((pair) => {
      const [, http = "", sip = ""] = pair ?? [];
      if (isOwnStatus(Number(sip))) return [http, Number(sip)];
      throw new CommandError(`--http-statuses ${quoted(text)}: write HTTP=SIP pairs, such as 403=486,423=603.`, 2);
    }),
  );
}

/** `answered by https://whip.example.com/room (5 calls at a time)` */
export function describeHttp({ url, limit }: HttpCallee): string {
  return `answered by ${url}${limit === undefined ? "" : ` (${limit} calls at a time)`}`;
}
