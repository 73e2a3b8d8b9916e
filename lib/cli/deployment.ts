// The deployment that a command works on: a stack on AWS, or the local cloud of this machine.
import { type AlarmFacts, readAlarms } from "../aws/client/alarms.ts";
import { type Connections, openConnections } from "../aws/client/api-gateway.ts";
import { type Concurrency, readConcurrency } from "../aws/client/concurrency.ts";
import { type DynamoDBClient, leanDynamoDb } from "../aws/client/dynamodb.ts";
import { type FoundLine, MOST_LINES, queryLog } from "../aws/client/log-query.ts";
import { openSecrets } from "../aws/client/secrets-manager.ts";
import { openQueues } from "../aws/client/sqs.ts";
import { readStack, type StackFacts } from "../aws/client/stack.ts";
import { type LogLine, readLine } from "../operations/line.ts";
import { CommandError } from "./command-error.ts";
import { findLocalCloud, followLocalLog, localLog, type LogSearch } from "./local-cloud-client.ts";
import { pollLog } from "./poll-log.ts";

type TableName = "subscribers" | "registrations" | "transactions" | "flows" | "messages";

export interface Deployment {
  /** For messages: `stack SipStack in eu-central-1`. */
  readonly name: string;
  /** URL of the WebSocket. */
  readonly url: string;
  /** Served domains; the first is that of users without one. */
  readonly domains: readonly string[];
  readonly tables: Readonly<Record<TableName, string>>;
  /** Undefined for a deployment that does not say it. */
  readonly calls: "tracked" | "stateless" | undefined;
  /** Table of the call records, where the deployment has one. */
  readonly callsTable: string | undefined;
  readonly db: DynamoDBClient;
  connections(): Connections;
  /** Gives an order to the functions, as the body of a due timer. */
  wake(order: string): Promise<void>;
  /** Oldest first. */
  log(search: LogSearch): Promise<readonly LogLine[]>;
  /** Lines as they are written, until the signal aborts. @param from epoch milliseconds; default now */
  follow(signal: AbortSignal, from?: number): AsyncIterable<LogLine>;
  /** Text of the secret that signs tickets. */
  signingSecret(): Promise<string>;
  /** Undefined for the local cloud. */
  readonly account?: Account;
}

/** Facts about the AWS account. */
export interface Account {
  concurrency(): Promise<Concurrency>;
  /** Those of the stack. */
  alarms(): Promise<readonly AlarmFacts[]>;
}

export interface Where {
  readonly local?: string | true;
  readonly stack?: string;
  readonly region?: string;
  /** Domains, for a stack without the output `Domain`. */
  readonly domain?: string;
}

/** The default name of the app's stack. */
const DEFAULT_STACK = "SipStack";
const DEFAULT_LOCAL = "http://localhost:8080";

export function findDeployment({ local, stack, region, domain }: Where): Promise<Deployment> {
  if (local !== undefined && (stack !== undefined || region !== undefined)) {
    throw new CommandError("Give either --local or --stack and --region.", 2);
  }
  return local === undefined
    ? onAws(stack ?? DEFAULT_STACK, region, domain)
    : onThisMachine(local === true ? DEFAULT_LOCAL : local);
}

async function onThisMachine(url: string): Promise<Deployment> {
  const { ws, region, credentials, endpoints, outputs } = await findLocalCloud(url);
  const client = { region, credentials };
  return {
    ...fromOutputs(outputs),
    name: `the local cloud at ${url}`,
    url: ws,
    db: leanDynamoDb({ ...client, endpoint: endpoints.dynamodb }),
    connections: () => openConnections(endpoints.apigatewaymanagementapi, client),
    wake: (order) => openQueues({ ...client, endpoint: endpoints.sqs })(queueIn(outputs), order, 0),
    log: async (search) => toLines(await localLog(url, search)).filter((line) => isWanted(line, search)),
    async *follow(signal, from = Date.now()) {
      for await (const found of followLocalLog(url, signal, from)) yield* toLines([found]);
    },
    signingSecret: () => openSecrets({ ...client, endpoint: endpoints.secretsmanager })(secretIn(outputs)),
  };
}

async function onAws(stack: string, wanted: string | undefined, domain: string | undefined): Promise<Deployment> {
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
    connections: () => openConnections(callbackUrl(facts, apiId), { region }),
    wake: (order) => openQueues({ region })(queueIn(outputs), order, 0),
    log,
    follow: (signal, from = Date.now()) =>
      pollLog({ read: (since) => log({ from: since }), most: MOST_LINES }, signal, from),
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
  const named = ["Subscribers", "Registrations", "Transactions", "Flows", "Messages"].map(table);
  const [subscribers, registrations, transactions, flows, messages] = named;
  return {
    ...(subscribers !== undefined && { SubscribersTable: subscribers }),
    ...(registrations !== undefined && { RegistrationsTable: registrations }),
    ...(transactions !== undefined && { TransactionsTable: transactions }),
    ...(messages !== undefined && { MessagesTable: messages }),
    ...(flows !== undefined && { FlowsTable: flows }),
    ...(apiId !== undefined && { Url: `wss://${apiId}.execute-api.${region}.amazonaws.com/sip` }),
  };
}

/** The default endpoint: calls to `@connections` do not go through a custom domain. */
function callbackUrl({ region }: StackFacts, apiId: string | undefined): string {
  if (apiId === undefined) throw new CommandError("The stack has no WebSocket API.");
  return `https://${apiId}.execute-api.${region}.amazonaws.com/sip`;
}

function fromOutputs(
  outputs: Readonly<Record<string, string>>,
): Pick<Deployment, "domains" | "tables" | "calls" | "callsTable"> {
  const [domains, subscribers, registrations] = ["Domain", "SubscribersTable", "RegistrationsTable"].map((name) => {
    const value = outputs[name];
    if (value !== undefined) return value;
    if (name === "Domain") throw new CommandError("The stack has no output Domain. Give --domain example.com.", 2);
    throw new CommandError(`The stack has no table for ${name}: is it one of sip-serverless?`);
  });
  return {
    domains: domains?.split(",") ?? [],
    calls: callsIn(outputs),
    callsTable: outputs["CallsTable"],
    tables: {
      subscribers: subscribers ?? "",
      registrations: registrations ?? "",
      transactions: outputs["TransactionsTable"] ?? "",
      messages: outputs["MessagesTable"] ?? "",
      flows: outputs["FlowsTable"] ?? "",
    },
  };
}

function callsIn({ Calls: calls }: Readonly<Record<string, string>>): Deployment["calls"] {
  return calls === "tracked" || calls === "stateless" ? calls : undefined;
}

function queueIn({ TimerQueueUrl: url }: Readonly<Record<string, string>>): string {
  if (url === undefined) throw new CommandError("The stack has no output TimerQueueUrl with the URL of its queue.");
  return url;
}

function secretIn({ SigningSecretArn: arn }: Readonly<Record<string, string>>): string {
  if (arn === undefined) throw new CommandError("The stack has no output SigningSecretArn with its signing secret.");
  return arn;
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

/** As `insightsQuery` of lib/aws/client/log-query.ts has it. */
function isWanted(line: LogLine, { until = Infinity, callId, method, flow }: LogSearch): boolean {
  return (
    line.at <= until &&
    (callId === undefined || line.callId === callId || line.replaces === callId) &&
    (method === undefined || line.method === method) &&
    (flow === undefined || line.flow === flow)
  );
}

function toLines(found: readonly FoundLine[]): readonly LogLine[] {
  return found.map(({ at, text }) => readLine(at, text)).filter((line) => line !== undefined);
}
