// Records without a version of their own, and several changes together.
import { describe, expect, test } from "@jest/globals";
import { aContext, aFlow, fresh, fullest, gone, loginHistories, NOW } from "../samples.ts";
import { httpCallsKey } from "../../../../lib/sip/state/http-calls.ts";
import type { LoginHistory } from "../../../../lib/sip/state/login-history.ts";
import type { StateUnderTest } from "../state-under-test.ts";
import type { WhyEnded } from "../../../../lib/sip/state/call.ts";
import type { Change } from "../../../../lib/sip/state/change.ts";

export function changeContract(state: () => StateUnderTest): void {
  describe("a flow", () => {
    test("is replaced by its next record, whole but for its calls, watched packages and the end of the last call", async () => {
      const flow = fresh("flow");
      await state().commit([{ kind: "flow", record: aFlow(flow, { ...fullest.flow, calls: ["a", "b"] }) }]);
      const kept = { watched: fullest.flow.watched, idleSince: fullest.flow.idleSince };
      const next = aFlow(flow, { identity: "sip:bob@example.com", bound: [], expiresAt: NOW + 1 });
      expect(await state().commit([{ kind: "flow", record: next }])).toBe("committed");
      expect((await state().read({ flows: [flow] })).flows[0]).toStrictEqual({ ...next, ...kept, calls: ["a", "b"] });
      await state().commit([{ kind: "flow", record: { ...next, calls: ["b", "c"] } }]);
      expect((await state().read({ flows: [flow] })).flows[0]).toStrictEqual({
        ...next,
        ...kept,
        calls: ["a", "b", "c"],
      });
    });

    test("that has closed keeps its record with the time, and others stay open", async () => {
      const [flow, other] = [fresh("flow"), fresh("flow")];
      const record = aFlow(flow, fullest.flow);
      await state().commit([
        { kind: "flow", record },
        { kind: "flow", record: aFlow(other) },
      ]);
      expect(await state().commit([gone(flow)])).toBe("committed");
      const closed = { ...record, closedAt: NOW, expiresAt: NOW + 60 };
      expect((await state().read({ flows: [flow] })).flows).toStrictEqual([closed]);
      expect((await state().read({ flows: [other] })).flows).toStrictEqual([aFlow(other)]);
    });

    test("that has closed takes no other record, call, package or digest", async () => {
      for (const isRecorded of [false, true]) {
        const flow = fresh("flow");
        if (isRecorded) await state().commit([{ kind: "flow", record: aFlow(flow) }]);
        await state().commit([gone(flow)]);
        const closed = (await state().read({ flows: [flow] })).flows;
        expect(closed).toMatchObject([{ flow, bound: [], closedAt: NOW, expiresAt: NOW + 60 }]);
        const later: readonly Change[] = [
          { kind: "flow", record: aFlow(flow, fullest.flow) },
          { kind: "flow call", flow, call: "a" },
          { kind: "flow watched", flow, event: "dialog", calls: [] },
          { kind: "digest", flow, digest: fullest.flow.lastDigest },
        ];
        for (const change of later) expect(await state().commit([change])).toBe("conflict");
        const silent: readonly Change[] = [
          { kind: "flow", record: aFlow(flow, fullest.flow), ifAbsent: true },
          { kind: "flow call over", flow, call: "a", at: NOW },
        ];
        for (const change of silent) expect(await state().commit([change])).toBe("committed");
        expect((await state().read({ flows: [flow] })).flows).toStrictEqual(closed);
      }
    });

    test("can close repeatedly", async () => {
      const flow = fresh("flow");
      for (let time = 0; time < 2; time += 1) expect(await state().commit([gone(flow)])).toBe("committed");
    });

    test.each([
      { bound: undefined, read: 0, result: "committed" },
      { bound: [], read: 0, result: "committed" },
      { bound: ["sip:a@example.com"], read: 1, result: "committed" },
      { bound: ["sip:a@example.com"], read: 0, result: "conflict" },
      { bound: undefined, read: 1, result: "conflict" },
      { bound: ["sip:a@example.com", "sip:b@example.com"], read: 1, result: "conflict" },
    ] as const)("with the AORs $bound, $read of them known to the one that closes it: $result", async (row) => {
      const { bound } = row;
      const flow = fresh("flow");
      const expiresAt = NOW + 9;
      if (bound)
        await state().commit([{ kind: "flow", record: { flow, identity: "sip:a@example.com", bound, expiresAt } }]);
      expect(await state().commit([gone(flow, { calls: [], bound: row.read })])).toBe(row.result);
    });
  });

  describe("the calls of a flow", () => {
    const callsOf = async (flow: string) => (await state().read({ flows: [flow] })).flows[0]?.calls;

    test("are added and removed one by one, each once", async () => {
      const flow = fresh("flow");
      await state().commit([{ kind: "flow", record: aFlow(flow) }]);
      for (const call of ["a", "b", "a"]) {
        expect(await state().commit([{ kind: "flow call", flow, call }])).toBe("committed");
      }
      expect(await callsOf(flow)).toEqual(["a", "b"]);
      for (const call of ["a", "unknown"]) {
        expect(await state().commit([{ kind: "flow call over", flow, call, at: NOW }])).toBe("committed");
      }
      expect(await callsOf(flow)).toEqual(["b"]);
      await state().commit([{ kind: "flow call over", flow, call: "b", at: NOW + 5 }]);
      const idle = { ...aFlow(flow), idleSince: NOW + 5 };
      expect((await state().read({ flows: [flow] })).flows[0]).toStrictEqual(idle);
      await state().commit([{ kind: "flow", record: aFlow(flow) }]);
      expect((await state().read({ flows: [flow] })).flows[0]).toStrictEqual(idle);
    });

    test("conflict where the flow has no record, which they do not make", async () => {
      const flow = fresh("flow");
      expect(await state().commit([{ kind: "flow call", flow, call: "a" }])).toBe("conflict");
      expect(await state().commit([{ kind: "flow call over", flow, call: "a", at: NOW }])).toBe("committed");
      expect((await state().read({ flows: [flow] })).flows).toEqual([]);
    });

    test.each([
      { stored: [], read: [], result: "committed" },
      { stored: ["a", "b"], read: ["b", "a"], result: "committed" },
      { stored: ["a"], read: [], result: "conflict" },
      { stored: ["a", "b"], read: ["a"], result: "conflict" },
      { stored: [], read: ["a"], result: "conflict" },
    ] as const)(
      "$stored, with $read known to the one that closes the flow: $result",
      async ({ stored, read, result }) => {
        const flow = fresh("flow");
        await state().commit([{ kind: "flow", record: aFlow(flow) }]);
        for (const call of stored) await state().commit([{ kind: "flow call", flow, call }]);
        expect(await state().commit([gone(flow, { calls: read, bound: 0 })])).toBe(result);
        const [record] = (await state().read({ flows: [flow] })).flows;
        expect(record?.closedAt).toBe(result === "committed" ? NOW : undefined);
      },
    );
  });

  describe("a watched package of a flow", () => {
    const watchedOf = async (flow: string) => (await state().read({ flows: [flow] })).flows[0]?.watched;

    test("is added once, to a record with the calls that were read", async () => {
      const flow = fresh("flow");
      const watch = (event: string, calls: readonly string[]) =>
        state().commit([{ kind: "flow watched", flow, event, calls }]);
      expect(await watch("dialog", [])).toBe("conflict");
      await state().commit([{ kind: "flow", record: aFlow(flow) }]);
      expect([await watch("presence", []), await watch("dialog", []), await watch("dialog", [])]).toEqual(
        Array(3).fill("committed"),
      );
      await state().commit([{ kind: "flow call", flow, call: "a" }]);
      expect([await watch("reg", []), await watch("dialog", ["a"])]).toEqual(["conflict", "committed"]);
      expect(await watchedOf(flow)).toEqual(["dialog", "presence"]);
    });

    test("stays when the record is written anew, which may add others", async () => {
      const flow = fresh("flow");
      await state().commit([{ kind: "flow", record: { ...aFlow(flow), watched: ["dialog"] } }]);
      await state().commit([{ kind: "flow", record: aFlow(flow) }]);
      expect(await watchedOf(flow)).toEqual(["dialog"]);
      await state().commit([{ kind: "flow", record: { ...aFlow(flow), watched: ["presence"] } }]);
      expect(await watchedOf(flow)).toEqual(["dialog", "presence"]);
    });

    test("makes a call that was decided without it a conflict", async () => {
      const flow = fresh("flow");
      const begin = { kind: "flow call", flow, call: "a" } as const;
      await state().commit([{ kind: "flow", record: aFlow(flow) }]);
      expect(await state().commit([{ ...begin, isUnwatched: true }])).toBe("committed");
      await state().commit([{ kind: "flow watched", flow, event: "dialog", calls: ["a"] }]);
      expect(await state().commit([{ ...begin, call: "b", isUnwatched: true }])).toBe("conflict");
      expect(await state().commit([{ ...begin, call: "b" }])).toBe("committed");
    });
  });

  describe("the end of a call", () => {
    const call = { index: 0, tag: "77", answeredAt: NOW };
    const end = { at: NOW + 9, why: "hung up" } as const;
    const ending = (
      context: string,
      tag = "77",
      why: WhyEnded = "hung up",
    ): Extract<Change, { readonly kind: "call ended" }> => ({
      kind: "call ended",
      context,
      tags: [tag, "88"],
      end: { ...end, why },
      expiresAt: NOW + 300,
    });
    const stored = async (id: string) => (await state().read({ contexts: [id] })).contexts[0];

    test("of a watched call is a conflict for a decision that takes it for unwatched", async () => {
      const id = fresh("context");
      await state().commit([{ kind: "context", context: { ...aContext(id), call } }]);
      const watch = (resource: string) => state().commit([{ kind: "call watched", context: id, resource }]);
      await watch("presence;sip:bob@example.com");
      await watch("dialog;sip:bob@example.com");
      const [read] = (await state().read({ contexts: [id] })).contexts;
      expect(read).toMatchObject({
        version: 3,
        generation: 3,
        watched: ["dialog;sip:bob@example.com", "presence;sip:bob@example.com"],
      });
      expect(await state().commit([{ ...ending(id), isUnwatched: true }])).toBe("conflict");
      expect(await state().commit([ending(id)])).toBe("committed");
    });

    test("can be marked as watched only while its row is there", async () => {
      const id = fresh("context");
      const change = { kind: "call watched", context: id, resource: "dialog;sip:bob@example.com" } as const;
      expect(await state().commit([change])).toBe("committed");
      expect((await state().read({ contexts: [id] })).contexts).toEqual([]);
    });

    test("is stored once, moves the end of the row, and counts as a write of the whole context", async () => {
      const context = { ...aContext(fresh("context")), state: "accepted", call } as const;
      await state().commit([{ kind: "context", context }]);
      const read = await stored(context.id);
      expect(await state().commit([ending(context.id)])).toBe("committed");
      expect(await state().commit([ending(context.id, "77", "lost")])).toBe("conflict");
      const version = (read?.version ?? 0) + 1;
      const ended = { ...call, ended: end };
      const expected = { ...context, call: ended, expiresAt: NOW + 300, version, generation: version };
      expect(await stored(context.id)).toStrictEqual(expected);
      expect(read && (await state().commit([{ kind: "context", context: read }]))).toBe("conflict");
    });

    test("conflicts for another tag, for a context without a call, and without a context", async () => {
      const answered = { ...aContext(fresh("context")), state: "accepted", call } as const;
      const ringing = aContext(fresh("context"));
      await state().commit([
        { kind: "context", context: answered },
        { kind: "context", context: ringing },
      ]);
      const before = [await stored(answered.id), await stored(ringing.id)];
      const absent = fresh("context");
      for (const change of [ending(answered.id, "78"), ending(ringing.id), ending(absent)]) {
        expect(await state().commit([change])).toBe("conflict");
      }
      expect([await stored(answered.id), await stored(ringing.id)]).toStrictEqual(before);
      expect(await stored(absent)).toBeUndefined();
    });
  });

  describe("a digest", () => {
    const [first, second] = [
      { nonce: "one", count: 1, request: "r1" },
      { nonce: "one", count: 2, request: "r2" },
    ];

    test("is kept with its flow, and leaves the rest of it alone", async () => {
      const { lastDigest: _none, ...lean } = fullest.flow;
      const record = aFlow(fresh("flow"), lean);
      await state().commit([{ kind: "flow", record }]);
      expect(await state().commit([{ kind: "digest", flow: record.flow, digest: first }])).toBe("committed");
      const next = { kind: "digest", flow: record.flow, digest: second, read: first } as const;
      expect(await state().commit([next])).toBe("committed");
      expect((await state().read({ flows: [record.flow] })).flows[0]).toStrictEqual({ ...record, lastDigest: second });
    });

    test.each([
      ["another came first", first, second, undefined],
      ["its count was there already", second, second, first],
      ["less is there than was read", first, { ...second, count: 3 }, second],
      ["the nonce is another by now", { ...first, nonce: "two" }, second, first],
    ])("is refused when %s", async (_why, lastDigest, digest, read) => {
      const record = aFlow(fresh("flow"), { ...fullest.flow, lastDigest });
      await state().commit([{ kind: "flow", record }]);
      const change: Change = { kind: "digest", flow: record.flow, digest, ...(read && { read }) };
      expect(await state().commit([change])).toBe("conflict");
      expect((await state().read({ flows: [record.flow] })).flows[0]).toStrictEqual(record);
    });

    test.each([undefined, first])("of a flow that is gone does not bring the flow back", async (read) => {
      const flow = fresh("flow");
      const change: Change = { kind: "digest", flow, digest: second, ...(read && { read }) };
      expect(await state().commit([change])).toBe("conflict");
      expect((await state().read({ flows: [flow] })).flows[0]).toBeUndefined();
    });

    test("that is sent several times at the same moment is stored once", async () => {
      const record = aFlow(fresh("flow"), { ...fullest.flow, lastDigest: first });
      await state().commit([{ kind: "flow", record }]);
      const change: Change = { kind: "digest", flow: record.flow, digest: second, read: first };
      const outcomes = await Promise.all(Array.from({ length: 8 }, () => state().commit([change])));
      expect(outcomes.filter((outcome) => outcome === "committed")).toHaveLength(1);
    });

    test("that is refused keeps everything else from being stored", async () => {
      const [record, context] = [
        aFlow(fresh("flow"), { ...fullest.flow, lastDigest: second }),
        aContext(fresh("context")),
      ];
      await state().commit([{ kind: "flow", record }]);
      const digest: Change = { kind: "digest", flow: record.flow, digest: second, read: first };
      expect(await state().commit([{ kind: "context", context }, digest])).toBe("conflict");
      expect((await state().read({ contexts: [context.id] })).contexts[0]).toBeUndefined();
    });
  });

  describe("a failed login", () => {
    const failed = (key: string, at: number): Change => ({ kind: "failed login", key, at, forgetAt: at + 100 });

    test("is counted, with the time of the last, and forgotten at the time that the first one set", async () => {
      const key = fresh("pair");
      for (const at of [NOW, NOW + 7]) expect(await state().commit([failed(key, at)])).toBe("committed");
      const { loginFailures: failures } = await state().read({ loginFailures: [key] });
      expect(failures).toStrictEqual([{ key, count: 2, last: NOW + 7, expiresAt: NOW + 100 }]);
    });

    test("is not lost when many come at the same moment", async () => {
      const keys = [fresh("pair"), fresh("source")];
      const guess = () => state().commit(keys.map((key) => failed(key, NOW)));
      await Promise.all(Array.from({ length: 20 }, guess));
      const { loginFailures: failures } = await state().read({ loginFailures: keys });
      expect(failures.map(({ count }) => count)).toEqual([20, 20]);
    });

    test("after the count was forgotten counts as the first, also for many at the same moment", async () => {
      const key = fresh("pair");
      for (let time = 0; time < 3; time += 1) await state().commit([failed(key, NOW)]);
      await Promise.all(Array.from({ length: 10 }, () => state().commit([failed(key, NOW + 100)])));
      const { loginFailures: failures } = await state().read({ loginFailures: [key] });
      expect(failures).toStrictEqual([{ key, count: 10, last: NOW + 100, expiresAt: NOW + 200 }]);
    });

    test("is read with the flow that is read beside it, and is not found as a flow", async () => {
      const [record, key] = [aFlow(fresh("flow"), fullest.flow), fresh("pair")];
      await state().commit([{ kind: "flow", record }, failed(key, NOW)]);
      const found = await state().read({ flows: [record.flow], loginFailures: [key, fresh("none"), key] });
      expect([found.flows, found.loginFailures.map((counted) => counted.key)]).toEqual([[record], [key]]);
      expect((await state().read({ flows: [key] })).flows[0]).toBeUndefined();
      expect((await state().read({ loginFailures: [fresh("none")] })).loginFailures).toEqual([]);
    });
  });

  describe("a session at an HTTP endpoint", () => {
    const aSession = () => ({ ...fullest.httpSession, tag: fresh("tag") });

    test("is stored once as a new one, and replaced where its version is the stored one", async () => {
      const session = aSession();
      expect(await state().commit([{ kind: "new http session", session }])).toBe("committed");
      expect(await state().commit([{ kind: "new http session", session: { ...session, index: 9 } }])).toBe("conflict");
      const next = { ...session, version: 1, state: "over" } as const;
      expect(await state().commit([{ kind: "http session", session: next }])).toBe("committed");
      expect(await state().commit([{ kind: "http session", session: { ...next, index: 9 } }])).toBe("conflict");
      const { httpSessions: found } = await state().read({ httpSessions: [session.tag] });
      expect(found).toStrictEqual([{ ...next, version: 2 }]);
    });

    test("and the calls of its callee are read beside a context, and are not found as one", async () => {
      const [session, context] = [aSession(), aContext(fresh("context"))];
      const calls = { aor: fresh("sip:echo@example.com"), version: 0, open: [] };
      await state().commit([
        { kind: "new http session", session },
        { kind: "context", context },
        { kind: "http calls", calls, expiresAt: NOW },
      ]);
      const keys = [session.tag, context.id, httpCallsKey(calls.aor)];
      const found = await state().read({ httpSessions: keys, contexts: keys, keptResponses: keys, httpCalls: keys });
      expect(found.httpSessions.map(({ tag }) => tag)).toEqual([session.tag]);
      expect(found.contexts.map(({ id }) => id)).toEqual([context.id]);
      expect([found.httpCalls.map(({ aor }) => aor), found.keptResponses]).toEqual([[calls.aor], []]);
    });

    test("two changes of the calls of a callee from the same reading: the second one conflicts", async () => {
      const calls = { aor: fresh("sip:echo@example.com"), version: 0, open: [{ tag: "a", askedAt: NOW }] };
      const change: Change = { kind: "http calls", calls, expiresAt: NOW };
      expect(await state().commit([change])).toBe("committed");
      const other: Change = { ...change, calls: { ...calls, open: [] } };
      expect(await state().commit([other])).toBe("conflict");
    });
  });

  describe("a login history", () => {
    const change = (history: LoginHistory): Change => ({ kind: "login history", history, expiresAt: NOW + 100 });

    test.each(Object.entries(loginHistories))("comes back as it was written: %s", async (_what, rest) => {
      const history = { ...rest, key: fresh("pair"), version: 0 };
      expect(await state().commit([change(history)])).toBe("committed");
      const found = await state().read({ loginHistories: [history.key] });
      expect(found.loginHistories).toStrictEqual([{ ...history, version: 1 }]);
    });

    test("that is written several times at the same moment is stored once, and nothing else with the others", async () => {
      const history = { ...fullest.loginHistory, key: fresh("pair"), version: 0 };
      const records = Array.from({ length: 8 }, () => aFlow(fresh("flow")));
      const outcomes = await Promise.all(
        records.map((record) => state().commit([{ kind: "flow", record }, change(history)])),
      );
      expect(outcomes.filter((outcome) => outcome === "committed")).toHaveLength(1);
      const { flows } = await state().read({ flows: records.map(({ flow }) => flow) });
      expect(flows).toHaveLength(1);
      expect(await state().commit([change({ ...history, version: 1 })])).toBe("committed");
    });

    test("is read with the flow and the counts beside it, and is not found as one of them", async () => {
      const [record, key] = [aFlow(fresh("flow"), fullest.flow), fresh("pair")];
      await state().commit([{ kind: "flow", record }, change({ ...fullest.loginHistory, key, version: 0 })]);
      const keys = [key, fresh("none"), key];
      const found = await state().read({ flows: [record.flow], loginFailures: keys, loginHistories: keys });
      expect([found.flows, found.loginFailures]).toEqual([[record], []]);
      expect(found.loginHistories.map((history) => history.key)).toEqual([key]);
    });
  });
}
