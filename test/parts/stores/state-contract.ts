// The contract that `lib/signaling` and the protocol rely on, for every store. memory.test.ts,
// dynalite.test.ts and extenddb.test.ts supply the store; every test uses keys of its own, so that one store serves
// them all.
import { afterAll, beforeAll } from "@jest/globals";
import { branchContract } from "./contract/branches.ts";
import { changeContract } from "./contract/changes.ts";
import { messageContract } from "./contract/messages.ts";
import { readContract } from "./contract/read.ts";
import { eventContract } from "./contract/events.ts";
import { roundTripContract } from "./contract/round-trip.ts";
import { stepContract } from "./contract/steps.ts";
import { subscriberContract } from "./contract/subscribers.ts";
import { versionContract } from "./contract/versions.ts";
import type { StateUnderTest } from "./state-under-test.ts";

export function stateContract(open: () => Promise<StateUnderTest>): void {
  let opened: StateUnderTest;
  beforeAll(async () => {
    opened = await open();
  });
  afterAll(() => opened.close());

  const state = () => opened;
  readContract(state);
  versionContract(state);
  changeContract(state);
  branchContract(state);
  stepContract(state);
  messageContract(state);
  roundTripContract(state);
  eventContract(state);
  subscriberContract(state);
}
