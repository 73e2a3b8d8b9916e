// A deployment on AWS, found by the name of its stack.
import { readAlarms } from "../aws/client/alarms.ts";
import { openConnections } from "../aws/client/api-gateway.ts";
import { readConcurrency } from "../aws/client/concurrency.ts";
import { leanDynamoDb } from "../aws/client/dynamodb.ts";
import { MOST_LINES, queryLog } from "../aws/client/log-query.ts";
import { openSecrets } from "../aws/client/secrets-manager.ts";
import { openQueues } from "../aws/client/sqs.ts";
import { readStack, type StackFacts } from "../aws/client/stack.ts";
import { CommandError } from "./command-error.ts";
import type { Deployment } from "./deployment.ts";
import { type LogSearch, toLines } from "./log-search.ts";
import { fromOutputs, pushIn, queueIn, secretIn } from "./outputs.ts";
import { pollLog } from "./poll-log.ts";

export async function onAws(
  stack: string,
  wanted: string | undefined,
  domain: string | undefined,
): Promise<Deployment> {
  const facts = await readStack(stack, wanted).catch((error: unknown) => {
    throw explained(error, stack);
  });
  const { region, logGroups, apiId } = facts;
  const outputs: Readonly<Record<string, string>> = {
    ...namesIn(facts),
    ...facts.outputs,
    ...(domain !== undefined && { Domain: domain }),
  };
  const log = async (search: LogSearch) =>
    toLines(await queryLog({ logGroups, until: Date.now() + 1000, ...search }, { region }));
  return {
    ...fromOutputs(outputs),
    name: `stack ${stack} in ${region}`,
    url: outputs["Url"] ?? "",
    db: leanDynamoDb({ region }),
    connections: async () => openConnections(callbackUrl(facts, apiId), { region }),
    wake: (order) => openQueues({ region })(queueIn(outputs), order, 0),
    log,
    follow: (signal, from = Date.now()) =>
      pollLog({ read: (since) => log({ from: since }), most: MOST_LINES }, signal, from),
    async push() {
      const { secret, ...push } = pushIn(outputs);
      return { secret: await openSecrets({ region })(secret), ...push };
    },
    signingSecret: () => openSecrets({ region })(secretIn(outputs)),
    account: {
      concurrency: () => readConcurrency({ region }),
      alarms: () => readAlarms(facts.alarms, { region }),
    },
  };
}

/** As the outputs of the app, for an app whose stack has none of them. */
function namesIn({ tables, apiId, region }: StackFacts): Readonly<Record<string, string>> {
  const table = (id: string) => Object.entries(tables).find(([name]) => name.includes(`Tables${id}`))?.[1];
  const named = ["Subscribers", "Registrations", "Transactions", "Flows", "Messages", "Events"].map(table);
  const [subscribers, registrations, transactions, flows, messages, events] = named;
  return {
    ...(subscribers !== undefined && { SubscribersTable: subscribers }),
    ...(registrations !== undefined && { RegistrationsTable: registrations }),
    ...(transactions !== undefined && { TransactionsTable: transactions }),
    ...(messages !== undefined && { MessagesTable: messages }),
    ...(events !== undefined && { EventsTable: events }),
    ...(flows !== undefined && { FlowsTable: flows }),
    ...(apiId !== undefined && { Url: `wss://${apiId}.execute-api.${region}.amazonaws.com/sip` }),
  };
}

/** The default endpoint: calls to `@connections` do not go through a custom domain. */
function callbackUrl({ region }: StackFacts, apiId: string | undefined): string {
  if (apiId === undefined) throw new CommandError("The stack has no WebSocket API.");
  return `https://${apiId}.execute-api.${region}.amazonaws.com/sip`;
}

function explained(error: unknown, stack: string): unknown {
  if (!(error instanceof Error)) return error;
  if (error.name === "ValidationError") {
    return new CommandError(
      `There is no stack ${stack} in this account and Region. Give --stack and --region, or --local.`,
    );
  }
  if (error.name === "CredentialsProviderError") {
    return new CommandError(
      "No AWS credentials. Log in (aws sso login) or set AWS_PROFILE; for the local cloud give --local.",
    );
  }
  if (error.message === "Region is missing") return new CommandError("No Region. Give --region, or set AWS_REGION.");
  return error;
}
