// The local cloud as a deployment.
import { leanDynamoDb } from "../aws/client/dynamodb.ts";
import type { Deployment } from "./deployment.ts";
import { findLocalCloud, followLocalLog, localLog } from "./local-cloud-client.ts";
import { isWanted, toLines } from "./log-search.ts";
import { fromOutputs, pushIn, queueIn, secretIn } from "./outputs.ts";

export async function onThisMachine(url: string): Promise<Deployment> {
  const { ws, region, credentials, endpoints, outputs } = await findLocalCloud(url);
  const client = { region, credentials };
  return {
    ...fromOutputs(outputs),
    name: `the local cloud at ${url}`,
    url: ws,
    db: leanDynamoDb({ ...client, endpoint: endpoints.dynamodb }),
    async connections() {
      const { openConnections } = await import("../aws/client/api-gateway.ts");
      return openConnections(endpoints.apigatewaymanagementapi, client);
    },
    async wake(order) {
      const { openQueues } = await import("../aws/client/sqs.ts");
      await openQueues({ ...client, endpoint: endpoints.sqs })(queueIn(outputs), order, 0);
    },
    log: async (search) => toLines(await localLog(url, search)).filter((line) => isWanted(line, search)),
    async *follow(signal, from = Date.now()) {
      for await (const found of followLocalLog(url, signal, from)) yield* toLines([found]);
    },
    async push() {
      const { openSecrets } = await import("../aws/client/secrets-manager.ts");
      const { secret, ...push } = pushIn(outputs);
      return { secret: await openSecrets({ ...client, endpoint: endpoints.secretsmanager })(secret), ...push };
    },
    async signingSecret() {
      const { openSecrets } = await import("../aws/client/secrets-manager.ts");
      return openSecrets({ ...client, endpoint: endpoints.secretsmanager })(secretIn(outputs));
    },
  };
}
