// What has no version of its own, and several changes together.
import { describe, expect, test } from "@jest/globals";
import { aContext, aFlow, aRegistration, fresh, fullest, NOW } from "../samples.ts";
import type { StateUnderTest } from "../state-under-test.ts";

export function changeContract(state: () => StateUnderTest): void {
  describe("a flow", () => {
    test("is replaced by its next record, whole", async () => {
      const flow = fresh("flow");
      await state().commit([{ kind: "flow", record: aFlow(flow, fullest.flow) }]);
      const next = aFlow(flow, { identity: "sip:bob@example.com", bound: [], expiresAt: NOW + 1 });
      expect(await state().commit([{ kind: "flow", record: next }])).toBe("committed");
      expect((await state().look({ flow })).flow).toStrictEqual(next);
    });

    test("is removed, and others stay", async () => {
      const [flow, other] = [fresh("flow"), fresh("flow")];
      await state().commit([
        { kind: "flow", record: aFlow(flow) },
        { kind: "flow", record: aFlow(other) },
      ]);
      expect(await state().commit([{ kind: "flow gone", flow }])).toBe("committed");
      expect((await state().look({ flow })).flow).toBeUndefined();
      expect((await state().look({ flow: other })).flow).toBeDefined();
    });

    test("that is not there can be removed, once and again", async () => {
      const flow = fresh("flow");
      for (let time = 0; time < 2; time += 1) {
        expect(await state().commit([{ kind: "flow gone", flow }])).toBe("committed");
      }
    });
  });

  describe("a commit", () => {
    test("of nothing is committed", async () => {
      expect(await state().commit([])).toBe("committed");
    });

    test("with a conflict forgets no flow: the decision is taken again, and needs to know what was bound to it", async () => {
      const [key, kept] = [fresh("row"), aFlow(fresh("flow"))];
      await register(state(), key);
      await state().commit([{ kind: "flow", record: kept }]);
      const outcome = await state().commit([
        { kind: "flow gone", flow: kept.flow },
        { kind: "registration", registration: aRegistration(key), expiresAt: NOW },
      ]);
      expect(outcome).toBe("conflict");
      expect((await state().look({ flow: kept.flow })).flow).toStrictEqual(kept);
    });

    test("with a conflict in one row stores the other: each row is judged by itself", async () => {
      const [stale, current] = [fresh("row"), aContext(fresh("context"))];
      await register(state(), stale);
      const outcome = await state().commit([
        { kind: "registration", registration: aRegistration(stale), expiresAt: NOW },
        { kind: "context", context: current },
      ]);
      expect(outcome).toBe("conflict");
      expect((await state().look({ context: current.id })).context?.version).toBe(1);
    });
  });
}

function register(state: StateUnderTest, key: string, version = 0): Promise<"committed" | "conflict"> {
  const registration = { ...aRegistration(key), version };
  return state.commit([{ kind: "registration", registration, expiresAt: NOW }]);
}
