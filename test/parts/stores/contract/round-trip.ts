// Every field is stored and read unchanged, and an absent field stays absent.
import { describe, expect, test } from "@jest/globals";
import * as fc from "../../../support/properties.ts";
import { arbitraryBinding, arbitraryContext, arbitraryFlow, arbitraryHeld } from "../arbitrary-state.ts";
import {
  aContext,
  aFlow,
  aRegistration,
  away,
  bindings,
  contactOwners,
  contexts,
  flows,
  fresh,
  fullest,
  heldRequests,
  httpSessions,
  NOW,
  storedAs,
  waitingMessages,
  withoutPlace,
  waitingCall,
} from "../samples.ts";
import { httpCallsKey } from "../../../../lib/sip/state/http-calls.ts";
import { emptySnapshot } from "../../../support/empty-snapshot.ts";
import type { StateUnderTest } from "../state-under-test.ts";

export function roundTripContract(state: () => StateUnderTest): void {
  describe("comes back exactly as it was stored:", () => {
    test.each(Object.entries(bindings))("%s", async (_what, held) => {
      const registration = aRegistration(fresh("sip:zoë@example.com"), held);
      await state().commit([{ kind: "registration", registration, expiresAt: NOW }]);
      const { registrations } = await state().read({ registrations: [registration.aor] });
      expect(registrations).toStrictEqual([{ ...registration, version: 1 }]);
    });

    test.each(Object.entries(heldRequests))("%s", async (_what, held) => {
      const registration = { ...aRegistration(fresh("sip:zoë@example.com")), held };
      await state().commit([{ kind: "registration", registration, expiresAt: NOW }]);
      const { registrations } = await state().read({ registrations: [registration.aor] });
      expect(registrations).toStrictEqual([{ ...registration, version: 1 }]);
    });

    test.each(Object.entries(waitingMessages))("%s", async (_what, messages) => {
      const registration = { ...aRegistration(fresh("sip:zoë@example.com")), messages };
      await state().commit([{ kind: "registration", registration, expiresAt: NOW }]);
      const { registrations } = await state().read({ registrations: [registration.aor] });
      expect(registrations).toStrictEqual([{ ...registration, version: 1 }]);
    });

    test("calls of a device that is away", async () => {
      const registration = {
        ...aRegistration(fresh("sip:zoë@example.com")),
        away: [away, { device: "", calls: [], until: 0 }],
      };
      await state().commit([{ kind: "registration", registration, expiresAt: NOW }]);
      const { registrations } = await state().read({ registrations: [registration.aor] });
      expect(registrations).toStrictEqual([{ ...registration, version: 1 }]);
    });

    test("devices that sleep", async () => {
      const registration = { ...aRegistration(fresh("sip:zoë@example.com")), asleep: Object.values(bindings).flat() };
      await state().commit([{ kind: "registration", registration, expiresAt: NOW }]);
      const { registrations } = await state().read({ registrations: [registration.aor] });
      expect(registrations).toStrictEqual([{ ...registration, version: 1 }]);
    });

    test("ringing calls that a device joins", async () => {
      const waiting = [waitingCall, { call: "", since: 0, until: 0 }];
      const registration = { ...aRegistration(fresh("sip:zoë@example.com")), waiting };
      await state().commit([{ kind: "registration", registration, expiresAt: NOW }]);
      const { registrations } = await state().read({ registrations: [registration.aor] });
      expect(registrations).toStrictEqual([{ ...registration, version: 1 }]);
    });

    test.each(Object.entries(flows))("%s", async (_what, rest) => {
      const record = aFlow(fresh('flow "ü" ='), rest);
      await state().commit([{ kind: "flow", record }]);
      expect((await state().read({ flows: [record.flow] })).flows[0]).toStrictEqual(record);
    });

    test.each(Object.entries(httpSessions))("%s", async (_what, rest) => {
      const session = { ...rest, tag: fresh("tag") };
      expect(await state().commit([{ kind: "new http session", session }])).toBe("committed");
      const { httpSessions: found } = await state().read({ httpSessions: [session.tag] });
      expect(found).toStrictEqual([{ ...session, version: 1 }]);
    });

    test.each([
      { open: [] },
      {
        open: [
          { tag: "b", askedAt: NOW },
          { tag: "a", askedAt: 0 },
        ],
      },
      { open: [{ tag: "c", askedAt: 0, seenAt: NOW, caller: "sip:zoë@example.com" }] },
    ])("the calls of an HTTP callee: $open.length", async ({ open }) => {
      const calls = { aor: fresh("sip:zoë@example.com"), version: 0, open };
      await state().commit([{ kind: "http calls", calls, expiresAt: NOW }]);
      const { httpCalls } = await state().read({ httpCalls: [httpCallsKey(calls.aor)] });
      expect(httpCalls).toStrictEqual([{ ...calls, version: 1 }]);
    });

    test.each(Object.entries(contactOwners))("%s", async (_what, rest) => {
      const owner = { ...rest, contact: fresh('contact "ü" =') };
      await state().commit([{ kind: "contact owner", owner }]);
      expect((await state().read({ contactOwners: [owner.contact] })).contactOwners).toStrictEqual([owner]);
    });

    test.each(Object.entries(contexts))("%s", async (_what, rest) => {
      const context = aContext(fresh("context"), rest);
      await state().commit([{ kind: "context", context }]);
      const [read] = (await state().read({ contexts: [context.id] })).contexts;
      expect(withoutPlace(read)).toStrictEqual(storedAs(1, context));
    });

    test("a field that the next version no longer has", async () => {
      const id = fresh("context");
      const { final: _final, ...rest } = fullest.context;
      const [branch] = contexts["a context without any optional field"]?.branches ?? [];
      const lean = aContext(id, { ...rest, version: 1, branches: branch ? [branch] : [] });
      await state().commit([{ kind: "context", context: aContext(id, fullest.context) }]);
      await state().commit([{ kind: "context", context: lean }]);
      const [read] = (await state().read({ contexts: [id] })).contexts;
      expect(withoutPlace(read)).toStrictEqual(storedAs(2, lean));
    });

    test("whatever the types allow", async () => {
      const anything = fc.record({
        bound: fc.array(arbitraryBinding, { maxLength: 4 }),
        held: fc.array(arbitraryHeld, { maxLength: 3 }),
        flow: arbitraryFlow,
        context: arbitraryContext,
      });
      await fc.assert(
        fc.asyncProperty(anything, async ({ bound, held, flow, context }) => {
          const key = fresh("any");
          const registration = { aor: key, version: 0, bindings: bound, held };
          const stored = { ...context, id: key, version: 0, generation: 0 };
          await state().commit([
            { kind: "registration", registration, expiresAt: NOW },
            { kind: "context", context: stored },
            { kind: "flow", record: { ...flow, flow: key } },
          ]);
          const keys = [key];
          const found = await state().read({ flows: keys, registrations: keys, contexts: keys });
          expect({ ...found, contexts: found.contexts.map(withoutPlace) }).toStrictEqual({
            ...emptySnapshot,
            registrations: [{ ...registration, version: 1 }],
            contexts: [storedAs(1, stored)],
            flows: [{ ...flow, flow: key }],
          });
        }),
        { numRuns: 20 },
      );
    });
  });
}
