// The command line of `npm start`.
import { isIP } from "node:net";
import { parseArgs } from "node:util";
import { commandName } from "./command-name.ts";
import { codeOf } from "../system-error.ts";
import { joinNegativeValues } from "./arguments.ts";

export interface CommandOptions {
  readonly port: number;
  /** Address that the page and the WebSocket listen on. */
  readonly host: string;
  /** Serves https and wss, with a certificate of its own. */
  readonly tls: boolean;
  /** Share of the calls to refuse, by part of a table's name or `connections`. */
  readonly throttled: readonly (readonly [target: string, share: number])[];
  /** CSV file with `user,password` lines; the built-in three without it. */
  readonly subscribers?: string;
  readonly domain: string;
  /** Origins of further pages that may connect, beside those of this machine. */
  readonly origins: readonly string[];
  readonly data?: string;
  readonly jitterMs: number;
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly readyFile?: string;
  readonly callId?: string;
  readonly turn?: TurnOptions;
  readonly http?: HttpOptions;
  /** Closed pages are woken by push; how their push services reach the operator. */
  readonly push?: string;
}

/** Addresses that are answered over HTTP. */
export interface HttpOptions {
  /** Hosts of the endpoints, separated by commas. */
  readonly hosts: string;
  /** Bearer token, as the secret `http`. */
  readonly token?: string;
  /** File with certificates in PEM: the endpoints may then be on this machine. */
  readonly certificates?: string;
}

/** TURN servers and the secret that they share with the deployment. */
export interface TurnOptions {
  readonly urls: string;
  readonly secret: string;
}

export type Parsed =
  | { readonly kind: "run"; readonly options: CommandOptions }
  | { readonly kind: "help" }
  /** The problem and the remedy. */
  | { readonly kind: "wrong"; readonly problem: string };

export const usage = `Runs the whole deployment on this machine: ${commandName("start")} [options]

  --port N            port of the phone page and of the WebSocket (default 8080; 0 takes any free one)
  --host ADDRESS      address to listen on (default 127.0.0.1; 0.0.0.0 takes calls from other machines)
  --tls               https and wss with a certificate of its own, which browsers want on other machines
  --subscribers FILE  CSV file, one "user,password" per line (default: alice, bob and carol)
  --domain D          SIP domain (default localhost)
  --origins LIST      pages that may connect beside those of this machine: http://192.168.1.5:8080,… or "*" for any
  --data DIR          keep subscribers and registrations here between runs (default: in memory)
  --jitter MS         hold back every invocation and every post by a random time up to this (default 0)
  --throttle LIST     refuse calls as AWS does under load: NAME or NAME=SHARE,… a table's name or "connections"
  --ready-file FILE   write one JSON object here as soon as it serves: ws, domain, phone, pids, endpoints
  --call-id ID        of the functions' logs, show only lines of this Call-ID
  --turn URL[,URL]    TURN servers that phones get credentials for, such as turn:127.0.0.1:3478
  --turn-secret TEXT  their secret: coturn's static-auth-secret
  --http-hosts LIST   hosts of endpoints that answer calls over HTTP: whip.example.com,localhost:8443
  --http-token TEXT   their bearer token, which policies call --http-secret http
  --http-certificates FILE  certificates (PEM) of endpoints on this machine, which are refused without it
  --push CONTACT      wake closed pages by push services, which need mailto:you@example.com to reach you
  --quiet             print errors only
  --verbose           print also what Lambda itself logs about invocations
  --help              print this
`;

/** Reads the arguments after the script's name. */
export function parseOptions(args: readonly string[]): Parsed {
  const values = readArguments(args);
  if (typeof values === "string") return wrong(values);
  if (values.help) return { kind: "help" };

  const port = wholeNumber(values.port, 8080, 65_535);
  if (port === undefined) return wrong(`--port ${values.port}: give a number from 0 to 65535.`);
  const jitterMs = wholeNumber(values.jitter, 0, 60_000);
  if (jitterMs === undefined) return wrong(`--jitter ${values.jitter}: give milliseconds, 0 to 60000.`);
  const { host = "127.0.0.1", tls = false } = values;
  if (isIP(host) === 0 && host !== "localhost") {
    return wrong(`--host ${host}: give an address of this machine, such as 0.0.0.0.`);
  }
  const throttled = throttledIn(values.throttle);
  if (typeof throttled === "string") return wrong(throttled);
  const domain = (values.domain ?? "localhost").toLowerCase();
  if (!HOST_NAME.test(domain) || domain.length > 253)
    return wrong(`--domain ${values.domain}: give a host name, such as example.com.`);

  const turn = turnOf(values);
  if (typeof turn === "string") return wrong(turn);
  const http = httpOf(values);
  if (typeof http === "string") return wrong(http);

  const { push } = values;
  if (push !== undefined && !/^(?:mailto:.+@.+|https:\/\/.+)$/.test(push))
    return wrong(`--push ${push}: give a way to reach you, such as mailto:you@example.com.`);

  const origins = values.origins?.split(",").map((origin) => origin.trim()) ?? [];
  const { subscribers, data, quiet = false, verbose = false } = values;
  const { "ready-file": readyFile, "call-id": callId } = values;
  const files = { ...(subscribers && { subscribers }), ...(data && { data }), ...(readyFile && { readyFile }) };
  const rest = {
    ...files,
    ...(callId && { callId }),
    ...(turn && { turn }),
    ...(http && { http }),
    ...(push && { push }),
  };
  return { kind: "run", options: { port, host, tls, throttled, domain, origins, jitterMs, quiet, verbose, ...rest } };
}

