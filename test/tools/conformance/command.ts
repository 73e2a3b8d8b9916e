// The command line of `npm run conformance`.
import { parseArgs } from "node:util";
import type { Check } from "./check.ts";
import type { Account } from "./lab/phone.ts";
import type { RunOptions } from "./run.ts";
import { suite } from "./suite.ts";

export const usage = `Judges a SIP-over-WebSocket server (RFC 7118) from outside: npm run conformance -- [options]

  --url URL             ws:// or wss:// address of the server
  --domain DOMAIN       SIP domain its users are in
  --user NAME:PASSWORD  somebody who may register; three of them, more let more checks run at a time
  --redirect NAME:PASSWORD
                        one more user, whose calls the server answers with 3xx (RFC 3261 §8.3)
  --group NAME=NAME:PASSWORD,NAME:PASSWORD
                        a group that rings two more users, one after the other
  --forwarding NAME=NAME:PASSWORD
                        a user whose calls the server forwards to another one, all of them
  --only PATTERN        checks whose id, level, section or title contain this; * stands for anything; repeatable
  --list                print the checks and end
  --slow                also checks that wait for minutes
  --timeout MS          how long any awaited message may take (default 5000)
  --quiet MS            how long to watch before saying that nothing came (default: measured)
  --parallel N          checks at a time, at most (default 4); never two with the same user
  --header "NAME: VALUE"  a further header of the WebSocket handshake, such as Origin or Cookie; repeatable
  --insecure            accept any TLS certificate
  --waive ID=REASON     a failure you know of: it is shown, and does not count; repeatable
  --help                print this

Output is TAP version 14. Exit code: 0 unless a MUST fails (1); 2 for a wrong option, 3 if nobody can register.
`;

export type Command =
  | { readonly kind: "run"; readonly options: RunOptions }
  | { readonly kind: "list"; readonly checks: readonly Check[] }
  | { readonly kind: "help" }
  | { readonly kind: "wrong"; readonly problem: string };

const optionTypes = {
  url: { type: "string" },
  domain: { type: "string" },
  user: { type: "string", multiple: true },
  redirect: { type: "string" },
  group: { type: "string" },
  forwarding: { type: "string" },
  only: { type: "string", multiple: true },
  list: { type: "boolean" },
  slow: { type: "boolean" },
  timeout: { type: "string" },
  quiet: { type: "string" },
  parallel: { type: "string" },
  header: { type: "string", multiple: true },
  insecure: { type: "boolean" },
  waive: { type: "string", multiple: true },
  help: { type: "boolean", short: "h" },
} as const;

export function parseCommand(args: readonly string[]): Command {
  try {
    return read(args);
  } catch (error) {
    if (error instanceof Misuse) return { kind: "wrong", problem: error.message };
    const problem = argumentProblem(error);
    if (problem === undefined) throw error;
    return { kind: "wrong", problem };
  }
}

class Misuse extends Error {}

/** The message of `parseArgs` about invalid arguments. */
function argumentProblem(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("code" in error) || !("message" in error)) return undefined;
  return String(error.code).startsWith("ERR_PARSE_ARGS") ? String(error.message) : undefined;
}

function read(args: readonly string[]): Command {
  const { values } = parseArgs({ args: [...args], options: optionTypes });
  if (values.help) return { kind: "help" };
  const checks = selectChecks(suite, values.only ?? []);
  if (values.list) return { kind: "list", checks };
  if (checks.length === 0) throw new Misuse(`no check fits ${(values.only ?? []).join(", ")}; see --list`);

  const { url, domain } = values;
  if (url === undefined || !/^wss?:\/\//.test(url)) throw new Misuse("--url: give a ws:// or wss:// address");
  if (domain === undefined) throw new Misuse("--domain: give the SIP domain of the users");
  const accounts = (values.user ?? []).map(toAccount);
  if (accounts.length === 0) throw new Misuse("--user: give at least one, three for all checks");

  const target: RunOptions["target"] = {
    url,
    domain,
    headers: Object.fromEntries((values.header ?? []).map(toHeader)),
    isInsecure: values.insecure ?? false,
    timeoutMs: toNumber("--timeout", values.timeout ?? "5000"),
    ...(values.redirect !== undefined && { redirect: toAccount(values.redirect) }),
    ...(values.group !== undefined && { group: toGroup(values.group) }),
    ...(values.forwarding !== undefined && { forwarding: toForwarding(values.forwarding) }),
  };
  return {
    kind: "run",
    options: {
      target,
      accounts,
      checks,
      ...(values.quiet !== undefined && { quietMs: toNumber("--quiet", values.quiet) }),
      isSlow: values.slow ?? false,
      parallel: toNumber("--parallel", values.parallel ?? "4"),
      waived: Object.fromEntries((values.waive ?? []).map(toWaiver)),
    },
  };
}

/** Those that fit one of the patterns; all without a pattern. */
export function selectChecks(checks: readonly Check[], patterns: readonly string[]): readonly Check[] {
  if (patterns.length === 0) return checks;
  const wanted = patterns.map((pattern) => {
    const parts = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
    return new RegExp(parts.join(".*"), "i");
  });
  return checks.filter(({ id, level, section, title }) => {
    return wanted.some((pattern) => [id, level, section, title].some((text) => pattern.test(text)));
  });
}

function toAccount(text: string): Account {
  const colon = text.indexOf(":");
  if (colon < 1) throw new Misuse(`${text}: give NAME:PASSWORD`);
  return { user: text.slice(0, colon), password: text.slice(colon + 1) };
}

function toGroup(text: string): NonNullable<RunOptions["target"]["group"]> {
  const [user, [one, other, ...more]] = toNamed(text);
  if (one === undefined || other === undefined || more.length > 0)
    throw new Misuse(`--group ${text}: give two members`);
  return { user, members: [one, other] };
}

function toForwarding(text: string): NonNullable<RunOptions["target"]["forwarding"]> {
  const [user, [to, ...more]] = toNamed(text);
  if (to === undefined || more.length > 0) throw new Misuse(`--forwarding ${text}: give one target`);
  return { user, to };
}

/** `team=erin:secret,frank:secret` */
function toNamed(text: string): readonly [user: string, accounts: readonly Account[]] {
  const [, user = "", accounts = ""] = /^([^=:,]+)=(.+)$/.exec(text) ?? [];
  return [user, accounts === "" ? [] : accounts.split(",").map(toAccount)];
}

function toHeader(text: string): [string, string] {
  const colon = text.indexOf(":");
  if (colon < 1) throw new Misuse(`--header ${text}: give "Name: value"`);
  return [text.slice(0, colon).trim(), text.slice(colon + 1).trim()];
}

function toWaiver(text: string): [string, string] {
  const [id = "", ...reason] = text.split("=");
  if (!suite.some((check) => check.id === id)) throw new Misuse(`--waive ${text}: there is no check ${id}; see --list`);
  return [id, reason.join("=") || "known"];
}

function toNumber(name: string, text: string): number {
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new Misuse(`${name} ${text}: give a whole number above 0`);
  return Number(text);
}
