// Branches of one response context that progress at the same time, and the responses kept for them.
import { describe, expect, test } from "@jest/globals";
import type { BranchChange } from "../../../../lib/sip/state/branch-change.ts";
import type { ClientBranch, ResponseContext } from "../../../../lib/sip/state/response-context.ts";
import { storedContext } from "../../../../lib/sip/state/snapshot.ts";
import { aContext, fresh, fullest, NOW } from "../samples.ts";
import type { StateUnderTest } from "../state-under-test.ts";

const ringing: ClientBranch = {
  target: { flow: "L0SM9cOFvHcCIhw=", instance: "urn:uuid:0b2f5a6e" },
  uri: "sip:9kl2m4pq@a1b2c3d4e5f6.invalid;transport=ws",
  state: "proceeding",
};

const busy = { state: "completed", status: 486 } as const;

export function branchContract(state: () => StateUnderTest): void {
  async function aFork(devices: number, rest: Partial<ResponseContext> = {}): Promise<ResponseContext> {
    const branches = Array.from({ length: devices }, () => ringing);
    const context = aContext(fresh("fork"), { ...fullest.context, state: "proceeding", ...rest, branches, version: 0 });
    await state().commit([{ kind: "context", context }]);
    return read(context.id);
  }

  async function read(id: string): Promise<ResponseContext> {
    const context = storedContext(await state().read({ contexts: [id] }), id);
    if (context === undefined) throw new Error(`${id} is not stored`);
    return context;
  }

  function progress(from: ResponseContext, index: number, change: Partial<ClientBranch>): BranchChange {
    const branch = { ...(from.branches[index] ?? ringing), ...change };
    return { kind: "branch", read: from, index, branch };
  }

  describe("a branch", () => {
    test("is written alone: the rest of its context stays, with the next version and the same generation", async () => {
      const before = await aFork(3);
      const change: BranchChange = {
        ...progress(before, 1, { ...busy, isKept: true, cancel: "sent" }),
        provisional: { status: 183, reason: "Progress", to: "<sip:b@c>;tag=x" },
      };
      expect(await state().commit([change])).toBe("committed");
      expect(await read(before.id)).toStrictEqual({
        ...before,
        version: 2,
        branches: before.branches.with(1, change.branch),
        provisional: change.provisional,
      });
    });

    test("does not conflict with other branches that were read at the same time, as long as one is pending", async () => {
      const before = await aFork(9);
      const changes = Array.from({ length: 8 }, (_, index) => progress(before, index, busy));
      const outcomes = await Promise.all(changes.map((change) => state().commit([change])));
      expect(new Set(outcomes)).toEqual(new Set(["committed"]));
      expect((await read(before.id)).branches.map(({ status }) => status)).toEqual([...Array(8).fill(486), undefined]);
    });

    test("conflicts if it would be the last one: its decision expected another", async () => {
      const before = await aFork(2);
      const changes = [0, 1].map((index) => progress(before, index, busy));
      const outcomes = await Promise.all(changes.map((change) => state().commit([change])));
      expect(outcomes.toSorted()).toEqual(["committed", "conflict"]);
    });

    test.each(["accepted", "completed"] as const)("may be the last one of a context that is %s", async (over) => {
      const before = await aFork(2, { state: over });
      for (const index of [0, 1]) expect(await state().commit([progress(before, index, busy)])).toBe("committed");
    });

    test("that has progressed since it was read is a conflict", async () => {
      const before = await aFork(3);
      await state().commit([progress(before, 0, { cancel: "sent" })]);
      expect(await state().commit([progress(before, 0, busy)])).toBe("conflict");
    });

    test("of a context that was written since it was read is a conflict", async () => {
      const before = await aFork(3);
      await state().commit([{ kind: "context", context: { ...before, isCancelled: true } }]);
      expect(await state().commit([progress(before, 0, busy)])).toBe("conflict");
    });

    test("makes a write of the whole context that was decided before it a conflict", async () => {
      const before = await aFork(3);
      await state().commit([progress(before, 0, busy)]);
      expect(await state().commit([{ kind: "context", context: before }])).toBe("conflict");
    });

    test("of a context that is not stored is a conflict, and creates nothing", async () => {
      const context = aContext(fresh("absent"), { ...fullest.context, branches: [ringing, ringing] });
      expect(await state().commit([progress(context, 0, busy)])).toBe("conflict");
      expect((await state().read({ contexts: [context.id] })).contexts).toEqual([]);
    });
  });

  test("a kept response comes back as it was stored, beside its context", async () => {
    const { id } = await aFork(2);
    const kept = { key: `${id}.1`, response: "SIP/2.0 486 Busy Here\r\nReason: ä\r\n\r\n", expiresAt: NOW };
    expect(await state().commit([{ kind: "kept response", kept }])).toBe("committed");
    const { contexts, keptResponses } = await state().read({ contexts: [id], keptResponses: [kept.key, `${id}.0`] });
    expect([contexts.length, keptResponses]).toStrictEqual([1, [kept]]);
  });
}
