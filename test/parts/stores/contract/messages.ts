// Messages that wait: several for one receiver, in order.
import { describe, expect, test } from "@jest/globals";
import { MESSAGE_PAGE } from "../../../../lib/sip/policy/messages.ts";
import { aMessage, aRegistration, fresh, NOW } from "../samples.ts";
import type { StateUnderTest } from "../state-under-test.ts";

export function messageContract(state: () => StateUnderTest): void {
  const store = (aor: string, ...ids: readonly string[]) =>
    state().commit(ids.map((id) => ({ kind: "message", message: aMessage(aor, id) })));
  const waiting = async (aor: string) => (await state().read({ storedMessages: [aor] })).storedMessages;

  describe("stored messages", () => {
    test("come back exactly as they were stored, those of their receiver only, the oldest first", async () => {
      const [bob, carol] = [fresh("sip:zoë@example.com"), fresh("sip:carol@example.com")];
      await store(bob, "2", "1", "3");
      await store(carol, "0");
      expect(await waiting(bob)).toStrictEqual(["1", "2", "3"].map((id) => aMessage(bob, id)));
      expect(await waiting(fresh("sip:dave@example.com"))).toEqual([]);
    });

    test("come beside the other records of a read", async () => {
      const aor = fresh("sip:bob@example.com");
      await store(aor, "1");
      await state().commit([{ kind: "registration", registration: aRegistration(aor), expiresAt: NOW }]);
      const { registrations, storedMessages } = await state().read({
        registrations: [aor],
        storedMessages: [aor, aor],
      });
      expect([registrations.length, storedMessages.length]).toEqual([1, 1]);
    });

    test("come a page at a time", async () => {
      const aor = fresh("sip:bob@example.com");
      const ids = Array.from({ length: MESSAGE_PAGE + 2 }, (_, at) => String(100 + at));
      await store(aor, ...ids);
      expect((await waiting(aor)).map(({ id }) => id)).toEqual(ids.slice(0, MESSAGE_PAGE));
    });

    test("come from an id on, which need not be there", async () => {
      const [bob, carol] = [fresh("sip:bob@example.com"), fresh("sip:carol@example.com")];
      await store(bob, "1", "2", "4", "5");
      await store(carol, "4");
      const idsFrom = async (id: string) => (await waiting(`${bob}\n${id}`)).map((one) => one.id);
      expect([await idsFrom("2"), await idsFrom("3"), await idsFrom("6")]).toEqual([["2", "4", "5"], ["4", "5"], []]);
    });

    test("are one if the same is stored again", async () => {
      const aor = fresh("sip:bob@example.com");
      expect(await store(aor, "1")).toBe("committed");
      expect(await store(aor, "1")).toBe("committed");
      expect(await waiting(aor)).toHaveLength(1);
    });

    test("are removed once: a second removal is a conflict, unless their time is over", async () => {
      const aor = fresh("sip:bob@example.com");
      await store(aor, "1", "2");
      const gone = { kind: "message gone", aor, id: "1" } as const;
      expect(await state().commit([gone])).toBe("committed");
      expect(await state().commit([gone])).toBe("conflict");
      expect(await state().commit([{ ...gone, isOver: true }])).toBe("committed");
      expect(await state().commit([{ ...gone, id: "2", isOver: true }])).toBe("committed");
      expect(await waiting(aor)).toEqual([]);
    });

    test("are not stored if the registration that announces them conflicts", async () => {
      const aor = fresh("sip:bob@example.com");
      const announced = { kind: "registration", registration: aRegistration(aor), expiresAt: NOW } as const;
      await state().commit([announced]);
      expect(await state().commit([{ kind: "message", message: aMessage(aor, "1") }, announced])).toBe("conflict");
      expect(await waiting(aor)).toEqual([]);
    });
  });
}
