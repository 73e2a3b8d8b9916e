import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { establish } from "../../support/phone/call.ts";
import type { SocketPhone } from "../../support/phone/socket.ts";
import { closeClouds } from "../local/cloud.ts";
import { anOperatedService, type OperatedService } from "./command.ts";

let service: OperatedService;
let alice: SocketPhone;
let bob: SocketPhone;

beforeAll(async () => {
  service = await anOperatedService();
  [alice, bob] = [await service.online("alice"), await service.online("bob")];
});
afterAll(async () => {
  service.stop();
  await closeClouds();
});

describe("calls end", () => {
  test("ends a call by BYE to both phones, and the call is listed as ended by the operator", async () => {
    const { invite } = await establish(alice, bob);
    const other = await establish(alice, bob);
    expect(await service.sip(["calls", "end", invite.callId, "--yes"])).toEqual({
      code: 0,
      out: "Ended the call of alice@example.com and bob@example.com\n",
      error: "",
    });
    const byes = [await alice.takeRequest("BYE"), await bob.takeRequest("BYE")];
    for (const { fields } of byes) expect(JSON.stringify(fields)).toContain(invite.callId);
    expect(JSON.stringify(byes)).not.toContain(other.invite.callId);
    await service.cloud.settled();
    const calls = await service.json(["calls"]);
    expect(calls).toMatchObject([
      { callId: invite.callId, state: "ended", reason: "call-ended-by-operator" },
      { callId: other.invite.callId, state: "answered" },
    ]);
  });

  test("of a call that has ended, or was never there, fails and says why", async () => {
    const { invite, caller } = await establish(alice, bob);
    await alice.inDialog("BYE", caller);
    await service.cloud.settled();
    for (const callId of [invite.callId, "unknown"]) {
      const { code, error } = await service.sip(["calls", "end", callId, "--yes"]);
      expect([code, error]).toEqual([1, expect.stringContaining(`No call ${callId} has an open row`)]);
    }
  });

  test("without a terminal asks for --yes, and ends no call", async () => {
    const { invite } = await establish(alice, bob);
    expect((await service.sip(["calls", "end", invite.callId])).code).toBe(2);
    expect(await service.json(["calls", "end", invite.callId, "--yes"])).toEqual({ ended: invite.callId });
  });
});
