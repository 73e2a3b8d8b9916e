// The whole local cloud with three users, and the pages of the browser tests.
import { openTables } from "../../../lib/aws/client/dynamodb.ts";
import { putPolicy, putSubscriber } from "../../../lib/aws/dynamodb/subscriber.ts";
import { type LocalCloud, type LocalCloudOptions, startLocalCloud } from "../../../lib/local/local-cloud.ts";
import type { IssuerSignIn } from "../../../lib/phone/phone-config.ts";
import { testAssembly } from "../../support/assembly.ts";
import { createSite } from "./site.ts";

export interface Service {
  readonly domain: string;
  /** Where the pages are served. */
  readonly http: string;
  /** Where SIP is spoken. */
  readonly ws: string;
  readonly cloud: LocalCloud;
  /** The callers that the user blocks from now on. */
  block(user: string, callers: readonly string[]): Promise<void>;
  /** One more user, whose password is the name. */
  add(user: string): Promise<void>;
  /** A group of users that ring in turn, each for that many seconds. */
  ringInTurn(group: string, members: readonly string[], seconds: number): Promise<void>;
  close(): Promise<void>;
}

export interface ServiceOptions extends Partial<LocalCloudOptions> {
  /** The phone page signs in by a login page; otherwise it offers the three users. */
  readonly signIn?: IssuerSignIn;
}

const DOMAIN = "example.com";
/** Each password is the user's name. */
const people = ["alice", "bob", "carol"].map((user) => ({ user, password: user }));

const addressOf = (user: string) => `sip:${user}@${DOMAIN}`;

/** Runs the deployment; `alice`, `bob` and `carol` may sign in. */
export async function startService({ signIn, ...options }: ServiceOptions = {}): Promise<Service> {
  const page = { ws: "/sip", domain: DOMAIN, ...(signIn ? { signIn } : { subscribers: people }) };
  const environments = { isWarm: false };
  const cloud = await startLocalCloud({
    assembly: testAssembly,
    page: await createSite(page),
    environments,
    ...options,
  });
  const { http, ws, region, credentials, endpoints, outputs } = cloud;
  const db = openTables({ region, credentials, endpoint: endpoints.dynamodb });
  const table = outputs["SubscribersTable"] ?? "";
  for (const person of people) await putSubscriber(db, table, { ...person, domain: DOMAIN });
  return {
    domain: DOMAIN,
    http,
    ws,
    cloud,
    block: (user, callers) => putPolicy(db, table, addressOf(user), { blocked: callers }),
    add: (user) => putSubscriber(db, table, { user, password: user, domain: DOMAIN }),
    ringInTurn: (group, members, groupSeconds) =>
      putPolicy(db, table, addressOf(group), { group: members.map(addressOf), groupOrder: "in-turn", groupSeconds }),
    close: () => cloud.close(),
  };
}
