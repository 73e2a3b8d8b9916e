// The service on the whole local cloud: the bundles of the deployment behind API Gateway, with DynamoDB and SQS.
import { openTables } from "../../../lib/aws/client/dynamodb.ts";
import { putPolicy, putSubscriber } from "../../../lib/aws/dynamodb/subscriber.ts";
import { type LocalCloud, type LocalCloudOptions, startLocalCloud } from "../../../lib/local/local-cloud.ts";
import type { IssuerSignIn } from "../../../lib/phone/phone-config.ts";
import { testAssembly } from "../../support/assembly.ts";
import { addressOf, DOMAIN, type Service, siteOf, users } from "./service.ts";

export interface CloudService extends Service {
  readonly cloud: LocalCloud;
}

export interface CloudServiceOptions extends Partial<LocalCloudOptions> {
  /** The phone page signs in by a login page; otherwise it offers the three users. */
  readonly signIn?: IssuerSignIn;
}

export async function startCloudService({ signIn, ...options }: CloudServiceOptions = {}): Promise<CloudService> {
  const cloud = await startLocalCloud({
    assembly: testAssembly,
    page: await siteOf(signIn),
    environments: { isWarm: false, max: 1 },
    ...options,
  });
  const { http, ws, gateway, region, credentials, endpoints, outputs } = cloud;
  const db = openTables({ region, credentials, endpoint: endpoints.dynamodb });
  const table = outputs["SubscribersTable"] ?? "";
  const add = (user: string) => putSubscriber(db, table, { user, password: user, domain: DOMAIN });
  for (const user of users) await add(user);
  return {
    domain: DOMAIN,
    http,
    ws,
    cloud,
    connections: () => gateway.connections().map(({ id }) => id),
    drop: (connection) => gateway.drop(connection),
    settled: () => cloud.settled(),
    block: (user, callers) => putPolicy(db, table, addressOf(user), { blocked: callers }),
    add,
    ringInTurn: (group, members, groupSeconds) =>
      putPolicy(db, table, addressOf(group), { group: members.map(addressOf), groupOrder: "in-turn", groupSeconds }),
    close: () => cloud.close(),
  };
}
