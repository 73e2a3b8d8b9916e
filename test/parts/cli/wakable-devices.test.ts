import { expect, test } from "@jest/globals";
import { wakableDevices } from "../../../lib/cli/push-test.ts";
import { type Binding, deviceOf, type Registration } from "../../../lib/sip/state/registration.ts";
import { pushUri } from "../../requirements/rfc8599/sleeping-phone.ts";

const now = 1_800_000_000;
const keepSeconds = 600;

function binding(instance: string, address: string | undefined, expiresAt: number): Binding {
  const parameters = address === undefined ? "" : pushUri(`https://push.example/${address}`);
  const contact = `sip:bob@${instance}.invalid${parameters}`;
  return { contact, flow: instance, instance, q: 1000, registeredAt: now - 60, expiresAt, callId: instance, cseq: 1 };
}

function statesOf(part: Pick<Registration, "bindings" | "asleep">): readonly string[] {
  const registration = { aor: "sip:bob@example.com", version: 1, ...part };
  const devices = wakableDevices(registration, { now, keepSeconds });
  return devices.map((one) => `${deviceOf(one.binding)} ${one.state}`);
}

test("push test reaches a phone whose registration has just run out, as long as a call wakes it", () => {
  expect(statesOf({ bindings: [binding("page", "1", now - 590)] })).toEqual(["page asleep"]);
  expect(statesOf({ bindings: [binding("page", "1", now - 600)] })).toEqual([]);
});

test("push test sends one push to an address that two contacts have, to the connected one before one that sleeps", () => {
  const [first, second] = [binding("first", "1", now + 300), binding("second", "1", now + 400)];
  expect(statesOf({ bindings: [first, second] })).toEqual(["second connected"]);
  expect(statesOf({ bindings: [], asleep: [first, second] })).toEqual(["second asleep"]);
  expect(statesOf({ bindings: [first], asleep: [second] })).toEqual(["first connected"]);
});

test("push test leaves out a phone without a push address, and reaches two addresses of a user", () => {
  const bindings = [binding("desk", undefined, now + 300), binding("page", "1", now + 300)];
  expect(statesOf({ bindings, asleep: [binding("mobile", "2", now + 900)] })).toEqual([
    "page connected",
    "mobile asleep",
  ]);
});
