// The composition: the protocol on AWS. Clients are made once per execution environment, outside of any handler.
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import type { Ports, PushPort } from "../signaling/ports.ts";
import { createSignaling, type Signaling } from "../signaling/signaling.ts";
import { awsPlatform } from "../sip/policy/platform.ts";
import { openConnections } from "./client/api-gateway.ts";
import { openTables, type Tables } from "./client/dynamodb.ts";
import { openSecrets, type ReadSecret } from "./client/secrets-manager.ts";
import { openQueues } from "./client/sqs.ts";
import { standIn } from "./client/stand-in.ts";
import { type Exchange, openConnection } from "./client/transport.ts";
import { closeConnection, postToConnection } from "./api-gateway/connections.ts";
import { createDynamoState } from "./dynamodb/state.ts";
import { schema, tableNames } from "./dynamodb/schema.ts";
import { isPublic } from "./http-endpoint/addresses.ts";
import { createEndpoints } from "./http-endpoint/execute.ts";
import { endpointTokens } from "./http-endpoint/tokens.ts";
import { now } from "./clock.ts";
import { readDomains, required, variables } from "./environment.ts";
import { observe } from "./observe.ts";
import { rehearse } from "./rehearsal.ts";
import { signingKeys } from "./secrets-manager/signing-keys.ts";
import { turnSecret } from "./secrets-manager/turn-secret.ts";
import { readHttpSecrets, readSettings, readTurnSettings } from "./settings.ts";
import { loadWebPush } from "./web-push/load-web-push.ts";
import { createPushPort } from "./web-push/send-push.ts";
import { vapidKeys } from "./web-push/vapid-keys.ts";
import { setTimers } from "./sqs/timers.ts";

/** The protocol on AWS, and a way to try it out while Lambda still initializes the execution environment. */
export interface SignalingOnAws extends Signaling {
  /**
   * Opens connections, reads the signing keys, and rehearses a call that leaves no trace: no row is read or written, no
   * message sent, no timer set, no line logged. Lambda does not limit initialization to the function's share of a core, so
   * connections, keys and compiled code are ready when the first message comes.
   * Never rejects: a failure here comes back with the first message, which reports it.
   */
  warmUp(): Promise<void>;
}

/**
 * Reads a variable when it is first needed: a Lambda has only the variables of its own task. `verifyToken` is for the
 * Lambda that takes requests of clients; the others need not load the code that checks a token.
 */
export function createSignalingOnAws(
  processEnv: NodeJS.ProcessEnv,
  verifyToken?: Ports["verifyToken"],
): SignalingOnAws {
  const environment = { ...processEnv }; // each look at `process.env` asks the system, at about 1 µs
  const secrets = once(() => openSecrets());
  const keys = once(() => signingKeys(secrets(), required(environment, variables.signingSecret), now));
  const turn = readTurnSettings(environment);
  const shared = once(() => turnSecret(secrets(), required(environment, variables.turnSecret), now));
  const push = pushOn(environment, secrets);
  const tables = openTables();
  const services = servicesOn(environment, tables);
  const ports: Ports = {
    settings: readSettings(environment),
    platform: awsPlatform,
    now,
    random: () => randomBytes(12).toString("base64url"),
    keys: () => keys()(),
    ...(turn && { turn: { ...turn, secret: () => shared()() } }),
    ...(push && { push }),
    ...services.ports,
    ...(verifyToken && { verifyToken }),
    ...httpPort(environment, secrets),
    pause: (attempt) => setTimeout(Math.random() * PAUSE_MILLISECONDS * attempt),
    wait: (milliseconds) => setTimeout(milliseconds),
    observe,
  };

  /** Of all ports only the signing keys are real. */
  async function rehearseCall(): Promise<void> {
    const stage = standIn((table) => keyOf(table, environment));
    const { ports: staged } = servicesOn(environment, openTables({}, stage.send), stage.send);
    const [domain = ""] = readDomains(environment);
    const unseen = { wait: () => Promise.resolve(), observe: () => undefined };
    await rehearse(createSignaling({ ...ports, ...staged, ...unseen }), stage, domain);
  }

  return {
    ...createSignaling(ports),
    async warmUp() {
      const patience = new AbortController();
      const all = Promise.allSettled([tables.connect(), services.connect(), rehearseCall()]);
      const late = setTimeout(WARM_UP_MILLISECONDS, undefined, { signal: patience.signal });
      await Promise.race([all, late]);
      patience.abort();
      await late.catch(() => undefined);
    },
  };
}

/** Requests to the endpoints of HTTP callees, where the deployment lists any host. */
function httpPort(environment: NodeJS.ProcessEnv, secrets: () => ReadSecret): Pick<Ports, "http"> {
  const { httpHosts: hosts } = readSettings(environment);
  if (hosts.length === 0) return {};
  const file = environment[variables.httpLocalCertificates];
  const token = endpointTokens((id) => secrets()(id), readHttpSecrets(environment), now);
  return {
    http: createEndpoints({
      hosts,
      token,
      isAllowed: file === undefined ? isPublic : () => true,
      ...(file !== undefined && { ca: readFileSync(file, "utf8") }),
    }),
  };
}

/** The services beside Secrets Manager. @param send in place of the network */
function servicesOn(environment: NodeJS.ProcessEnv, tables: Tables, send?: Exchange) {
  const timers = once(() => setTimers(openQueues({}, send), required(environment, variables.timerQueueUrl)));
  const api = once(() => openConnections(required(environment, variables.callbackUrl), {}, send));
  const ports = {
    ...createDynamoState(tables, (table) => required(environment, schema[table].variable)),
    setTimers: async (requests) => {
      if (requests.length > 0) await timers()(requests);
    },
    post: (flow, text) => postToConnection(api())(flow, text),
    close: (flow) => closeConnection(api())(flow),
  } satisfies Partial<Ports>;
  return {
    ports,
    /** Makes the clients, and opens a connection for each. */
    async connect(): Promise<void> {
      timers();
      api();
      const urls = [variables.timerQueueUrl, variables.callbackUrl].map((name) => new URL(required(environment, name)));
      await Promise.all(urls.map(openConnection));
    },
  };
}

/** Undefined where the deployment wakes no devices, or for a function that does not. */
function pushOn(environment: NodeJS.ProcessEnv, secrets: () => ReadSecret): PushPort | undefined {
  const secretId = environment[variables.pushSecret];
  if (secretId === undefined) return undefined;
  const keys = once(() => vapidKeys(secrets(), secretId, now));
  const subject = required(environment, variables.pushSubject);
  return createPushPort({ webPush: loadWebPush, keys: () => keys()(), subject });
}

/** The key attribute of the table with this name. */
function keyOf(name: string, environment: NodeJS.ProcessEnv): string {
  const table = tableNames.find((one) => environment[schema[one].variable] === name);
  return table === undefined ? "" : schema[table].key;
}

/** A service that does not answer must not use up the 10 s that Lambda allows for initialization. */
const WARM_UP_MILLISECONDS = 3000;

/** About the time of a read and a write: of several decisions that met, one is stored when the next reads again. */
const PAUSE_MILLISECONDS = 15;

function once<Value extends object>(create: () => Value): () => Value {
  let created: Value | undefined;
  return () => (created ??= create());
}
