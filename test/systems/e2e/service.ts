// The deployed service on the local cloud, with subscribers, for the end-to-end tests.
import { openTables } from "../../../lib/aws/client/dynamodb.ts";
import { putSubscriber } from "../../../lib/aws/dynamodb/subscriber.ts";
import type { LocalCloud, LocalCloudOptions } from "../../../lib/local/local-cloud.ts";
import { aCloud } from "../../parts/local/cloud.ts";
import { connectPhone, onlinePhone, type SocketPhone } from "../../support/phone/socket.ts";

export const DOMAIN = "example.com";

/** Each password is the name. */
export const USERS = ["alice", "bob", "carol", "dave", "erin", "frank"] as const;

export interface Service {
  readonly cloud: LocalCloud;
  connect(user: string): Promise<SocketPhone>;
  online(user: string, instance?: string): Promise<SocketPhone>;
}

/** Its timers fire by `advance` of the queues alone, so that its work does not depend on the time that a test takes. */
export async function aCountedService(
  options: Partial<LocalCloudOptions>,
  more: readonly string[] = [],
): Promise<Service> {
  const service = await aService(options, more);
  service.cloud.queues.freeze();
  return service;
}

/** @param more users beside {@link USERS} */
export async function aService(
  options: Partial<LocalCloudOptions> = {},
  more: readonly string[] = [],
): Promise<Service> {
  const cloud = await aCloud(options);
  const { region, credentials, endpoints, outputs, ws } = cloud;
  const db = openTables({ region, credentials, endpoint: endpoints.dynamodb });
  for (const user of [...USERS, ...more]) {
    await putSubscriber(db, outputs["SubscribersTable"] ?? "", { user, password: user, domain: DOMAIN });
  }
  return {
    cloud,
    connect: (user) => connectPhone(ws, { user, domain: DOMAIN }),
    online: (user, instance) => onlinePhone(ws, { user, domain: DOMAIN, ...(instance !== undefined && { instance }) }),
  };
}
