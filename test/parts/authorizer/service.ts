// The deployment that asks for tokens, on the local cloud, beside a real issuer.
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { createTicket } from "../../../lib/aws/authorizer/ticket.ts";
import type { LocalCloud } from "../../../lib/local/local-cloud.ts";
import type { JWTPayload } from "jose";
import { WebSocket } from "ws";
import { aCloud, closeClouds } from "../local/cloud.ts";
import { aChangedAssembly, anAssembly } from "../../support/assembly.ts";
import { connectPhone, type SocketPhone } from "../../support/phone/socket.ts";
import { audience } from "./audience.ts";
import { anIssuer, type Issuer } from "./issuer.ts";

export const DOMAIN = "example.com";
export const ORIGIN = "https://phone.example.com";

/** Reason of a refused token whose claim names no user. */
export const NOT_A_USER = "claim preferred_username is not a user of this deployment";

/** A JSON Web Token or a part of one. Longer than an identifier of the cloud, which may hold "eyJ" by chance. */
export const TOKEN = /eyJ[\w-]{20}/;

/** Stands in the assembly for the issuer of a test, which is at another port each time. */
const ISSUER = "http://127.0.0.1:1";

export interface Knock {
  /** `token=…`, not escaped; a list of pairs where a name comes twice. */
  readonly query?: Readonly<Record<string, string>> | [name: string, value: string][];
  /** Default: `sip`. */
  readonly offers?: readonly string[];
  readonly origin?: string;
}

export interface GuardedService {
  readonly issuer: Issuer;
  readonly cloud: LocalCloud;
  /** Status of the handshake, and the subprotocol that was chosen. */
  knock(how: Knock): Promise<{ readonly status: number; readonly chosen: string }>;
  /** The reason in the log for a handshake that is refused; rejects if it is not. */
  refusalOf(how: Knock): Promise<unknown>;
  /** Claims of a token that is accepted. */
  claims(): JWTPayload;
  /** A phone that never learnt a password, let in with a token of the issuer. */
  phone(user: string, token?: string): Promise<SocketPhone>;
  /** A phone that connected without a token. */
  stranger(user: string): Promise<SocketPhone>;
  /** The same with a ticket. */
  phoneWithTicket(user: string, ticket: string): Promise<SocketPhone>;
  /** A ticket as a backend makes it, with the secret as it reads it. */
  ticket(user: string, options?: { readonly now?: number; readonly domain?: string }): Promise<string>;
  /** All that were made. */
  readonly tickets: readonly string[];
  /** Every line of the run. */
  log(): string;
  close(): Promise<void>;
}

/** @param settings CDK context beside the usual, such as `claim`, or `where: "register"` for tokens in SIP */
export async function aGuardedService(settings: Readonly<Record<string, string>> = {}): Promise<GuardedService> {
  const issuer = await anIssuer();
  const known = await anAssembly({ domain: DOMAIN, origins: ORIGIN, issuer: ISSUER, audience, ...settings });
  const assembly = aChangedAssembly((template) => template.replaceAll(ISSUER, issuer.url), known);
  const cloud = await aCloud({ assembly });
  const tickets: string[] = [];
  return {
    issuer,
    cloud,
    knock: (how) => knockAt(cloud.ws, how),
    async refusalOf(how) {
      const { status } = await knockAt(cloud.ws, how);
      if (status !== 403) throw new Error(`the handshake was not refused: ${status}`);
      await cloud.settled();
      const line = cloud.logs.findLast(({ text }) => text.includes("handshake refused"));
      return JSON.parse(line?.text ?? "{}").reason;
    },
    claims: () => ({ iss: issuer.url, aud: audience }),
    async phone(user, token) {
      const query = new URLSearchParams({ token: token ?? (await issuer.token(user)) });
      return connectPhone(`${cloud.ws}?${query.toString()}`, { user, domain: DOMAIN, password: "unknown" });
    },
    stranger: (user) => connectPhone(cloud.ws, { user, domain: DOMAIN, password: "unknown" }),
    phoneWithTicket: (user, ticket) =>
      connectPhone(`${cloud.ws}?ticket=${ticket}`, { user, domain: DOMAIN, password: "unknown" }),
    async ticket(user, { now = Date.now() / 1000, domain = DOMAIN } = {}) {
      const { region, credentials, endpoints, outputs } = cloud;
      const secrets = new SecretsManagerClient({ region, credentials, endpoint: endpoints.secretsmanager });
      const command = new GetSecretValueCommand({ SecretId: outputs["SigningSecretArn"] });
      const { SecretString = "" } = await secrets.send(command);
      secrets.destroy();
      const ticket = createTicket(SecretString, `sip:${user}@${domain}`, now);
      tickets.push(ticket);
      return ticket;
    },
    tickets,
    log: () => cloud.logs.map((entry) => JSON.stringify(entry)).join("\n"),
    async close() {
      issuer.close();
      await closeClouds();
    },
  };
}

function knockAt(url: string, { query = {}, offers = ["sip"], origin }: Knock): ReturnType<GuardedService["knock"]> {
  return new Promise((resolve, reject) => {
    const headers = { ...(origin !== undefined && { Origin: origin }) };
    const socket = new WebSocket(`${url}?${new URLSearchParams(query).toString()}`, [...offers], { headers });
    socket.on("unexpected-response", (_request, { statusCode: status = 0 }) => {
      socket.on("error", () => socket.terminate()); // it was never open
      socket.close();
      resolve({ status, chosen: "" });
    });
    socket.on("open", () => {
      socket.close();
      resolve({ status: 101, chosen: socket.protocol });
    });
    socket.on("error", reject);
  });
}
