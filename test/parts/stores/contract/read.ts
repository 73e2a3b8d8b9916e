// Reading: several keys of each kind in one call, and only the records that exist.
import { describe, expect, test } from "@jest/globals";
import { emptySnapshot } from "../../../support/empty-snapshot.ts";
import { aor } from "../../../../lib/sip/syntax/aor.ts";
import { aContactOwner, aContext, aFlow, aRegistration, fresh, fullest, NOW, storedAs } from "../samples.ts";
import type { StateUnderTest } from "../state-under-test.ts";

export function readContract(state: () => StateUnderTest): void {
  describe("read", () => {
    test("returns nothing for keys without records", async () => {
      const key = fresh("sip:absent@example.com");
      const keys = [key];
      const snapshot = await state().read({
        flows: keys,
        contactOwners: keys,
        registrations: keys,
        subscribers: keys,
        contexts: keys,
        loginFailures: keys,
        loginHistories: keys,
        resourceStates: keys,
        subscriptions: keys,
        watchers: keys,
        watchings: keys,
      });
      expect(snapshot).toStrictEqual(emptySnapshot);
    });

    test("returns nothing for no keys", async () => {
      expect(await state().read({})).toStrictEqual(emptySnapshot);
      expect(await state().read({ subscribers: [] })).toStrictEqual(emptySnapshot);
    });

    test("returns committed records, with a version one higher than the one they were decided on", async () => {
      const [user, flow, context] = [fresh("alice"), aFlow(fresh("flow")), aContext(fresh("context"))];
      const registration = aRegistration(aor(user, "example.com"));
      const owner = aContactOwner(fresh("contact"));
      await state().addSubscriber({ user, password: "secret", domain: "example.com" });
      await state().commit([
        { kind: "registration", registration, expiresAt: NOW },
        { kind: "context", context },
        { kind: "flow", record: flow },
        { kind: "contact owner", owner },
      ]);
      const snapshot = await state().read({
        registrations: [registration.aor],
        flows: [flow.flow],
        contexts: [context.id],
        subscribers: [registration.aor],
        contactOwners: [owner.contact],
      });
      expect(snapshot).toStrictEqual({
        flows: [flow],
        contactOwners: [owner],
        registrations: [{ ...registration, version: 1 }],
        subscribers: [{ aor: registration.aor, ha1: expect.anything(), ha1b: expect.anything() }],
        contexts: [storedAs(1, context)],
        keptResponses: [],
        loginFailures: [],
        loginHistories: [],
        storedMessages: [],
        resourceStates: [],
        subscriptions: [],
        watchings: [],
        httpSessions: [],
        httpCalls: [],
      });
    });

    test("returns several records of each kind", async () => {
      const [first, second] = [fresh("several"), fresh("several")];
      for (const key of [first, second]) {
        await register(state(), key);
        await state().commit([
          { kind: "context", context: aContext(key) },
          { kind: "flow", record: aFlow(key) },
          { kind: "contact owner", owner: aContactOwner(key) },
        ]);
      }
      const keys = [second, first];
      const found = await state().read({ flows: keys, registrations: keys, contexts: keys, contactOwners: keys });
      const expected = keys.toSorted();
      expect(found.flows.map(({ flow }) => flow).toSorted()).toEqual(expected);
      expect(found.registrations.map((one) => one.aor).toSorted()).toEqual(expected);
      expect(found.contexts.map(({ id }) => id).toSorted()).toEqual(expected);
      expect(found.contactOwners.map(({ contact }) => contact).toSorted()).toEqual(expected);
    });

    test("returns only the kinds that were asked for, although every kind has a record under the key", async () => {
      const key = fresh("everywhere");
      await register(state(), key);
      await state().commit([
        { kind: "context", context: aContext(key) },
        { kind: "flow", record: aFlow(key) },
        { kind: "contact owner", owner: aContactOwner(key) },
      ]);
      expect(await state().read({ flows: [key] })).toStrictEqual({ ...emptySnapshot, flows: [aFlow(key)] });
      expect(await state().read({ contactOwners: [key] })).toStrictEqual({
        ...emptySnapshot,
        contactOwners: [aContactOwner(key)],
      });
      const { contexts, ...others } = await state().read({ contexts: [key] });
      const { contexts: _none, ...empty } = emptySnapshot;
      expect([contexts.length, others]).toEqual([1, empty]);
      const { registrations } = await state().read({ registrations: [key] });
      expect(registrations.map(({ version }) => version)).toEqual([1]);
    });

    test("returns each record once, however often its key is named", async () => {
      const [ann, ben] = [fresh("ann"), fresh("ben")];
      for (const user of [ann, ben]) await state().addSubscriber({ user, password: user, domain: "example.com" });
      const [first, second] = [aor(ann, "example.com"), aor(ben, "example.com")];
      const { subscribers } = await state().read({
        subscribers: [second, first, "sip:absent@example.com", second, first],
      });
      expect(subscribers.map((subscriber) => subscriber.aor).toSorted()).toEqual([first, second]);
    });

    test("returns expired records too: the reader compares the expiry", async () => {
      const [context, flow] = [aContext(fresh("late"), { ...fullest.context, expiresAt: 1 }), fresh("late")];
      await state().commit([
        { kind: "context", context },
        { kind: "flow", record: aFlow(flow, { ...fullest.flow, expiresAt: 1 }) },
      ]);
      const { contexts, flows } = await state().read({ contexts: [context.id], flows: [flow] });
      expect([...contexts, ...flows].map(({ expiresAt }) => expiresAt)).toEqual([1, 1]);
    });

    test.each([
      ["empty", ""],
      ["longer than a key can be", "x".repeat(2049)],
      ["too long only once it is UTF-8", "ä".repeat(1025)],
    ])("returns nothing for a key that is %s, and the records of the other keys", async (_what, key) => {
      const flow = aFlow(fresh("flow"));
      await state().commit([{ kind: "flow", record: flow }]);
      const keys = [key];
      const found = await state().read({
        flows: [flow.flow],
        registrations: keys,
        contexts: keys,
        subscribers: keys,
      });
      expect(found).toStrictEqual({ ...emptySnapshot, flows: [flow] });
    });

    test("finds a record under the longest possible key", async () => {
      const key = fresh("sip:long@example.com").padEnd(2048, "x");
      await register(state(), key);
      const { registrations } = await state().read({ registrations: [key] });
      expect(registrations.map(({ version }) => version)).toEqual([1]);
    });
  });
}

function register(state: StateUnderTest, key: string, version = 0): Promise<"committed" | "conflict"> {
  const registration = { ...aRegistration(key), version };
  return state.commit([{ kind: "registration", registration, expiresAt: NOW }]);
}
