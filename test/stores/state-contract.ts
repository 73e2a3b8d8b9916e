// What `lib/signaling.ts` and the protocol rely on, whichever body the state has. memory.test.ts, dynalite.test.ts and
// extenddb.test.ts supply the body; every test uses keys of its own, so that one body serves them all.
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { isRightResponse } from "../../lib/sip/auth/digest.ts";
import { aor } from "../../lib/sip/location/aor.ts";
import type { Change, Seen } from "../../lib/sip/world.ts";
import type { Ports } from "../../lib/signaling.ts";
import { arbitraryBinding, arbitraryContext, arbitraryFlow } from "./arbitrary-state.ts";
import { digestExamples } from "./digest-examples.ts";
import { aContext, aFlow, aRegistration, bindings, contexts, flows, fresh, fullest, NOW } from "./samples.ts";

export interface StateUnderTest extends Pick<Ports, "look" | "commit"> {
  /** `domain` is domain of the AOR and digest realm. */
  addSubscriber(subscriber: { user: string; password: string; domain: string }): Promise<void>;
  close(): Promise<void>;
}

const nothing: Seen = { registration: { aor: "", version: 0, bindings: [] }, subscribers: [] };

/** Writers that race for one row. */
const RACERS = Array.from({ length: 8 }, (_, index) => index);

/** The two kinds of row that carry a version, alike in all that matters here. */
const versioned = [
  {
    what: "registration",
    change: (key: string, version: number, mark: number): Change => ({
      kind: "registration",
      registration: { aor: key, version, bindings: [{ ...fullest.binding, cseq: mark }] },
      expiresAt: NOW,
    }),
    read: async (state: StateUnderTest, key: string) => {
      const { registration } = await state.look({ registration: key });
      return { version: registration.version, mark: registration.bindings[0]?.cseq };
    },
  },
  {
    what: "context",
    change: (key: string, version: number, mark: number): Change => ({
      kind: "context",
      context: aContext(key, { ...fullest.context, version, epoch: mark }),
    }),
    read: async (state: StateUnderTest, key: string) => {
      const { context } = await state.look({ context: key });
      return { version: context?.version ?? 0, mark: context?.epoch };
    },
  },
] as const;

