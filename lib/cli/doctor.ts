// `doctor`: tries the deployment as a phone would, and says what to do about each fault.
import { WebSocket } from "ws";
import { scanTable } from "../aws/client/dynamodb-scan.ts";
import type { Deployment } from "./deployment.ts";
import { CommandError } from "./command-error.ts";
import { type Output, printRows } from "./output.ts";

interface Finding {
  readonly check: string;
  readonly isFine: boolean;
  readonly found: string;
  /** The remedy of a fault. */
  readonly remedy?: string;
}

/** Rejects with exit code 1 if a check fails. */
export async function doctor(deployment: Deployment, output: Output): Promise<void> {
  const checks = [subprotocol, withoutSubprotocol, foreignPage, challenge, tables, logs];
  const findings: Finding[] = [];
  for (const check of checks) findings.push(await check(deployment));
  const columns = [
    ["CHECK", ({ check }: Finding) => check],
    ["", ({ isFine }: Finding) => (isFine ? "ok" : "FAULT")],
    ["FOUND", ({ found }: Finding) => found],
    ["WHAT TO DO", ({ remedy }: Finding) => remedy ?? ""],
  ] as const;
  printRows(output, findings, columns, "");
  const faults = findings.filter(({ isFine }) => !isFine).length;
  if (faults > 0) throw new CommandError(`${faults} of ${findings.length} checks failed on ${deployment.name}.`);
}

/** Seconds after which a connection or an answer counts as missing. */
const PATIENCE_MILLISECONDS = 10_000;

/** The status of a handshake; 101 with the subprotocol that was chosen. */
function knock(
  url: string,
  protocols: readonly string[],
  origin?: string,
): Promise<{ status: number; protocol: string }> {
  return new Promise((resolve) => {
    const socket = new WebSocket(url, [...protocols], {
      handshakeTimeout: PATIENCE_MILLISECONDS,
      ...(origin !== undefined && { origin }),
    });
    const end = (status: number) => {
      const { protocol } = socket;
      socket.on("error", () => undefined).terminate();
      resolve({ status, protocol });
    };
    socket.on("unexpected-response", (_request, { statusCode = 0 }) => end(statusCode));
    socket.on("open", () => end(101));
    socket.on("error", () => end(0));
  });
}

async function subprotocol({ url }: Deployment): Promise<Finding> {
  const { status, protocol } = await knock(url, ["sip"]);
  const check = "a phone connects";
  if (status === 101 && protocol === "sip") return { check, isFine: true, found: "101, subprotocol sip" };
  const isGuarded = status === 401 || status === 403;
  if (isGuarded) return { check, isFine: true, found: `${status}: connections need a token` };
  const remedy =
    status === 0 ? "See whether the URL resolves and port 443 is open" : "See the log of connect and authorize";
  return { check, isFine: false, found: status === 0 ? `${url} does not answer` : `status ${status}`, remedy };
}

async function withoutSubprotocol({ url }: Deployment): Promise<Finding> {
  const { status } = await knock(url, []);
  const check = "a client without the subprotocol is refused";
  return status === 400 || status === 401
    ? { check, isFine: true, found: String(status) }
    : {
        check,
        isFine: false,
        found: `status ${status}`,
        remedy: "Deploy again: the route $connect is not that of this version",
      };
}

async function foreignPage({ url }: Deployment): Promise<Finding> {
  const { status } = await knock(url, ["sip"], "https://doctor.invalid");
  const check = "a page of another origin is refused";
  return status === 403 || status === 401
    ? { check, isFine: true, found: String(status) }
    : {
        check,
        isFine: false,
        found: `status ${status}`,
        remedy: 'allowedOrigins is "*": name the pages that may connect',
      };
}

async function challenge({ url, domains: [domain = ""] }: Deployment): Promise<Finding> {
  const check = "a REGISTER is challenged, SHA-256 before MD5";
  const startedAt = Date.now();
  const response = await ask(url, registerFor(domain));
  if (response === undefined) return { check, isFine: true, found: "not tried: connections need a token" };
  const algorithms = [...response.matchAll(/^WWW-Authenticate:.*algorithm=([\w-]+)/gim)].map(([, name = ""]) => name);
  const status = /^SIP\/2\.0 (\d{3})/.exec(response)?.[1] ?? "no answer";
  const found = `${status} in ${Date.now() - startedAt} ms${algorithms.length > 0 ? `, ${algorithms.join(" then ")}` : ""}`;
  const isFine = status === "401" && algorithms.indexOf("MD5") !== 0;
  if (isFine) return { check, isFine, found };
  const remedy =
    status === "401"
      ? "Known clients take the first digest they know: offer SHA-256 first"
      : "Look for lines of level ERROR in the log of default";
  return { check, isFine, found, remedy };
}

function registerFor(domain: string): string {
  const id = Date.now().toString(36);
  return [
    `REGISTER sip:${domain} SIP/2.0`,
    `Via: SIP/2.0/WSS doctor.invalid;branch=z9hG4bK${id}`,
    "Max-Forwards: 70",
    `To: <sip:doctor@${domain}>`,
    `From: <sip:doctor@${domain}>;tag=${id}`,
    `Call-ID: doctor-${id}`,
    "CSeq: 1 REGISTER",
    "Contact: <sip:doctor@doctor.invalid;transport=ws>",
    "Expires: 60",
    "Content-Length: 0",
    "",
    "",
  ].join("\r\n");
}

/** The answer to one message; empty without one, undefined if the connection is refused. */
function ask(url: string, text: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = new WebSocket(url, ["sip"], { handshakeTimeout: PATIENCE_MILLISECONDS });
    const end = (answer: string | undefined) => {
      clearTimeout(patience);
      socket.on("error", () => undefined).terminate();
      resolve(answer);
    };
    const patience = setTimeout(() => end(""), PATIENCE_MILLISECONDS);
    socket.on("open", () => socket.send(text));
    socket.on("message", (data) => end(Buffer.isBuffer(data) ? data.toString("utf8") : ""));
    socket.on("unexpected-response", () => end(undefined));
    socket.on("error", () => end(undefined));
  });
}

async function tables({ db, tables: { subscribers } }: Deployment): Promise<Finding> {
  const check = "there are users";
  try {
    for await (const _row of scanTable(db, subscribers)) return { check, isFine: true, found: "the table can be read" };
    return {
      check,
      isFine: false,
      found: "the table is empty",
      remedy: "users add NAME; where all users have tokens this is right",
    };
  } catch (error) {
    const found = error instanceof Error ? error.name : String(error);
    return { check, isFine: false, found, remedy: "Sign in with a role that may read the table" };
  }
}

async function logs(deployment: Deployment): Promise<Finding> {
  const check = "the log of the last hour has no error";
  const lines = await deployment.log({ from: Date.now() - 3_600_000 });
  const errors = lines.filter(({ level }) => level === "ERROR");
  if (errors.length === 0) return { check, isFine: true, found: `${lines.length} lines` };
  return {
    check,
    isFine: false,
    found: `${errors.length} errors, the last: ${errors.at(-1)?.message}`,
    remedy: "Look for level ERROR in the log",
  };
}
