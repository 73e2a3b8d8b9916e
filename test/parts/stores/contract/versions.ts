// The two kinds of row that carry a version: a write requires that the stored row is the one that was read.
import { describe, expect, test } from "@jest/globals";
import { aContext, fresh, NOW, fullest } from "../samples.ts";
import type { StateUnderTest } from "../state-under-test.ts";
import type { Change } from "../../../../lib/sip/state/change.ts";
import { registrationOf, storedContext } from "../../../../lib/sip/state/snapshot.ts";

/** Concurrent writers of one row. */
const RACERS = Array.from({ length: 8 }, (_, index) => index);

/** The two kinds of row that carry a version behave alike here. */
const versioned = [
  {
    what: "registration",
    change: (key: string, version: number, mark: number): Change => ({
      kind: "registration",
      registration: { aor: key, version, bindings: [{ ...fullest.binding, cseq: mark }] },
      expiresAt: NOW,
    }),
    read: async (state: StateUnderTest, key: string) => {
      const registration = registrationOf(await state.read({ registrations: [key] }), key);
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
      const context = storedContext(await state.read({ contexts: [key] }), key);
      return { version: context?.version ?? 0, mark: context?.epoch };
    },
  },
] as const;

export function versionContract(state: () => StateUnderTest): void {
  describe.each(versioned)("a $what", ({ change, read }) => {
    test("written on the version that is stored is committed, again and again", async () => {
      const key = fresh("row");
      for (const version of [0, 1, 2]) expect(await state().commit([change(key, version, version)])).toBe("committed");
      expect(await read(state(), key)).toEqual({ version: 3, mark: 2 });
    });

    test("written on an old version is a conflict and changes nothing", async () => {
      const key = fresh("row");
      for (const version of [0, 1]) await state().commit([change(key, version, version)]);
      expect(await state().commit([change(key, 1, 99)])).toBe("conflict");
      expect(await read(state(), key)).toEqual({ version: 2, mark: 1 });
    });

    test("written as the first is a conflict and changes nothing if there is one already", async () => {
      const key = fresh("row");
      await state().commit([change(key, 0, 1)]);
      expect(await state().commit([change(key, 0, 99)])).toBe("conflict");
      expect(await read(state(), key)).toEqual({ version: 1, mark: 1 });
    });

    test("written on a version that was never stored, or is gone, is a conflict and creates nothing", async () => {
      const key = fresh("row");
      expect(await state().commit([change(key, 5, 99)])).toBe("conflict");
      expect(await read(state(), key)).toEqual({ version: 0, mark: undefined });
    });

    test.each([0, 1, 7])("written by several at once on version %i is committed by exactly one", async (version) => {
      const key = fresh("row");
      for (let before = 0; before < version; before += 1) await state().commit([change(key, before, 0)]);
      const outcomes = await Promise.all(RACERS.map((racer) => state().commit([change(key, version, 100 + racer)])));
      expect(outcomes.filter((outcome) => outcome === "committed")).toHaveLength(1);
      expect(await read(state(), key)).toEqual({ version: version + 1, mark: 100 + outcomes.indexOf("committed") });
    });

    test("that each writer reads again after a conflict loses no write", async () => {
      const key = fresh("row");
      await Promise.all(
        RACERS.map(async () => {
          for (;;) {
            const { version, mark = 0 } = await read(state(), key);
            if ((await state().commit([change(key, version, mark + 1)])) === "committed") return;
          }
        }),
      );
      expect(await read(state(), key)).toEqual({ version: RACERS.length, mark: RACERS.length });
    });

    test("does not depend on the versions of other rows", async () => {
      const [key, neighbour] = [fresh("row"), fresh("row")];
      for (const version of [0, 1]) await state().commit([change(neighbour, version, 0)]);
      expect(await state().commit([change(key, 0, 1)])).toBe("committed");
    });

    test("that is changed twice in one commit is changed once: the other is a conflict", async () => {
      const key = fresh("row");
      expect(await state().commit([change(key, 0, 1), change(key, 0, 2)])).toBe("conflict");
      expect((await read(state(), key)).version).toBe(1);
    });
  });
}
