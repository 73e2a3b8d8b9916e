// The whole cloud on one screen: reads a synthesized stack and runs it in this process.
import type { RequestListener } from "node:http";
import { join } from "node:path";
import { readDeployment } from "./assembly/read-deployment.ts";
import { importedSecret } from "./assembly/secrets.ts";
import { readTemplate } from "./assembly/template.ts";
import { createAwsEndpoint } from "./aws-endpoint.ts";
import { lockData } from "./data-lock.ts";
import { openDatabase } from "./services/dynamodb/database.ts";
import { createDynamoDbApi, createTables } from "./services/dynamodb/dynamodb-api.ts";
import { createGateway, type Gateway } from "./services/api-gateway/gateway.ts";
import { createIntegrations } from "./services/api-gateway/integration.ts";
import { defaultLimits, type GatewayLimits } from "./services/api-gateway/limits.ts";
import { createManagementApi } from "./services/api-gateway/management-api.ts";
import { listenLocally } from "./http-server.ts";
import { callerOf, type Credentials, operator, operatorCredentials } from "./iam/credentials.ts";
import { createFunction } from "./lambda/function.ts";
import { type Endpoints, endpointsAt, variablesOf } from "./lambda/variables.ts";
import { createLog, type LogEntry, type LogSink } from "./log.ts";
import { createMeter, type Meter } from "./meter.ts";
import { createRotate } from "./services/secrets-manager/rotation.ts";
import { createSecretsApi } from "./services/secrets-manager/secrets-api.ts";
import { startEventSource } from "./services/sqs/event-source.ts";
import { createQueues, type LocalQueues } from "./services/sqs/queues.ts";
import { createSqsApi } from "./services/sqs/sqs-api.ts";

export interface LocalCloudOptions {
  /** Folder of the cloud assembly, `cdk.out`. */
  readonly assembly: string;
  /** Port of the gateway and the page; 0, the default, takes any. */
  readonly port?: number;
  /** Keeps tables and secrets here; in memory without it. */
  readonly dataDir?: string;
  /** Secrets that are in the account already, which the stack refers to by name: name to value. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** Each invocation and each post is held back by a random time up to this. */
  readonly jitterMs?: number;
  readonly limits?: Partial<GatewayLimits>;
  readonly environments?: {
    /** Environments of one function at the same time; default 4. */
    readonly max?: number;
    /** What is idle for longer is let go, all but one; default one minute. */
    readonly idleMs?: number;
  };
  /** Answers what is no WebSocket upgrade on the gateway's port. */
  readonly page?: RequestListener;
  /** Gets every line as it is written. */
  readonly log?: LogSink;
  /** 0 to 1; the source of jitter and of lost `$disconnect` events. */
  readonly random?: () => number;
}

export interface LocalCloud {
  /** What clients connect to, `ws://127.0.0.1:8080/sip`. */
  readonly ws: string;
  /** Gateway and page, `http://127.0.0.1:8080/`. */
  readonly http: string;
  readonly region: string;
  readonly endpoints: Endpoints;
  /** A key for these endpoints that may do everything. */
  readonly credentials: Credentials;
  /** Outputs of the stack, with addresses of this machine. */
  readonly outputs: Readonly<Record<string, string>>;
  /** Logical id to name. */
  readonly tables: Readonly<Record<string, string>>;
  readonly meter: Meter;
  readonly queues: LocalQueues;
  readonly gateway: Gateway;
  readonly logs: readonly LogEntry[];
  /** Resolves when nothing is being invoked and no queue has anything due; rejects after `timeoutMs` (5 s). */
  settled(timeoutMs?: number): Promise<void>;
  /** Ends connections, functions and servers; leaves nothing open. */
  close(): Promise<void>;
}

/**
 * Starts the cloud. Rejects with `AssemblyError` if the stack has something it cannot run, `DataInUseError` if another
 * cloud has the data folder, and the system's `EADDRINUSE` if the port is taken.
 */