/** The flags as text, or the problem with them. */
function readArguments(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...joinNegativeValues(args)],
      options: {
        port: { type: "string" },
        host: { type: "string" },
        tls: { type: "boolean" },
        throttle: { type: "string" },
        subscribers: { type: "string" },
        domain: { type: "string" },
        origins: { type: "string" },
        data: { type: "string" },
        jitter: { type: "string" },
        "ready-file": { type: "string" },
        "call-id": { type: "string" },
        turn: { type: "string" },
        "turn-secret": { type: "string" },
        "http-hosts": { type: "string" },
        "http-token": { type: "string" },
        "http-certificates": { type: "string" },
        push: { type: "string" },
        quiet: { type: "boolean" },
        verbose: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    });
    const empty = Object.entries(values).find(([, value]) => value === "");
    return empty === undefined ? values : `--${empty[0]} needs a value.`;
  } catch (error) {
    if (!codeOf(error).startsWith("ERR_PARSE_ARGS")) throw error;
    return `${
      String(error)
        .replace(/^[^:]*: /, "")
        .split(/\.\s/)[0]
    }.`; // the rest is advice for programmers
  }
}

function wrong(problem: string): Parsed {
  return { kind: "wrong", problem: `${problem} See: ${commandName("start")} --help` };
}

function wholeNumber(text: string | undefined, otherwise: number, max: number): number | undefined {
  if (text === undefined) return otherwise;
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return value <= max ? value : undefined;
}

/** The TURN servers, undefined without any, or a problem. The deployment checks the addresses further. */
function turnOf(values: { readonly turn?: string; readonly "turn-secret"?: string }): TurnOptions | string | undefined {
  const { turn: urls, "turn-secret": secret } = values;
  if (urls === undefined && secret === undefined) return undefined;
  if (secret === undefined) return "--turn needs --turn-secret, the static-auth-secret of coturn.";
  if (urls === undefined) return "--turn-secret needs --turn: the address of the server, such as turn:127.0.0.1:3478.";
  const odd = urls.split(",").find((url) => !/^(?:turns?|stuns?):[^\s/]+$/i.test(url.trim()));
  if (odd !== undefined) return `--turn ${odd}: give turn:host:port, several separated by commas.`;
  return { urls, secret };
}

/** The deployment checks the hosts further. */
function httpOf(values: {
  readonly "http-hosts"?: string;
  readonly "http-token"?: string;
  readonly "http-certificates"?: string;
}): HttpOptions | string | undefined {
  const { "http-hosts": hosts, "http-token": token, "http-certificates": certificates } = values;
  if (hosts !== undefined) return { hosts, ...(token && { token }), ...(certificates && { certificates }) };
  if (token === undefined && certificates === undefined) return undefined;
  return "--http-token and --http-certificates need --http-hosts: the hosts of the endpoints, such as localhost:8443.";
}

/** `Registrations,connections=0.5` */
function throttledIn(list: string | undefined): CommandOptions["throttled"] | string {
  if (list === undefined) return [];
  const pairs = list.split(",").map((entry) => {
    const [target = "", share = "1", ...rest] = entry.split("=");
    return [target.trim(), rest.length > 0 || share.trim() === "" ? Number.NaN : Number(share)] as const;
  });
  const isWrong = pairs.some(([target, share]) => target === "" || !(share >= 0 && share <= 1));
  return isWrong ? `--throttle ${list}: give NAME or NAME=SHARE, the share from 0 to 1.` : pairs;
}

const HOST_NAME = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/;
