import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "@jest/globals";
import { closeClouds } from "../../parts/local/cloud.ts";
import { establish } from "../../support/phone/call.ts";
import { aService } from "./service.ts";

const dataDir = mkdtempSync(join(tmpdir(), "restart-"));
afterAll(async () => {
  await closeClouds();
  rmSync(dataDir, { recursive: true, force: true });
});

test("with a data folder a call goes on after a restart: the signing key is kept, the phones register again", async () => {
  const before = await aService({ dataDir });
  const [alice, bob] = [await before.online("alice"), await before.online("bob")];
  const { caller, callee } = await establish(alice, bob);
  const port = Number(new URL(before.cloud.http).port);
  await before.cloud.close();

  const after = await aService({ dataDir, port });
  const [first, second] = [
    await after.online("alice", alice.instance ?? undefined),
    await after.online("bob", bob.instance ?? undefined),
  ];
  await first.inDialog("INFO", caller);
  await second.answer(await second.takeRequest("INFO"), 200);
  expect((await first.takeFinal("INFO")).status).toBe(200);
  await second.inDialog("BYE", callee);
  await first.answer(await first.takeRequest("BYE"), 200);
  expect((await second.takeFinal("BYE")).status).toBe(200);
});