export function stateContract(open: () => Promise<StateUnderTest>): void {
  let state: StateUnderTest;
  beforeAll(async () => {
    state = await open();
  });
  afterAll(() => state.close());

  function register(key: string, version = 0): Promise<"committed" | "conflict"> {
    const registration = { ...aRegistration(key), version };
    return state.commit([{ kind: "registration", registration, expiresAt: NOW }]);
  }

  describe("look", () => {
    test("for nothing known returns version 0 and no bindings, and nothing else", async () => {
      const registration = fresh("sip:nobody@example.com");
      const seen = await state.look({
        registration,
        flow: fresh("no-flow"),
        context: fresh("no-context"),
        subscribers: [registration],
      });
      expect(seen).toStrictEqual({ registration: { aor: registration, version: 0, bindings: [] }, subscribers: [] });
    });

    test("asked nothing knows nothing", async () => {
      expect(await state.look({})).toStrictEqual(nothing);
      expect(await state.look({ subscribers: [] })).toStrictEqual(nothing);
    });

    test("sees what was committed before, and its version is one more than the one it was decided on", async () => {
      const [user, flow, context] = [fresh("alice"), aFlow(fresh("flow")), aContext(fresh("context"))];
      const registration = aRegistration(aor(user, "example.com"));
      await state.addSubscriber({ user, password: "secret", domain: "example.com" });
      await state.commit([
        { kind: "registration", registration, expiresAt: NOW },
        { kind: "context", context },
        { kind: "flow", record: flow },
      ]);
      const seen = await state.look({
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
      await register(key);
      await state.commit([
        { kind: "context", context: aContext(key) },
        { kind: "flow", record: aFlow(key) },
      ]);
      expect(Object.keys(await state.look({ flow: key })).toSorted()).toEqual(["flow", "registration", "subscribers"]);
      expect((await state.look({ flow: key })).registration.version).toBe(0);
      expect(Object.keys(await state.look({ context: key })).toSorted()).toEqual([
        "context",
        "registration",
        "subscribers",
      ]);
      expect((await state.look({ registration: key })).registration.version).toBe(1);
      expect(Object.keys(await state.look({ registration: key })).toSorted()).toEqual(["registration", "subscribers"]);
    });

    test("tells each subscriber once, however often and in whatever order it is asked for", async () => {
      const [ann, ben] = [fresh("ann"), fresh("ben")];
      for (const user of [ann, ben]) await state.addSubscriber({ user, password: user, domain: "example.com" });
      const [first, second] = [aor(ann, "example.com"), aor(ben, "example.com")];
      const { subscribers } = await state.look({
        subscribers: [second, first, "sip:nobody@example.com", second, first],
      });
      expect(subscribers.map((subscriber) => subscriber.aor).toSorted()).toEqual([first, second]);
    });

    test("tells what is past its expiry too: to judge that is the reader's", async () => {
      const [context, flow] = [aContext(fresh("late"), { ...fullest.context, expiresAt: 1 }), fresh("late")];
      await state.commit([
        { kind: "context", context },
        { kind: "flow", record: aFlow(flow, { ...fullest.flow, expiresAt: 1 }) },
      ]);
      const seen = await state.look({ context: context.id, flow });
      expect([seen.context?.expiresAt, seen.flow?.expiresAt]).toEqual([1, 1]);
    });

    test.each([
      ["empty", ""],
      ["longer than a key can be", "x".repeat(2049)],
      ["too long only once it is UTF-8", "ä".repeat(1025)],
    ])("for a key that is %s knows nothing, and tells the rest", async (_what, key) => {
      const flow = aFlow(fresh("flow"));
      await state.commit([{ kind: "flow", record: flow }]);
      const seen = await state.look({ flow: flow.flow, registration: key, context: key, subscribers: [key] });
      expect(seen).toStrictEqual({ ...nothing, flow, registration: { aor: key, version: 0, bindings: [] } });
    });

    test("finds the longest key there can be", async () => {
      const key = fresh("sip:long@example.com").padEnd(2048, "x");
      await register(key);
      expect((await state.look({ registration: key })).registration.version).toBe(1);
    });
  });

  describe.each(versioned)("a $what", ({ change, read }) => {
    test("written on the version that is stored is committed, again and again", async () => {
      const key = fresh("row");
      for (const version of [0, 1, 2]) expect(await state.commit([change(key, version, version)])).toBe("committed");
      expect(await read(state, key)).toEqual({ version: 3, mark: 2 });
    });

    test("written on an old version is a conflict and changes nothing", async () => {
      const key = fresh("row");
      for (const version of [0, 1]) await state.commit([change(key, version, version)]);
      expect(await state.commit([change(key, 1, 99)])).toBe("conflict");
      expect(await read(state, key)).toEqual({ version: 2, mark: 1 });
    });

    test("written as the first is a conflict and changes nothing if there is one already", async () => {
      const key = fresh("row");
      await state.commit([change(key, 0, 1)]);
      expect(await state.commit([change(key, 0, 99)])).toBe("conflict");
      expect(await read(state, key)).toEqual({ version: 1, mark: 1 });
    });

    test("written on a version that was never stored, or is gone, is a conflict and creates nothing", async () => {
      const key = fresh("row");
      expect(await state.commit([change(key, 5, 99)])).toBe("conflict");
      expect(await read(state, key)).toEqual({ version: 0, mark: undefined });
    });

    test.each([0, 1, 7])("written by several at once on version %i is committed by exactly one", async (version) => {
      const key = fresh("row");
      for (let before = 0; before < version; before += 1) await state.commit([change(key, before, 0)]);
      const outcomes = await Promise.all(RACERS.map((racer) => state.commit([change(key, version, 100 + racer)])));
      expect(outcomes.filter((outcome) => outcome === "committed")).toHaveLength(1);
      expect(await read(state, key)).toEqual({ version: version + 1, mark: 100 + outcomes.indexOf("committed") });
    });

    test("that everybody reads again after a conflict loses no write", async () => {
      const key = fresh("row");
      await Promise.all(
        RACERS.map(async () => {
          for (;;) {
            const { version, mark = 0 } = await read(state, key);
            if ((await state.commit([change(key, version, mark + 1)])) === "committed") return;
          }
        }),
      );
      expect(await read(state, key)).toEqual({ version: RACERS.length, mark: RACERS.length });
    });

    test("has nothing to do with the versions of its neighbours", async () => {
      const [key, neighbour] = [fresh("row"), fresh("row")];
      for (const version of [0, 1]) await state.commit([change(neighbour, version, 0)]);
      expect(await state.commit([change(key, 0, 1)])).toBe("committed");
    });

    test("that is changed twice in one commit is changed once: the other is a conflict", async () => {
      const key = fresh("row");
      expect(await state.commit([change(key, 0, 1), change(key, 0, 2)])).toBe("conflict");
      expect((await read(state, key)).version).toBe(1);
    });
  });

  describe("a flow", () => {
    test("is replaced by its next record, whole", async () => {
      const flow = fresh("flow");
      await state.commit([{ kind: "flow", record: aFlow(flow, fullest.flow) }]);
      const next = aFlow(flow, { identity: "sip:bob@example.com", bound: [], expiresAt: NOW + 1 });
      expect(await state.commit([{ kind: "flow", record: next }])).toBe("committed");
      expect((await state.look({ flow })).flow).toStrictEqual(next);
    });

    test("is removed, and others stay", async () => {
      const [flow, other] = [fresh("flow"), fresh("flow")];
      await state.commit([
        { kind: "flow", record: aFlow(flow) },
        { kind: "flow", record: aFlow(other) },
      ]);
      expect(await state.commit([{ kind: "flow gone", flow }])).toBe("committed");
      expect((await state.look({ flow })).flow).toBeUndefined();
      expect((await state.look({ flow: other })).flow).toBeDefined();
    });

    test("that is not there can be removed, once and again", async () => {
      const flow = fresh("flow");
      for (let time = 0; time < 2; time += 1) {
        expect(await state.commit([{ kind: "flow gone", flow }])).toBe("committed");
      }
    });
  });

  describe("a commit", () => {
    test("of nothing is committed", async () => {
      expect(await state.commit([])).toBe("committed");
    });

    test("with a conflict leaves flows as they are: the decision is taken again", async () => {
      const [key, kept, unborn] = [fresh("row"), aFlow(fresh("flow")), fresh("flow")];
      await register(key);
      await state.commit([{ kind: "flow", record: kept }]);
      const outcome = await state.commit([
        { kind: "flow gone", flow: kept.flow },
        { kind: "registration", registration: aRegistration(key), expiresAt: NOW },
        { kind: "flow", record: aFlow(unborn) },
      ]);
      expect(outcome).toBe("conflict");
      expect((await state.look({ flow: kept.flow })).flow).toStrictEqual(kept);
      expect((await state.look({ flow: unborn })).flow).toBeUndefined();
    });

    test("with a conflict in one row stores the other: each row is judged by itself", async () => {
      const [stale, current] = [fresh("row"), aContext(fresh("context"))];
      await register(stale);
      const outcome = await state.commit([
        { kind: "registration", registration: aRegistration(stale), expiresAt: NOW },
        { kind: "context", context: current },
      ]);
      expect(outcome).toBe("conflict");
      expect((await state.look({ context: current.id })).context?.version).toBe(1);
    });
  });

  describe("comes back exactly as it was stored:", () => {
    test.each(Object.entries(bindings))("%s", async (_what, held) => {
      const registration = aRegistration(fresh("sip:zoë@example.com"), held);
      await state.commit([{ kind: "registration", registration, expiresAt: NOW }]);
      const seen = await state.look({ registration: registration.aor });
      expect(seen.registration).toStrictEqual({ ...registration, version: 1 });
    });

    test.each(Object.entries(flows))("%s", async (_what, rest) => {
      const record = aFlow(fresh('flow "ü" ='), rest);
      await state.commit([{ kind: "flow", record }]);
      expect((await state.look({ flow: record.flow })).flow).toStrictEqual(record);
    });

    test.each(Object.entries(contexts))("%s", async (_what, rest) => {
      const context = aContext(fresh("context"), rest);
      await state.commit([{ kind: "context", context }]);
      expect((await state.look({ context: context.id })).context).toStrictEqual({ ...context, version: 1 });
    });

    test("a field that the next version no longer has", async () => {
      const id = fresh("context");
      const { final: _final, ...rest } = fullest.context;
      const [branch] = contexts["a context without any optional field"]?.branches ?? [];
      const lean = aContext(id, { ...rest, version: 1, branches: branch ? [branch] : [] });
      await state.commit([{ kind: "context", context: aContext(id, fullest.context) }]);
      await state.commit([{ kind: "context", context: lean }]);
      expect((await state.look({ context: id })).context).toStrictEqual({ ...lean, version: 2 });
    });

    test("whatever the types allow", async () => {
      const anything = fc.record({
        held: fc.array(arbitraryBinding, { maxLength: 4 }),
        flow: arbitraryFlow,
        context: arbitraryContext,
      });
      await fc.assert(
        fc.asyncProperty(anything, async ({ held, flow, context }) => {
          const key = fresh("any");
          const registration = { aor: key, version: 0, bindings: held };
          const stored = { ...context, id: key, version: 0 };
          await state.commit([
            { kind: "registration", registration, expiresAt: NOW },
            { kind: "context", context: stored },
            { kind: "flow", record: { ...flow, flow: key } },
          ]);
          expect(await state.look({ flow: key, registration: key, context: key })).toStrictEqual({
            registration: { ...registration, version: 1 },
            context: { ...stored, version: 1 },
            flow: { ...flow, flow: key },
            subscribers: [],
          });
        }),
        { numRuns: 40 },
      );
    });
  });

  describe("a subscriber", () => {
    test.each(digestExamples)("proves $password by $algorithm as in $source", async ({ account, ha1, credentials }) => {
      await state.addSubscriber(account);
      const asked = aor(account.user, account.domain);
      const [subscriber] = (await state.look({ subscribers: [asked] })).subscribers;
      expect(subscriber).toEqual({ aor: asked, ha1: expect.objectContaining({ [credentials.algorithm]: ha1 }) });
      expect(isRightResponse(credentials, "GET", subscriber?.ha1[credentials.algorithm] ?? "")).toBe(true);
    });

    test("has an HA1 for every algorithm and nothing that tells the password", async () => {
      const user = fresh("mallory");
      await state.addSubscriber({ user, password: "correct horse", domain: "example.com" });
      const { subscribers } = await state.look({ subscribers: [aor(user, "example.com")] });
      expect(subscribers).toStrictEqual([
        {
          aor: aor(user, "example.com"),
          ha1: {
            MD5: expect.stringMatching(/^[0-9a-f]{32}$/),
            "SHA-256": expect.stringMatching(/^[0-9a-f]{64}$/),
            "SHA-512-256": expect.stringMatching(/^[0-9a-f]{64}$/),
          },
        },
      ]);
      expect(JSON.stringify(subscribers)).not.toContain("correct");
    });

    test("that is added again has the new password only", async () => {
      const user = fresh("renewed");
      const secretAfter = async (password: string) => {
        await state.addSubscriber({ user, password, domain: "example.com" });
        return (await state.look({ subscribers: [aor(user, "example.com")] })).subscribers;
      };
      const [before, after] = [await secretAfter("old"), await secretAfter("new")];
      expect(after).toHaveLength(1);
      expect(after[0]?.ha1.MD5).not.toBe(before[0]?.ha1.MD5);
    });
  });
}
