// Several changes in one commit: their order, and the rows that a conflict leaves as they were.
import { describe, expect, test } from "@jest/globals";
import type { Change } from "../../../../lib/sip/state/change.ts";
import type { ResponseContext } from "../../../../lib/sip/state/response-context.ts";
import { storedContext } from "../../../../lib/sip/state/snapshot.ts";
import { aContext, aFlow, aRegistration, fresh, fullest, gone, NOW } from "../samples.ts";
import type { StateUnderTest } from "../state-under-test.ts";

export function stepContract(state: () => StateUnderTest): void {
  const store = (...changes: readonly Change[]) => state().commit(changes);
  const registering = (aor: string): Change => {
    return { kind: "registration", registration: { ...aRegistration(aor), version: 0 }, expiresAt: NOW };
  };

  async function theContext(id: string): Promise<ResponseContext> {
    const context = storedContext(await state().read({ contexts: [id] }), id);
    if (context === undefined) throw new Error(`${id} is not stored`);
    return context;
  }

  describe("a commit", () => {
    test("of nothing is committed", async () => {
      expect(await store()).toBe("committed");
    });

    test("with a conflict forgets no flow: the decision is taken again, and needs to know what was bound to it", async () => {
      const [key, kept] = [fresh("row"), aFlow(fresh("flow"))];
      await store(registering(key));
      await store({ kind: "flow", record: kept });
      expect(await store(gone(kept.flow), registering(key))).toBe("conflict");
      expect((await state().read({ flows: [kept.flow] })).flows[0]).toMatchObject({ ...kept, expiresAt: NOW + 60 });
    });

    test("with a conflict in one row stores the others of its step: each row has a condition of its own", async () => {
      const [stale, current] = [fresh("row"), fresh("row")];
      await store(registering(stale));
      expect(await store(registering(stale), registering(current))).toBe("conflict");
      expect((await state().read({ registrations: [current] })).registrations[0]?.version).toBe(1);
    });
  });

  describe("a conversation is not stored after a conflict, which would make a repetition of the next decision:", () => {
    const conflicts: Readonly<Record<string, () => Promise<Change>>> = {
      registration: async () => {
        const stale = registering(fresh("row"));
        await store(stale);
        return stale;
      },
      "flow gone": async () => {
        const flow = fresh("flow");
        await store({ kind: "flow", record: aFlow(flow, { ...fullest.flow, calls: ["a"] }) });
        return gone(flow, { calls: [], bound: 1 });
      },
      "flow call": () => Promise.resolve({ kind: "flow call", flow: fresh("flow"), call: "a" }),
    };
    const call = { index: 0, tag: "77", answeredAt: NOW };
    const conversations: Readonly<Record<string, (read: ResponseContext) => Change>> = {
      context: (read) => ({ kind: "context", context: { ...read, isCancelled: !read.isCancelled } }),
      branch: (read) => ({ kind: "branch", read, index: 0, branch: { ...ringing, cancel: "sent" } }),
      "call ended": ({ id }) => {
        const end = { at: NOW, why: "hung up" } as const;
        return { kind: "call ended", context: id, tags: ["77", "88"], end, expiresAt: NOW };
      },
    };
    const rows = Object.keys(conversations).flatMap((name) => Object.keys(conflicts).map((by) => ({ name, by })));

    test.each(rows)("$name after $by", async ({ name, by }) => {
      const [conflict, conversation] = [conflicts[by], conversations[name]];
      if (conflict === undefined || conversation === undefined) throw new TypeError("no such row");
      const id = fresh("context");
      const branches = [ringing, ringing];
      await store({ kind: "context", context: { ...aContext(id), state: "accepted", branches, call } });
      const before = await theContext(id);
      expect(await store(conversation(before), await conflict())).toBe("conflict");
      expect(await theContext(id)).toStrictEqual(before);
      expect(await store(conversation(before))).toBe("committed");
    });
  });
}

const ringing = {
  target: { flow: "L0SM9cOFvHcCIhw=" },
  uri: "sip:9kl2m4pq@a1b2c3d4e5f6.invalid",
  state: "proceeding",
} as const;
