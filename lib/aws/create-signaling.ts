// The composition: the protocol on AWS. Clients are made once per execution environment, outside of any handler.
import { randomBytes } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import type { Ports } from "../signaling/ports.ts";
import { createSignaling as createOn, type Signaling } from "../signaling/signaling.ts";
import { awsPlatform } from "../sip/policy/platform.ts";
import { openConnections } from "./client/api-gateway.ts";
import { openTables } from "./client/dynamodb.ts";
import { openSecrets } from "./client/secrets-manager.ts";
import { openQueues } from "./client/sqs.ts";
import { closeConnection, postToConnection } from "./api-gateway/connections.ts";
import { createDynamoState } from "./dynamodb/state.ts";
import { schema } from "./dynamodb/schema.ts";
import { readSettings, readTurnSettings, required, variables } from "./environment.ts";
import { log } from "./log.ts";
import { signingKeys } from "./secrets-manager/signing-keys.ts";
import { turnSecret } from "./secrets-manager/turn-secret.ts";
import { setTimers } from "./sqs/timers.ts";

/**
 * Reads a variable when it is first needed: a Lambda has only those of what it may do. `verifyToken` is for the one that
 * takes requests of clients; the others need not load what checks a token.
 */
export function createSignaling(environment: NodeJS.ProcessEnv, verifyToken?: Ports["verifyToken"]): Signaling {
  const secrets = once(() => openSecrets());
  const keys = once(() => signingKeys(secrets(), required(environment, variables.signingSecret), now));
  const turn = readTurnSettings(environment);
  const shared = once(() => turnSecret(secrets(), required(environment, variables.turnSecret), now));
  const timers = once(() => setTimers(openQueues(), required(environment, variables.timerQueueUrl)));
  const api = once(() => openConnections(required(environment, variables.callbackUrl)));
  return createOn({
    settings: readSettings(environment),
    platform: awsPlatform,
    now,
    random: () => randomBytes(12).toString("base64url"),
    keys: () => keys()(),
    ...(turn && { turn: { ...turn, secret: () => shared()() } }),
    ...createDynamoState(openTables(), (table) => required(environment, schema[table].variable)),
    setTimers: async (requests) => {
      if (requests.length > 0) await timers()(requests);
    },
    post: (flow, text) => postToConnection(api())(flow, text),
    close: (flow) => closeConnection(api())(flow),
    ...(verifyToken && { verifyToken }),
    pause: (attempt) => setTimeout(Math.random() * PAUSE_MILLISECONDS * attempt),
    observe: log.info,
  });
}

/** About the time of a read and a write, so that of those who met, one is through when the next comes back. */
const PAUSE_MILLISECONDS = 15;

function now(): number {
  return Math.floor(Date.now() / 1000);
}

function once<Value extends object>(create: () => Value): () => Value {
  let created: Value | undefined;
  return () => (created ??= create());
}
