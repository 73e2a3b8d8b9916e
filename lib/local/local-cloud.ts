// The whole cloud on one screen: reads a synthesized stack and runs it in this process.
import type { RequestListener } from "node:http";
import { readDeployment } from "./assembly/read-deployment.ts";
import { readTemplate } from "./assembly/template.ts";
import { createAwsEndpoint } from "./aws-endpoint.ts";
import { lockData } from "./data-lock.ts";
import { listen, type ListenOptions } from "./http-server.ts";
import { callerOf, type Credentials, operator, operatorCredentials } from "./iam/credentials.ts";
import { startEventSource } from "./lambda/event-source.ts";
import { createFunction } from "./lambda/function.ts";
import { type LogSubscriptions, startLogSubscriptions } from "./lambda/log-subscriptions.ts";
import { readEventSources } from "./lambda/spec.ts";
import { variablesOf } from "./lambda/variables.ts";
import { createLog, type LogEntry, type LogSink } from "./log.ts";
import { createMeter, type Meter } from "./meter.ts";
import type { Gateway } from "./services/api-gateway/gateway.ts";
import { defaultLimits, type GatewayLimits } from "./services/api-gateway/limits.ts";
import {
  type Endpoints,
  endpointsAt,
  endpointServices,
  endpointVariables,
  serviceResources,
  startServices,
} from "./services/registry.ts";
import type { BusEvent } from "./services/eventbridge/rules.ts";
import type { RunningService } from "./services/service.ts";
import type { LocalQueues } from "./services/sqs/queues.ts";
import { createThrottling, type Throttling } from "./services/throttling.ts";

export interface LocalCloudOptions {
  /** Folder of the cloud assembly, `cdk.out`. */
  readonly assembly: string;
  /** Port of the gateway and the page; 0, the default, takes any free one. */
  readonly port?: number;
  /** Address of the gateway and the page; default `127.0.0.1`. The AWS APIs are on the loopback interface always. */
  readonly host?: ListenOptions["host"];
  /** Certificate for https and wss. */
  readonly tls?: ListenOptions["tls"];
  /** Folder for tables and secrets; without it they are kept in memory. */
  readonly dataDir?: string;
  /** Secrets that exist outside the stack, which refers to them by name: name to value. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** File with certificates in PEM: HTTP callees may then be on this machine, with one of them. */
  readonly httpCertificates?: string;
  /** File (PEM) with further certificates that the functions trust, in their `NODE_EXTRA_CA_CERTS`. Needs Node 22.19 or 24.5. */
  readonly trustedCertificates?: string;
  /** Each invocation and each post is held back by a random time up to this. */
  readonly jitterMs?: number;
  /** Throttles from the start: see {@link Throttling.set}. */
  readonly throttled?: readonly (readonly [target: string, share: number])[];
  readonly limits?: Partial<GatewayLimits>;
  readonly environments?: {
    /** Environments of one function at the same time; default 4. */
    readonly max?: number;
    /** Further environments start at once when events wait and none has ended for this long; default 100. */
    readonly stalledMs?: number;
    /** Environments above the first end after this time without work; default ten seconds. */
    readonly idleMs?: number;
    /** Whether the first of each function starts with the cloud, by default, or with its first event. */
    readonly isWarm?: boolean;
  };
  /** Answers requests on the gateway's port that are not WebSocket upgrades. */
  readonly page?: RequestListener;
  /** Receives every log line as it is written. */
  readonly log?: LogSink;
  /** 0 to 1; decides about jitter, throttled calls and lost `$disconnect` events. */
  readonly random?: () => number;
}

export interface LocalCloud {
  /** Address for clients, `ws://127.0.0.1:8080/sip`. */
  readonly ws: string;
  /** Gateway and page, `http://127.0.0.1:8080/`. */
  readonly http: string;
  readonly region: string;
  readonly endpoints: Endpoints;
  /** A key for these endpoints with every permission. */
  readonly credentials: Credentials;
  /** Outputs of the stack, with addresses of this machine. */
  readonly outputs: Readonly<Record<string, string>>;
  /** Logical id to name. */
  readonly tables: Readonly<Record<string, string>>;
  readonly meter: Meter;
  readonly queues: LocalQueues;
  readonly gateway: Gateway;
  /** Events that were put on buses, oldest first. */
  readonly events: readonly BusEvent[];
  /** Throttles a table or the connections. */
  readonly throttling: Pick<Throttling, "set">;
  readonly logs: readonly LogEntry[];
  /** Resolves when no invocation runs and no queue has a due message; rejects after `timeoutMs` (30 s). */
  settled(timeoutMs?: number): Promise<void>;
  /** Ends connections, functions and servers; leaves nothing open. */
  close(): Promise<void>;
}

/**
 * Starts the cloud. Rejects with `AssemblyError` if the stack needs something that is not emulated, `DataInUseError` if
 * another cloud holds the data folder, and `EADDRINUSE` of the system if the port is taken.
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

/** Steps that end what has been started, run last to first. */
type Undo = (() => void | Promise<void>)[];

