// The whole local cloud with three people in it, and the pages of the browser tests.
import { openTables } from "../../../lib/aws/client/dynamodb.ts";
import { putSubscriber } from "../../../lib/aws/dynamodb/subscribers.ts";
import { type LocalCloud, type LocalCloudOptions, startLocalCloud } from "../../../lib/local/local-cloud.ts";
import { testAssembly } from "../../support/assembly.ts";
import { createSite } from "./site.ts";

export interface Service {
  readonly domain: string;
  /** Where the pages are. */
  readonly http: string;
  /** Where SIP is spoken. */
  readonly ws: string;
  readonly cloud: LocalCloud;
  close(): Promise<void>;
}

const DOMAIN = "example.com";
/** Their passwords are their names. */
const people = ["alice", "bob", "carol"].map((user) => ({ user, password: user }));

/** Runs the deployment; `alice`, `bob` and `carol` may sign in. */
export async function startService(options: Partial<LocalCloudOptions> = {}): Promise<Service> {
  const site = await createSite({ ws: "/sip", domain: DOMAIN, subscribers: people });
  const cloud = await startLocalCloud({ assembly: testAssembly, page: site, ...options });
  await enroll(cloud);
  const { http, ws } = cloud;
  return { domain: DOMAIN, http, ws, cloud, close: () => cloud.close() };
}

async function enroll({ region, credentials, endpoints, outputs }: LocalCloud): Promise<void> {
  const db = openTables({ region, credentials, endpoint: endpoints.dynamodb });
  for (const person of people) {
    await putSubscriber(db, outputs["SubscribersTable"] ?? "", { ...person, domain: DOMAIN });
  }
}
