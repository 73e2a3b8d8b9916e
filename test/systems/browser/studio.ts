// A desk whose deployment has addresses that are answered over HTTP by an endpoint on this machine.
import { leanDynamoDb, openTables } from "../../../lib/aws/client/dynamodb.ts";
import { scanTable } from "../../../lib/aws/client/dynamodb-scan.ts";
import { openQueues } from "../../../lib/aws/client/sqs.ts";
import { putPolicy } from "../../../lib/aws/dynamodb/subscriber.ts";
import { toBody } from "../../../lib/aws/sqs/timers.ts";
import { assemblyWith } from "../hostile/limits/assembly.ts";
import { type CloudService, startCloudService } from "./cloud-service.ts";
import { type Desk, openDesk } from "./desk.ts";

export interface Studio extends Desk<CloudService> {
  /** The operator ends every answered call: BYE comes from the side of the endpoint. */
  endCalls(): Promise<void>;
}

/** @param policies by user name */
export async function openStudio(
  { host, certificates }: { readonly host: string; readonly certificates: string },
  policies: Readonly<Record<string, Parameters<typeof putPolicy>[3]>>,
): Promise<Studio> {
  const assembly = assemblyWith({ httpHosts: [host] });
  // A function that waits for the endpoint takes no other message meanwhile, so it needs a second environment.
  const environments = { isWarm: false, max: 2, idleMs: 600_000 };
  const desk = await openDesk(startCloudService({ assembly, httpCertificates: certificates, environments }));
  const { domain, cloud } = desk.service;
  const { region, credentials, endpoints, outputs } = cloud;
  const database = { region, credentials, endpoint: endpoints.dynamodb };
  for (const [user, policy] of Object.entries(policies)) {
    await putPolicy(openTables(database), outputs["SubscribersTable"] ?? "", `sip:${user}@${domain}`, policy);
  }
  return {
    ...desk,
    async endCalls() {
      const send = openQueues({ region, credentials, endpoint: endpoints.sqs });
      for await (const { id, call } of scanTable(leanDynamoDb(database), outputs["TransactionsTable"] ?? "")) {
        const order = toBody({ kind: "call", call: String(id), why: "operator" }); // of no effect on calls that are over
        if (call !== undefined) await send(outputs["TimerQueueUrl"] ?? "", order, 0);
      }
      await cloud.settled();
    },
  };
}
