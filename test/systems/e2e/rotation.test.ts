import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  RotateSecretCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { LocalCloud } from "../../../lib/local/local-cloud.ts";
import { closeClouds } from "../../parts/local/cloud.ts";
import { type Call, establish } from "../../support/phone/call.ts";
import type { SocketPhone } from "../../support/phone/socket.ts";
import { aService, DOMAIN, type Service } from "./service.ts";

// The signing secret gets a new key during a call: by the deployed function, with the grants it has.

const dataDir = mkdtempSync(join(tmpdir(), "sip-rotation-"));
let service: Service;
let alice: SocketPhone;
let bob: SocketPhone;
let call: Call;
beforeAll(async () => {
  service = await aService({ dataDir, environments: { max: 5, stalledMs: 0 } });
  [alice, bob] = [await service.online("alice"), await service.online("bob")];
  call = await establish(alice, bob);
});
afterAll(async () => {
  await closeClouds();
  rmSync(dataDir, { recursive: true });
});

interface Value {
  readonly current: string;
  readonly previous?: string;
  readonly since?: number;
}

/** Does something with the signing secret as the operator; gives its value afterwards. */
async function withSecret(
  { region, credentials, endpoints, outputs }: LocalCloud,
  act: (client: SecretsManagerClient, SecretId: string) => Promise<unknown> = () => Promise.resolve(),
): Promise<Value> {
  const client = new SecretsManagerClient({ region, credentials, endpoint: endpoints.secretsmanager, maxAttempts: 1 });
  const SecretId = outputs["SigningSecretArn"] ?? "";
  try {
    await act(client, SecretId);
    const { SecretString = "" } = await client.send(new GetSecretValueCommand({ SecretId }));
    return JSON.parse(SecretString);
  } finally {
    client.destroy();
  }
}

const rotate = (client: SecretsManagerClient, SecretId: string) => client.send(new RotateSecretCommand({ SecretId }));

/** Requests within the call from both ends, so many at a time that every environment handles some. */
async function talk(rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    await Promise.all([alice.inDialog("INFO", call.caller), bob.inDialog("INFO", call.callee)]);
    const [atBob, atAlice] = await Promise.all([bob.takeRequest("INFO"), alice.takeRequest("INFO")]);
    await Promise.all([bob.answer(atBob, 200), alice.answer(atAlice, 200)]);
    const answers = await Promise.all([alice.takeFinal("INFO"), bob.takeFinal("INFO")]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  }
}

/** So many messages at once, on a connection of their own, that further environments start. */
async function crowd(): Promise<void> {
  const visitor = await service.connect("carol");
  await Promise.all(Array.from({ length: 16 }, () => visitor.request("OPTIONS", `sip:${DOMAIN}`)));
  for (let index = 0; index < 16; index += 1) expect((await visitor.takeFinal("OPTIONS")).status).toBe(200);
  await visitor.close();
}

const reads = (): number =>
  service.cloud.meter.calls.filter(({ caller, action }) => caller === "default" && action === "GetSecretValue").length;

test("a call goes on when the key changes under it, whichever Lambda has heard of it", async () => {
  const first = await withSecret(service.cloud);
  const after = await withSecret(service.cloud, rotate);
  expect(after).toEqual({
    current: expect.not.stringMatching(first.current),
    previous: first.current,
    since: expect.any(Number),
  });
  const before = reads();
  // Two environments more, which read the new value as they start.
  while (reads() < before + 2) {
    await crowd();
    await setTimeout(200);
  }
  await Promise.all([talk(5), crowd()]);
});

test("and one that was refused changes nothing: two rotations in an hour", async () => {
  const before = await withSecret(service.cloud);
  await expect(withSecret(service.cloud, rotate)).rejects.toThrow("rotate failed at testSecret");
  expect(await withSecret(service.cloud)).toEqual(before);
  await talk(1);
});

test("it goes on after a restart, in which a data folder keeps the keys, when the new key signs, an hour later, and even on new connections", async () => {
  const kept = await withSecret(service.cloud);
  const { instance: aliceDevice } = alice;
  const { instance: bobDevice } = bob;
  await service.cloud.settled();
  await service.cloud.close();
  service = await aService({ dataDir });
  expect(await withSecret(service.cloud)).toEqual(kept);
  await withSecret(service.cloud, async (client, SecretId) => {
    const SecretString = JSON.stringify({ ...kept, since: Math.floor(Date.now() / 1000) - 3601 });
    await client.send(new PutSecretValueCommand({ SecretId, SecretString }));
  });
  alice = await service.online("alice", aliceDevice ?? undefined);
  bob = await service.online("bob", bobDevice ?? undefined);
  await talk(2);
  await bob.inDialog("BYE", call.callee);
  await alice.answer(await alice.takeRequest("BYE"), 200);
  expect((await bob.takeFinal("BYE")).status).toBe(200);
});

test("signatures of the key before the previous one are refused", async () => {
  await withSecret(service.cloud, async (client, SecretId) => {
    await client.send(new PutSecretValueCommand({ SecretId, SecretString: '{"current":"k1","previous":"k2"}' }));
  });
  await service.cloud.close();
  service = await aService({ dataDir });
  alice = await service.online("alice");
  bob = await service.online("bob");
  await alice.inDialog("INFO", call.caller);
  expect((await alice.takeFinal("INFO")).status).toBe(403);
});
