// What a look tells, and what it does not.
import { describe, expect, test } from "@jest/globals";
import { aor } from "../../../../lib/sip/syntax/aor.ts";
import type { Seen } from "../../../../lib/sip/world.ts";
import { aContext, aFlow, aRegistration, fresh, NOW, fullest } from "../samples.ts";
import type { StateUnderTest } from "../state-under-test.ts";

const nothing: Seen = { registration: { aor: "", version: 0, bindings: [] }, subscribers: [] };

export function lookContract(state: () => StateUnderTest): void {
  describe("look", () => {
    test("for nothing known returns version 0 and no bindings, and nothing else", async () => {
      const registration = fresh("sip:nobody@example.com");
      const seen = await state().look({
        registration,
        flow: fresh("no-flow"),
        context: fresh("no-context"),
        subscribers: [registration],
      });
      expect(seen).toStrictEqual({ registration: { aor: registration, version: 0, bindings: [] }, subscribers: [] });
    });

    test("asked nothing knows nothing", async () => {
      expect(await state().look({})).toStrictEqual(nothing);
      expect(await state().look({ subscribers: [] })).toStrictEqual(nothing);
    });

    test("sees what was committed before, and its version is one more than the one it was decided on", async () => {
      const [user, flow, context] = [fresh("alice"), aFlow(fresh("flow")), aContext(fresh("context"))];
      const registration = aRegistration(aor(user, "example.com"));
      await state().addSubscriber({ user, password: "secret", domain: "example.com" });
      await state().commit([
        { kind: "registration", registration, expiresAt: NOW },
        { kind: "context", context },
        { kind: "flow", record: flow },
      ]);
      const seen = await state().look({
        registration: registration.aor,
        flow: flow.flow,
        context: context.id,
        subscribers: [registration.aor],
      });
      expect(seen).toStrictEqual({
        registration: { ...registration, version: 1 },
        flow,
        context: { ...context, version: 1 },
        subscribers: [{ aor: registration.aor, ha1: expect.anything() }],
      });
    });

    test("tells only what was asked for, though one key stands in every table", async () => {
      const key = fresh("everywhere");
      await register(state(), key);
      await state().commit([
        { kind: "context", context: aContext(key) },
        { kind: "flow", record: aFlow(key) },
      ]);
      expect(Object.keys(await state().look({ flow: key })).toSorted()).toEqual([
        "flow",
        "registration",
        "subscribers",
      ]);
      expect((await state().look({ flow: key })).registration.version).toBe(0);
      expect(Object.keys(await state().look({ context: key })).toSorted()).toEqual([
        "context",
        "registration",
        "subscribers",
      ]);
      expect((await state().look({ registration: key })).registration.version).toBe(1);
      expect(Object.keys(await state().look({ registration: key })).toSorted()).toEqual([
        "registration",
        "subscribers",
      ]);
    });

    test("tells each subscriber once, however often and in whatever order it is asked for", async () => {
      const [ann, ben] = [fresh("ann"), fresh("ben")];
      for (const user of [ann, ben]) await state().addSubscriber({ user, password: user, domain: "example.com" });
      const [first, second] = [aor(ann, "example.com"), aor(ben, "example.com")];
      const { subscribers } = await state().look({
        subscribers: [second, first, "sip:nobody@example.com", second, first],
      });
      expect(subscribers.map((subscriber) => subscriber.aor).toSorted()).toEqual([first, second]);
    });

    test("tells what is past its expiry too: to judge that is the reader's", async () => {
      const [context, flow] = [aContext(fresh("late"), { ...fullest.context, expiresAt: 1 }), fresh("late")];
      await state().commit([
        { kind: "context", context },
        { kind: "flow", record: aFlow(flow, { ...fullest.flow, expiresAt: 1 }) },
      ]);
      const seen = await state().look({ context: context.id, flow });
      expect([seen.context?.expiresAt, seen.flow?.expiresAt]).toEqual([1, 1]);
    });

    test.each([
      ["empty", ""],
      ["longer than a key can be", "x".repeat(2049)],
      ["too long only once it is UTF-8", "ä".repeat(1025)],
    ])("for a key that is %s knows nothing, and tells the rest", async (_what, key) => {
      const flow = aFlow(fresh("flow"));
      await state().commit([{ kind: "flow", record: flow }]);
      const seen = await state().look({ flow: flow.flow, registration: key, context: key, subscribers: [key] });
      expect(seen).toStrictEqual({ ...nothing, flow, registration: { aor: key, version: 0, bindings: [] } });
    });

    test("finds the longest key there can be", async () => {
      const key = fresh("sip:long@example.com").padEnd(2048, "x");
      await register(state(), key);
      expect((await state().look({ registration: key })).registration.version).toBe(1);
    });
  });
}

function register(state: StateUnderTest, key: string, version = 0): Promise<"committed" | "conflict"> {
  const registration = { ...aRegistration(key), version };
  return state.commit([{ kind: "registration", registration, expiresAt: NOW }]);
}