async function start(options: LocalCloudOptions, undo: Undo): Promise<Omit<LocalCloud, "close">> {
  const { assembly, port = 0, dataDir, secrets = {}, jitterMs = 0, random = Math.random } = options;
  const { max = 4, stalledMs = 100, idleMs = 10_000, isWarm = true } = options.environments ?? {};
  const limits = { ...defaultLimits, ...options.limits };
  const delay = () => (jitterMs > 0 ? random() * jitterMs : 0);
  let subscriptions: LogSubscriptions | undefined;
  const log = createLog((entry) => {
    options.log?.(entry);
    subscriptions?.take(entry);
  });
  const meter = createMeter();
  const throttling = createThrottling(random);

  const template = readTemplate(assembly);
  if (dataDir !== undefined) undo.push(lockData(dataDir));
  const front = await listen(port, options);
  undo.push(() => front.close());
  const back = await listen(0);
  undo.push(() => back.close());
  const [secure, authority] = [options.tls === undefined ? "" : "s", `${reachable(options.host)}:${front.port}`];
  const addresses = { aws: `http://127.0.0.1:${back.port}`, gateway: `ws${secure}://${authority}` };
  const { stack, outputs, ...deployment } = readDeployment(template, addresses, serviceResources);
  const { region, account } = template;

  const endpoints = endpointsAt(addresses.aws, stack);
  const { httpCertificates, trustedCertificates } = options;
  const local = {
    ...(httpCertificates !== undefined && { HTTP_LOCAL_CERTIFICATES: httpCertificates }),
    ...(trustedCertificates !== undefined && { NODE_EXTRA_CA_CERTS: trustedCertificates }),
  };
  const staff = deployment.functions.map((spec) => {
    const caller = callerOf(spec, account);
    const variables = variablesOf(spec, region, caller.credentials, { ...endpointVariables(endpoints), ...local });
    return {
      caller,
      fn: createFunction({ spec, variables, maxEnvironments: max, stalledMs, idleMs, delay, log, meter }),
    };
  });
  const functions = staff.map(({ fn }) => fn);

  const context = { stack, functions, dataDir, secrets, limits, throttling, delay, random, meter, log };
  const running = await startServices(context, (service) => undo.push(async () => service.close?.()));
  for (const [target, share] of options.throttled ?? []) throttling.set(target, share);
  const runningServices: readonly RunningService[] = Object.values(running);
  undo.push(async () => void (await Promise.all(functions.map((fn) => fn.close()))));
  for (const service of runningServices) undo.push(async () => service.drain?.());

  back.onRequest = createAwsEndpoint({
    services: endpointServices(running),
    callers: [operator, ...staff.map(({ caller }) => caller)],
    meter,
    log,
  });

  const { sqs, dynamodb, apigatewaymanagementapi: apiGateway } = running;
  const sources = readEventSources(stack).map((spec) => {
    return startEventSource({ spec, queues: sqs.queues.all, functions, region, concurrency: max, log });
  });
  undo.push(() => sources.forEach((source) => source.stop()));
  const watched = startLogSubscriptions(stack, functions, log, account);
  undo.push(() => watched.stop());
  subscriptions = watched;

  if (isWarm) await Promise.all(functions.map((fn) => fn.warm()));
  const { gateway } = apiGateway;
  front.onRequest = options.page ?? forbidden;
  front.onUpgrade = (request, socket, head) => gateway.upgrade(request, socket, head);

  const isBusy = () =>
    runningServices.some((service) => service.isBusy?.() ?? false) ||
    functions.some((fn) => fn.counts().pending > 0) ||
    sources.some((source) => source.isBusy()) ||
    watched.isBusy();
  return {
    ws: `${addresses.gateway}/${apiGateway.spec.stage}`,
    http: `http${secure}://${authority}/`,
    region,
    endpoints,
    credentials: operatorCredentials,
    outputs,
    tables: Object.fromEntries(dynamodb.tables.map(({ logicalId, name }) => [logicalId, name])),
    meter,
    queues: sqs.queues,
    gateway,
    events: running.eventbridge.events,
    throttling,
    logs: log.entries,
    settled: (timeoutMs = 30_000) => whenQuiet(isBusy, timeoutMs),
  };
}

/** An address that leads to a server on `host` from this machine. */
function reachable(host = "127.0.0.1"): string {
  if (host === "0.0.0.0" || host === "::") return "127.0.0.1";
  return host.includes(":") ? `[${host}]` : host;
}

/** Response of API Gateway to a request that is not an upgrade. */
const forbidden: RequestListener = (_request, response) => {
  response.writeHead(403, { "Content-Type": "application/json" }).end('{"message":"Forbidden"}');
};

/** Waits until two looks in a row find no work: the next step of a chain shows up a moment after the last. */
async function whenQuiet(isBusy: () => boolean, timeoutMs: number): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  for (let quiet = 0; quiet < 2; quiet = isBusy() ? 0 : quiet + 1) {
    if (Date.now() > deadline) throw new Error(`the cloud was still busy after ${timeoutMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
