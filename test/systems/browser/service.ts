// The server of the browser tests, with three users and the pages: `memory-service.ts` for tests of pages and of the protocol,
// `cloud-service.ts` for tests of the deployment.
import type { RequestListener } from "node:http";
import type { IssuerSignIn } from "../../../lib/phone/phone-config.ts";
import { createSite } from "./site.ts";

export interface Service {
  readonly domain: string;
  /** Where the pages are served. */
  readonly http: string;
  /** Where SIP is spoken. */
  readonly ws: string;
  /** Open connections, oldest first. */
  connections(): readonly string[];
  /** Cuts a connection without a close frame; false if there is no such one. */
  drop(connection: string): boolean;
  /** Resolves when the server does nothing. */
  settled(): Promise<void>;
  /** The callers that the user blocks from now on. */
  block(user: string, callers: readonly string[]): Promise<void>;
  /** One more user, whose password is the name. */
  add(user: string): Promise<void>;
  /** A group of users that ring in turn, each for that many seconds. */
  ringInTurn(group: string, members: readonly string[], seconds: number): Promise<void>;
  close(): Promise<void>;
}

export const DOMAIN = "example.com";
/** They may sign in. Each password is the user's name. */
export const users: readonly string[] = ["alice", "bob", "carol"];

export const addressOf = (user: string) => `sip:${user}@${DOMAIN}`;

/** The pages; the phone page signs in by a login page, or offers the three users. */
export function siteOf(signIn?: IssuerSignIn): Promise<RequestListener> {
  const subscribers = users.map((user) => ({ user, password: user }));
  return createSite({ ws: "/sip", domain: DOMAIN, ...(signIn ? { signIn } : { subscribers }) });
}