export async function startLocalCloud(options: LocalCloudOptions): Promise<LocalCloud> {
  const undo: Undo = [];
  const close = async (): Promise<void> => {
    for (const step of undo.splice(0).toReversed()) await step();
  };
  try {
    return { ...(await start(options, undo)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** How to end what has been started, the last first. */
type Undo = (() => void | Promise<void>)[];

async function start(options: LocalCloudOptions, undo: Undo): Promise<Omit<LocalCloud, "close">> {
  const { assembly, port = 0, dataDir, jitterMs = 0, random = Math.random } = options;
  const { max = 4, idleMs = 60_000 } = options.environments ?? {};
  const limits = { ...defaultLimits, ...options.limits };
  const delay = () => (jitterMs > 0 ? random() * jitterMs : 0);
  const log = createLog(options.log);
  const meter = createMeter();

  const template = readTemplate(assembly);
  if (dataDir !== undefined) undo.push(lockData(dataDir));
  const front = await listenLocally(port);
  undo.push(() => front.close());
  const back = await listenLocally(0);
  undo.push(() => back.close());
  const addresses = { aws: `http://127.0.0.1:${back.port}`, gateway: `ws://127.0.0.1:${front.port}` };
  const deployment = readDeployment(template, addresses);
  const { api, region, account } = deployment;
  const imported = Object.entries(options.secrets ?? {}).map(([name, value]) =>
    importedSecret(name, value, deployment),
  );

  const database = await openDatabase(dataDir && join(dataDir, "dynamodb"));
  undo.push(() => database.close());
  await createTables(database, deployment.tables);
  const queues = createQueues(deployment.queues);
  undo.push(() => queues.close());

  const endpoints = endpointsAt(addresses.aws, api.stage);
  const staff = deployment.functions.map((spec) => {
    const caller = callerOf(spec, account);
    const variables = variablesOf(spec, region, caller.credentials, endpoints);
    return { caller, fn: createFunction({ spec, variables, maxEnvironments: max, idleMs, delay, log, meter }) };
  });
  const functions = staff.map(({ fn }) => fn);
  undo.push(async () => void (await Promise.all(functions.map((fn) => fn.close()))));

  const integrations = createIntegrations({ functions, timeoutMs: limits.integrationTimeoutMs, log });
  const gateway = createGateway({ api, limits, integrations, random, meter, log });
  undo.push(() => gateway.close(CLOSE_GRACE_MS));

  back.onRequest = createAwsEndpoint({
    services: {
      dynamodb: createDynamoDbApi(database, deployment.tables),
      sqs: createSqsApi(queues.all),
      secretsmanager: createSecretsApi(
        [...deployment.secrets, ...imported],
        dataDir && join(dataDir, "secrets"),
        createRotate(functions),
      ),
      "execute-api": createManagementApi({ api, gateway, limits, delay }),
    },
    callers: [operator, ...staff.map(({ caller }) => caller)],
    meter,
    log,
  });

  const sources = deployment.eventSources.map((spec) => {
    return startEventSource({ spec, queues: queues.all, functions, region, concurrency: max, log });
  });
  undo.push(() => sources.forEach((source) => source.stop()));

  await Promise.all(functions.map((fn) => fn.warm()));
  front.onRequest = options.page ?? forbidden;
  front.onUpgrade = (request, socket, head) => gateway.upgrade(request, socket, head);

  const isBusy = () =>
    gateway.pending() > 0 ||
    functions.some((fn) => fn.counts().pending > 0) ||
    sources.some((source) => source.isBusy());
  return {
    ws: `${addresses.gateway}/${api.stage}`,
    http: `http://127.0.0.1:${front.port}/`,
    region,
    endpoints,
    credentials: operatorCredentials,
    outputs: deployment.outputs,
    tables: Object.fromEntries(deployment.tables.map(({ logicalId, name }) => [logicalId, name])),
    meter,
    queues,
    gateway,
    logs: log.entries,
    settled: (timeoutMs = 5000) => whenQuiet(isBusy, timeoutMs),
  };
}

/** Connections get this long to hear of the end and `$disconnect` to be handled. */
const CLOSE_GRACE_MS = 700;

/** What API Gateway says to a request that is no upgrade. */
const forbidden: RequestListener = (_request, response) => {
  response.writeHead(403, { "Content-Type": "application/json" }).end('{"message":"Forbidden"}');
};

/** A moment in which nothing is under way, seen twice: what one step has just caused shows up with the next. */
async function whenQuiet(isBusy: () => boolean, timeoutMs: number): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  for (let quiet = 0; quiet < 2; quiet = isBusy() ? 0 : quiet + 1) {
    if (Date.now() > deadline) throw new Error(`the cloud was still busy after ${timeoutMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
