// `npm run phone`: writes the phone page with its settings into a folder, for a web server of one's own.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { contentSecurityPolicy, otherHeaders } from "../lib/phone/headers.ts";
import { configFile, pageFiles } from "../lib/phone/page-files.ts";
import type { IssuerSignIn, PhoneConfig } from "../lib/phone/phone-config.ts";

const usage = `Writes the phone page as static files, and prints the headers that its server has to send.

Usage: npm run phone -- --ws URL --domain NAME [options]

  --ws URL         the WebSocket of the deployment, wss://…
  --domain NAME    its SIP domain
  --out FOLDER     where to; default: phone
  --issuer URL     sign-in by the login page of this issuer …
  --client ID      … with this public client, whose redirect URI is the URL of the page
  --claim NAME     claim that holds the SIP user; default: preferred_username
  --token KIND     the token that the server takes, access or id; default: access
  --where PLACE    where the server asks for it, connect or register; default: connect
  --scope SCOPE    default: openid
  --resource URI   audience of the token (RFC 8707)
  --no-log         without the panel of SIP messages
`;

const options = {
  ws: { type: "string" },
  domain: { type: "string" },
  out: { type: "string", default: "phone" },
  issuer: { type: "string" },
  client: { type: "string" },
  claim: { type: "string" },
  token: { type: "string" },
  where: { type: "string" },
  scope: { type: "string" },
  resource: { type: "string" },
  log: { type: "boolean", default: true },
  help: { type: "boolean", short: "h" },
} as const;

function parse() {
  return parseArgs({ options, allowNegative: true }).values;
}

/** Throws a TypeError that names the wrong option. */
function configOf({
  ws,
  domain,
  log,
  issuer,
  client,
  claim,
  token,
  where,
  scope,
  resource,
}: ReturnType<typeof parse>): PhoneConfig {
  if (ws === undefined || !/^wss?:/.test(ws)) throw new TypeError("--ws is missing: the URL of the WebSocket, wss://…");
  if (domain === undefined) throw new TypeError("--domain is missing: the SIP domain of the deployment");
  if ((issuer === undefined) !== (client === undefined)) throw new TypeError("--issuer and --client belong together");
  if (token !== undefined && token !== "access" && token !== "id") throw new TypeError("--token is access or id");
  if (where !== undefined && where !== "connect" && where !== "register")
    throw new TypeError("--where is connect or register");
  const signIn: IssuerSignIn | false = issuer !== undefined &&
    client !== undefined && {
      issuer,
      clientId: client,
      ...(claim !== undefined && { claim }),
      ...(token !== undefined && { token }),
      ...(where !== undefined && { where }),
      ...(scope !== undefined && { scope }),
      ...(resource !== undefined && { parameters: { resource } }),
    };
  return { ws, domain, log, ...(signIn && { signIn }) };
}

function write(folder: string, config: PhoneConfig): void {
  mkdirSync(folder, { recursive: true });
  for (const { name, body } of [...pageFiles(), configFile(config)]) writeFileSync(join(folder, name), body);
  const headers = { "Content-Security-Policy": contentSecurityPolicy(config.ws, config.signIn), ...otherHeaders };
  process.stdout.write(`Written to ${folder}. Serve it by https with these headers:\n\n`);
  for (const [name, value] of Object.entries(headers)) process.stdout.write(`${name}: ${value}\n`);
  process.stdout.write("\nThe deployment must let in its origin: allowedOrigins, or -c origins=…\n");
}

try {
  const given = parse();
  if (given.help) process.stdout.write(usage);
  else write(given.out, configOf(given));
} catch (error) {
  if (!(error instanceof TypeError)) throw error;
  process.stderr.write(`${error.message}\n\n${usage}`);
  process.exitCode = 2;
}
