import { describe, expect, test } from "@jest/globals";
import type { PutEvents } from "../../../lib/aws/client/event-bridge.ts";
import { createPublish } from "../../../lib/aws/records/publisher.ts";
import type { SipEvent } from "../../../lib/operations/records/events.ts";

const event = (phones: number): SipEvent => ({
  type: "registration.changed",
  at: 0,
  detail: { address: "sip:alice@example.com", phones, before: 0 },
});

/** A bus that refuses some entries of each call, by their number of phones. */
function aBus(refuse: (phones: unknown, call: number) => string | undefined) {
  const calls: unknown[][] = [];
  const put: PutEvents = (_bus, entries) => {
    const numbers = entries.map(({ detail }) => ("phones" in detail ? detail.phones : undefined));
    calls.push(numbers);
    return Promise.resolve(numbers.map((phones) => refuse(phones, calls.length)));
  };
  return { calls, publish: createPublish(put, "phones") };
}

describe("EventBridge answers 200 although entries failed, and the SDK repeats none: the publisher", () => {
  test("puts the entries that failed again, and no others", async () => {
    const { calls, publish } = aBus((phones, call) => (phones === 2 && call === 1 ? "InternalFailure" : undefined));
    await publish([event(1), event(2), event(3)]);
    expect(calls).toEqual([[1, 2, 3], [2]]);
  });

  test("rejects if an entry goes on failing, so that its lines are delivered again", async () => {
    const { calls, publish } = aBus((phones) => (phones === 2 ? "ThrottlingException" : undefined));
    await expect(publish([event(1), event(2)])).rejects.toMatchObject({
      code: "ERR_PUBLISH",
      message: "1 events were not put on phones: ThrottlingException",
    });
    expect(calls).toEqual([[1, 2], [2], [2]]);
  });

  test("puts ten entries at a time", async () => {
    const { calls, publish } = aBus(() => undefined);
    await publish(Array.from({ length: 21 }, (_, index) => event(index)));
    expect(calls.map(({ length }) => length)).toEqual([10, 10, 1]);
  });

  test("makes no call for no event", async () => {
    const { calls, publish } = aBus(() => undefined);
    await publish([]);
    expect(calls).toEqual([]);
  });
});
