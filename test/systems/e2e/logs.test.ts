import { randomUUID } from "node:crypto";
import { deflateRawSync } from "node:zlib";
import { DynamoDBClient, PutItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  RotateSecretCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { UnsecuredJWT } from "jose";
import { WebSocket } from "ws";
import { tablesOn } from "../../../lib/aws/client/dynamodb.ts";
import { putSubscriber } from "../../../lib/aws/dynamodb/subscriber.ts";
import type { LocalCloud } from "../../../lib/local/local-cloud.ts";
import { aGuardedService, type GuardedService } from "../../parts/authorizer/service.ts";
import { aCloud, closeClouds } from "../../parts/local/cloud.ts";
import { connectPhone, type SocketPhone } from "../../support/phone/socket.ts";
import { withoutGrant } from "./cut-grants.ts";
import { leaksIn } from "./leaks.ts";

// Every secret goes through the deployed bundles once, on good ways and on bad ones; then every line that any function
// wrote is searched for it. Line by line, so that a finding shows its line.

const DOMAIN = "example.com";
const secrets = new Map<string, string>();
/** Remembers a secret and gives it back. */
function secret(what: string, value: string): string {
  if (value.length < 8) throw new Error(`${what} is too short to be told from other text`);
  secrets.set(value, what);
  return value;
}

const clouds: LocalCloud[] = [];
let guarded: GuardedService | undefined;
afterAll(async () => {
  guarded?.issuer.close();
  await closeClouds();
});

const passwordOf = (user: string): string => secret("a password", `password-of-${user}-2b7e`);
const sdp = [
  "v=0",
  "m=audio 9 UDP/TLS/RTP/SAVPF 111",
  `a=ice-ufrag:${secret("an ice-ufrag", "Uf4g9XkQ")}`,
  `a=ice-pwd:${secret("an ice-pwd", "x9Q4mS7tLw2zRb6vKd8pYh3n")}`,
  `a=fingerprint:sha-256 ${secret("a fingerprint", "AF:12:9C:5D:E0:77:31:4B:88:02:6E:D1:55:C9:F3:A0")}`,
  "a=setup:actpass",
  "",
].join("\r\n");
const chat = secret("the text of a MESSAGE", "meet-me-behind-the-old-mill-at-nine");

/** A plain deployment with passwords, or one whose policies lack something. */
async function aCloudWithPasswords(assembly?: string): Promise<LocalCloud> {
  const cloud = await aCloud(assembly === undefined ? {} : { assembly });
  clouds.push(cloud);
  const db = new DynamoDBClient({ ...clientOf(cloud), endpoint: cloud.endpoints.dynamodb });
  const TableName = cloud.outputs["SubscribersTable"] ?? "";
  for (const user of ["alice", "bob"]) {
    await putSubscriber(tablesOn(db), TableName, { user, password: passwordOf(user), domain: DOMAIN });
  }
  const { Items = [] } = await db.send(new ScanCommand({ TableName }));
  for (const hashes of Items.flatMap((item) => Object.values(item["ha1"]?.M ?? {}))) secret("an HA1", hashes.S ?? "");
  db.destroy();
  await withSecrets(cloud, noteSigningKeys);
  return cloud;
}

const clientOf = ({ region, credentials }: LocalCloud) => ({ region, credentials, maxAttempts: 1 });

async function withSecrets(
  cloud: LocalCloud,
  act: (client: SecretsManagerClient, SecretId: string) => Promise<void>,
): Promise<void> {
  const client = new SecretsManagerClient({ ...clientOf(cloud), endpoint: cloud.endpoints.secretsmanager });
  await act(client, cloud.outputs["SigningSecretArn"] ?? "").finally(() => client.destroy());
}

async function noteSigningKeys(client: SecretsManagerClient, SecretId: string): Promise<void> {
  const { SecretString = "" } = await client.send(new GetSecretValueCommand({ SecretId }));
  const value: Record<string, string | number> = JSON.parse(SecretString);
  for (const key of ["current", "previous"]) {
    if (typeof value[key] === "string") secret("a signing key", value[key]);
  }
}

/** A phone whose every credential is remembered as it is sent. */
async function phoneAt({ ws }: LocalCloud, user: string, password = passwordOf(user)): Promise<SocketPhone> {
  const phone = await connectPhone(ws, { user, domain: DOMAIN, password });
  const send = phone.socket.send.bind(phone.socket);
  phone.socket.send = (data: Buffer, ...rest: unknown[]) => {
    const text = String(data);
    for (const [, name = "", value = ""] of text.matchAll(/\b(nonce|response)="([^"]+)"/g))
      secret(`a digest ${name}`, value);
    return Reflect.apply(send, undefined, [data, ...rest]);
  };
  return phone;
}

/** Status of a handshake. */
function knock(url: string, offers: readonly string[] = ["sip"]): Promise<number> {
  return new Promise((resolve) => {
    const socket = new WebSocket(url, [...offers]);
    const end = (status: number) => {
      socket.on("error", () => undefined).terminate();
      resolve(status);
    };
    socket.on("unexpected-response", (_request, { statusCode = 0 }) => end(statusCode));
    socket.on("open", () => end(101));
  });
}

/** The parts that are unique to a token or ticket. */
function parts(what: string, text: string): string {
  for (const part of text.split(".").filter((part) => part.length > 15)) secret(what, part);
  return text;
}

beforeAll(async () => {
  await talk(await aCloudWithPasswords());
  await fail(await aCloudWithPasswords(withoutGrant("dynamodb:PutItem")));
  await connectWithCredentials();
  await Promise.all(clouds.map((cloud) => cloud.settled()));
});

/** Logs in, rightly and wrongly; calls, rings on, comes back, sends a text; the key changes. */
async function talk(cloud: LocalCloud): Promise<void> {
  const [alice, bob] = [await phoneAt(cloud, "alice"), await phoneAt(cloud, "bob")];
  const mallory = await phoneAt(cloud, "alice", secret("a wrong password", "guess-number-1-4f6a"));
  expect((await mallory.register()).status).not.toBe(200);
  expect([(await alice.register()).status, (await bob.register()).status]).toEqual([200, 200]);
  await mallory.request("REGISTER", `sip:${DOMAIN}`, {
    to: mallory.aor,
    lines: [`Authorization: Bearer ${parts("a bearer token", new UnsecuredJWT({ sub: randomUUID() }).encode())}`],
  });
  await mallory.takeFinal("REGISTER");

  await alice.request("INVITE", bob.aor, { body: sdp, lines: ["Content-Type: application/sdp"] });
  const invite = await bob.takeRequest("INVITE");
  await bob.answer(invite, 180);
  await alice.takeResponse(180, "INVITE");
  await cloud.settled();
  cloud.queues.advance(33); // the timer brings the whole INVITE along
  await cloud.settled();
  await bob.answer(invite, 200, { body: sdp, lines: ["Content-Type: application/sdp"] });
  await alice.takeResponse(200, "INVITE");

  await alice.request("MESSAGE", bob.aor, { body: chat, lines: ["Content-Type: text/plain"] });
  await bob.answer(await bob.takeRequest("MESSAGE"), 200);
  await alice.takeFinal("MESSAGE");
  await alice.request("MESSAGE", `sip:bob:${secret("a password in a URI", "uri-password-99d1")}@${DOMAIN}`);
  await bob.answer(await bob.takeRequest("MESSAGE"), 200);
  await alice.takeFinal("MESSAGE");
  await alice.send(secret("text that is no SIP", "hunter2-typed-into-the-wrong-window"));
  await alice.send(`{"password": "${secret("JSON that is no SIP", "json-password-7c31")}"}\r\n\r\n`);
  await withSecrets(cloud, async (client, SecretId) => {
    await client.send(new RotateSecretCommand({ SecretId }));
    await noteSigningKeys(client, SecretId);
  });
}

/** Every call to AWS that can fail fails; rows, timers and the secret hold what they should not. */
async function fail(cloud: LocalCloud): Promise<void> {
  const alice = await phoneAt(cloud, "alice");
  expect((await alice.register()).status).toBe(500); // no PutItem: the SDK's error is logged
  await alice.request("INVITE", alice.aor, { body: sdp });
  await alice.takeFinal("INVITE");

  const sqs = new SQSClient({ ...clientOf(cloud), endpoint: cloud.endpoints.sqs });
  const packed = deflateRawSync(`INVITE ${alice.aor} SIP/2.0\r\n\r\n${sdp}`).toString("base64");
  const bodies = [
    JSON.stringify({ context: "x", epoch: "not a number", message: packed }),
    `{"context":"x","epoch":1,"message":"${packed}`, // cut off: no JSON
    JSON.stringify({ context: "x", epoch: 1, message: chat }), // packed badly
    secret("a malformed timer", "junk-in-the-timer-queue"),
  ];
  for (const MessageBody of bodies) {
    await sqs.send(new SendMessageCommand({ QueueUrl: cloud.outputs["TimerQueueUrl"], MessageBody }));
  }
  sqs.destroy();

  const db = new DynamoDBClient({ ...clientOf(cloud), endpoint: cloud.endpoints.dynamodb });
  const row = { aor: { S: `sip:bob@${DOMAIN}` }, ha1: { S: secret("a broken HA1", "not-a-map-of-ha1-5e0d") } };
  await db.send(new PutItemCommand({ TableName: cloud.outputs["SubscribersTable"], Item: row }));
  db.destroy();
  await (await phoneAt(cloud, "bob")).register();

  await cloud.settled();
  expect(cloud.logs.some(({ text }) => text.includes("is not authorized to perform: dynamodb:PutItem"))).toBe(true);
  await withSecrets(cloud, async (client, SecretId) => {
    const ofWrongForm = (text: string) => secret("a signing secret of the wrong form", text);
    for (const SecretString of [
      ofWrongForm("by-hand1"), // so short that JSON.parse quotes all of it
      `{"current":5,"x":"${ofWrongForm("by-hand-2")}"}`,
      `"${ofWrongForm("by-hand3")}`,
    ]) {
      await client.send(new PutSecretValueCommand({ SecretId, SecretString }));
      await expect(client.send(new RotateSecretCommand({ SecretId }))).rejects.toThrow("rotate failed");
    }
  });
}

/** Tokens and tickets, good and bad, in each place where one can stand. */
async function connectWithCredentials(): Promise<void> {
  const service = (guarded = await aGuardedService());
  const { issuer, cloud } = service;
  clouds.push(cloud);
  await withSecrets(cloud, noteSigningKeys);
  const { ws } = cloud;
  const token = parts("a token", await issuer.token("alice"));
  const broken = parts("a broken token", `${token.slice(0, -60)}${"A".repeat(60)}`);
  const unsigned = parts("an unsigned token", new UnsecuredJWT({ sub: randomUUID(), aud: randomUUID() }).encode());
  const ticket = parts("a ticket", await service.ticket("alice"));
  const late = parts("a late ticket", await service.ticket("alice", { now: 1_000_000 }));
  const junk = secret("junk for a token", "junk-instead-of-a-token-11");

  expect(await knock(`${ws}?token=${token}`)).toBe(101);
  expect(await knock(ws, ["sip", `token.${token}`])).toBe(101);
  expect(await knock(`${ws}?ticket=${ticket}`)).toBe(101);
  for (const query of [broken, unsigned, junk, `${junk}.${junk}.${junk}`, `${token}&ticket=${ticket}`]) {
    expect(await knock(`${ws}?token=${query}`)).toBe(403);
    if (!query.includes("&")) expect(await knock(ws, ["sip", `token.${query}`])).toBe(403);
  }
  for (const query of [ticket, late, junk]) {
    expect(await knock(`${ws}?ticket=${query}`)).toBe(403);
    expect(await knock(ws, ["sip", `ticket.${query}`])).toBe(403);
  }
  await withSecrets(cloud, async (client, SecretId) => {
    const SecretString = secret("a signing secret that is no JSON", "guarded-by-hand-not-json");
    await client.send(new PutSecretValueCommand({ SecretId, SecretString }));
  });
}

const linesOf = (cloud: LocalCloud): readonly string[] => cloud.logs.map((entry) => JSON.stringify(entry));
const lines = (): readonly string[] => clouds.flatMap(linesOf);

test("no line of any function holds a password, hash, token, ticket, key, description or text", () => {
  expect(leaksIn(lines(), secrets)).toEqual([]);
});

describe("the search means something:", () => {
  test("every kind of secret was there to be found", () => {
    expect([...new Set(secrets.values())].toSorted()).toEqual([
      "JSON that is no SIP",
      "a bearer token",
      "a broken HA1",
      "a broken token",
      "a digest nonce",
      "a digest response",
      "a fingerprint",
      "a late ticket",
      "a malformed timer",
      "a password",
      "a password in a URI",
      "a signing key",
      "a signing secret of the wrong form",
      "a signing secret that is no JSON",
      "a ticket",
      "a token",
      "a wrong password",
      "an HA1",
      "an ice-pwd",
      "an ice-ufrag",
      "an unsigned token",
      "junk for a token",
      "text that is no SIP",
      "the text of a MESSAGE",
    ]);
  });

  test("every function that has something to report wrote it, and the fields of an investigation are there: Call-ID, flow, the refused user and the reason", () => {
    const all = lines().join("\n");
    for (const name of ["authorize", "default", "rotate", "timers"]) expect(all).toContain(`"source":"${name}"`);
    for (const what of ["call_id", "flow", "REGISTER", "INVITE", "MESSAGE"]) expect(all).toContain(what);
    for (const what of ["handshake refused", "timer failed", "not authorized", "rotate failed"])
      expect(all).toContain(what);
  });

  test("a planted line is found, whichever secret it holds and however it is packed", () => {
    for (const [value, what] of secrets) {
      const long = `INVITE sip:x@example.com SIP/2.0\r\n\r\n${value}`;
      const planted = [
        `{"level":"INFO","message":"${value}"}`,
        JSON.stringify({ text: JSON.stringify({ body: value }) }),
        JSON.stringify({ timer: Buffer.from(long).toString("base64") }),
        JSON.stringify({ timer: deflateRawSync(long).toString("base64") }),
      ];
      for (const line of planted) expect(leaksIn([line], secrets).join()).toContain(what);
    }
  });
});
