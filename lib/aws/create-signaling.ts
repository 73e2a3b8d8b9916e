// The composition: the protocol on AWS. Clients are made once per execution environment, outside of any handler.
import { randomBytes } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import type { Ports } from "../signaling/ports.ts";
import { createSignaling as createOn, type Signaling } from "../signaling/signaling.ts";
import { awsPlatform } from "../sip/policy/platform.ts";
import { emptySnapshot } from "../sip/state/snapshot.ts";
import { openConnections } from "./client/api-gateway.ts";
import { openTables } from "./client/dynamodb.ts";
import { openSecrets } from "./client/secrets-manager.ts";
import { openQueues } from "./client/sqs.ts";
import { closeConnection, postToConnection } from "./api-gateway/connections.ts";
import { createDynamoState } from "./dynamodb/state.ts";
import { schema } from "./dynamodb/schema.ts";
import { now } from "./clock.ts";
import { required, variables } from "./environment.ts";
import { observe } from "./observe.ts";
import { signingKeys } from "./secrets-manager/signing-keys.ts";
import { turnSecret } from "./secrets-manager/turn-secret.ts";
import { readSettings, readTurnSettings } from "./settings.ts";
import { setTimers } from "./sqs/timers.ts";

/** The protocol on AWS, and a way to try it out while Lambda still initializes the execution environment. */
export interface SignalingOnAws extends Signaling {
  /**
   * Opens connections, reads the signing keys, and runs one decision that leaves no trace: no row is read or written, no
   * message sent, no timer set, no line logged. Lambda does not limit initialization to the function's share of a core, so
   * connections, keys and compiled code are ready when the first message comes.
   * Never rejects: a failure here comes back with the first message, which reports it.
   */
  warmUp(rehearse: (signaling: Signaling) => Promise<unknown>): Promise<void>;
}

/**
 * Reads a variable when it is first needed: a Lambda has only the variables of its own task. `verifyToken` is for the
 * Lambda that takes requests of clients; the others need not load the code that checks a token.
 */
export function createSignaling(environment: NodeJS.ProcessEnv, verifyToken?: Ports["verifyToken"]): SignalingOnAws {
  const secrets = once(() => openSecrets());
  const keys = once(() => signingKeys(secrets(), required(environment, variables.signingSecret), now));
  const turn = readTurnSettings(environment);
  const shared = once(() => turnSecret(secrets(), required(environment, variables.turnSecret), now));
  const timers = once(() => setTimers(openQueues(), required(environment, variables.timerQueueUrl)));
  const api = once(() => openConnections(required(environment, variables.callbackUrl)));
  const tables = openTables();
  const ports: Ports = {
    settings: readSettings(environment),
    platform: awsPlatform,
    now,
    random: () => randomBytes(12).toString("base64url"),
    keys: () => keys()(),
    ...(turn && { turn: { ...turn, secret: () => shared()() } }),
    ...createDynamoState(tables, (table) => required(environment, schema[table].variable)),
    setTimers: async (requests) => {
      if (requests.length > 0) await timers()(requests);
    },
    post: (flow, text) => postToConnection(api())(flow, text),
    close: (flow) => closeConnection(api())(flow),
    ...(verifyToken && { verifyToken }),
    pause: (attempt) => setTimeout(Math.random() * PAUSE_MILLISECONDS * attempt),
    wait: (milliseconds) => setTimeout(milliseconds),
    observe,
  };
  return {
    ...createOn(ports),
    async warmUp(rehearse) {
      const patience = new AbortController();
      const rehearsal = async () => {
        timers();
        api();
        await Promise.all([tables.connect(), rehearse(createOn({ ...ports, ...withoutTrace }))]);
      };
      const late = setTimeout(WARM_UP_MILLISECONDS, undefined, { signal: patience.signal });
      await Promise.race([rehearsal(), late]).catch(() => undefined);
      patience.abort();
      await late.catch(() => undefined);
    },
  };
}

/** Of all ports only the signing keys are real. */
const withoutTrace = {
  read: () => Promise.resolve(emptySnapshot),
  commit: () => Promise.resolve("committed"),
  setTimers: () => Promise.resolve(),
  post: () => Promise.resolve("delivered"),
  close: () => Promise.resolve(),
  observe: () => undefined,
} as const satisfies Partial<Ports>;

/** A service that does not answer must not use up the 10 s that Lambda allows for initialization. */
const WARM_UP_MILLISECONDS = 3000;

/** About the time of a read and a write: of several decisions that met, one is stored when the next reads again. */
const PAUSE_MILLISECONDS = 15;

function once<Value extends object>(create: () => Value): () => Value {
  let created: Value | undefined;
  return () => (created ??= create());
}
