// Subscriptions and the states that they report: their conditions, and the query for all watchers of a resource.
import { setTimeout } from "node:timers/promises";
import { describe, expect, test } from "@jest/globals";
import type { ResourceState } from "../../../../lib/sip/state/resource-state.ts";
import { type Subscription, subscriptionKey } from "../../../../lib/sip/state/subscription.ts";
import { fresh, fullest, NOW, resourceStates, subscriptions } from "../samples.ts";
import type { StateUnderTest } from "../state-under-test.ts";

export function eventContract(state: () => StateUnderTest): void {
  const aSubscription = (resource: string, id = "s"): Subscription => {
    return { resource, version: 0, ...fullest.subscription, id };
  };
  const aState = (resource: string): ResourceState => ({ resource, version: 0, ...fullest.resourceState });
  const put = (subscription: Subscription) => state().commit([{ kind: "subscription", subscription }]);
  const store = (next: ResourceState) => state().commit([{ kind: "resource state", state: next }]);
  const read = async (resource: string, id = "s") => {
    const keys = { resourceStates: [resource], subscriptions: [subscriptionKey({ resource, id })] };
    const { resourceStates: states, subscriptions: found } = await state().read(keys);
    return { state: states[0], subscription: found[0] };
  };

  describe("a subscription", () => {
    test.each(Object.entries(subscriptions))("comes back as it was stored: %s", async (_what, rest) => {
      const resource = fresh("presence;sip:zoë@example.com");
      expect(await put({ resource, version: 0, ...rest })).toBe("committed");
      expect((await read(resource)).subscription).toStrictEqual({ resource, version: 1, ...rest });
    });

    test("is found with all others to its resource, and with no others", async () => {
      const [resource, other] = [fresh("presence;sip:bob@example.com"), fresh("presence;sip:bob@example.com")];
      for (const id of ["a", "b", "c"]) await put(aSubscription(resource, id));
      await put(aSubscription(other, "d"));
      await store(aState(resource));
      const { subscriptions: found, resourceStates: states } = await state().read({ watchers: [resource] });
      expect(found.map(({ id }) => id).toSorted()).toEqual(["a", "b", "c"]);
      expect(found[0]).toStrictEqual({ ...aSubscription(resource, found[0]?.id ?? ""), version: 1 });
      expect(states.map((one) => one.resource).filter((one) => one !== resource)).toEqual([]);
    });

    test("that was written since it was read is a conflict, and so is one that has ended", async () => {
      const resource = fresh("presence;sip:bob@example.com");
      await put(aSubscription(resource));
      expect(await put(aSubscription(resource))).toBe("conflict");
      const over = { kind: "subscription over", resource, id: "s" } as const;
      expect(await state().commit([over])).toBe("committed");
      expect(await state().commit([over])).toBe("committed");
      expect(await put({ ...aSubscription(resource), version: 1 })).toBe("conflict");
      expect((await read(resource)).subscription).toBeUndefined();
    });

    test("that is removed by a version is a conflict if it was written since, and none if it has ended", async () => {
      const resource = fresh("presence;sip:bob@example.com");
      const over = { kind: "subscription over", resource, id: "s", version: 1 } as const;
      await put(aSubscription(resource));
      await put({ ...aSubscription(resource), version: 1 });
      expect(await state().commit([over])).toBe("conflict");
      expect((await read(resource)).subscription).toBeDefined();
      expect(await state().commit([{ ...over, version: 2 }])).toBe("committed");
      expect(await state().commit([over])).toBe("committed");
      expect((await read(resource)).subscription).toBeUndefined();
    });

    test("loses its mark with an answer, as a write of its own, and an ended one does not come back", async () => {
      const resource = fresh("presence;sip:bob@example.com");
      const answered = { kind: "subscription answered", resource, id: "s" } as const;
      expect(await state().commit([answered])).toBe("committed");
      expect((await read(resource)).subscription).toBeUndefined();
      await put(aSubscription(resource));
      await state().commit([answered]);
      await state().commit([answered]);
      const { unansweredSince: _mark, isNew: _isNew, ...rest } = aSubscription(resource);
      expect((await read(resource)).subscription).toStrictEqual({ ...rest, version: 2 });
      expect(await put({ ...aSubscription(resource), version: 1 })).toBe("conflict");
    });
  });

  describe("the subscriptions of a watcher", () => {
    test("are found by their keys, until they end", async () => {
      const [watcher, resource] = [fresh("sip:alice@example.com"), fresh("presence;sip:bob@example.com")];
      /** An index follows its table a moment later (aws: global secondary indexes). */
      const read = async (count: number) => {
        for (;;) {
          const { watchings } = await state().read({ watchings: [watcher] });
          if (watchings.length === count) return watchings;
          await setTimeout(5);
        }
      };
      for (const id of ["a", "b"]) {
        await put({ ...aSubscription(resource, id), watcher: { flow: "f", aor: watcher } });
      }
      await put({ ...aSubscription(resource, "c"), watcher: { flow: "f", aor: fresh("sip:carol@example.com") } });
      const found = await read(2);
      expect(found.toSorted((one, other) => (one.id < other.id ? -1 : 1))).toStrictEqual([
        { watcher, resource, id: "a" },
        { watcher, resource, id: "b" },
      ]);
      await state().commit([{ kind: "subscription over", resource, id: "a" }]);
      expect(await read(1)).toStrictEqual([{ watcher, resource, id: "b" }]);
    });
  });

  describe("a mark", () => {
    test("is set once until it is removed, as a write of its own, and not on a subscription that has ended", async () => {
      const resource = fresh("presence;sip:bob@example.com");
      const asked = (at: number) => state().commit([{ kind: "subscription asked", resource, id: "s", at }]);
      expect(await asked(NOW)).toBe("committed");
      expect((await read(resource)).subscription).toBeUndefined();
      const { unansweredSince: _mark, ...rest } = aSubscription(resource);
      await put(rest);
      expect([await asked(NOW + 1), await asked(NOW + 2)]).toEqual(["committed", "committed"]);
      expect((await read(resource)).subscription).toStrictEqual({ ...rest, version: 2, unansweredSince: NOW + 1 });
      expect(await put({ ...rest, version: 1 })).toBe("conflict");
    });
  });

  describe("the state of a resource", () => {
    test.each(Object.entries(resourceStates))("comes back as it was stored: %s", async (_what, rest) => {
      const resource = fresh("presence;sip:zoë@example.com");
      expect(await store({ resource, version: 0, ...rest })).toBe("committed");
      expect((await read(resource)).state).toStrictEqual({ resource, version: 1, ...rest });
    });

    test("is stored on the version and the joins that were read, and on no others", async () => {
      const resource = fresh("presence;sip:bob@example.com");
      await store({ ...aState(resource), joins: 0 });
      expect(await store({ ...aState(resource), joins: 0 })).toBe("conflict");
      const joined = { kind: "resource joined", resource, version: 1, expiresAt: NOW + 9 } as const;
      expect(await state().commit([joined])).toBe("committed");
      expect(await state().commit([{ ...joined, timerAt: NOW + 5 }])).toBe("committed");
      expect(await store({ ...aState(resource), version: 1, joins: 1 })).toBe("conflict");
      expect((await read(resource)).state).toMatchObject({
        version: 1,
        joins: 2,
        expiresAt: NOW + 9,
        timerAt: NOW + 5,
      });
      expect(await store({ ...aState(resource), version: 1, joins: 2 })).toBe("committed");
      expect(await state().commit([joined])).toBe("conflict");
    });

    test("counts its watchers: one more with a join, or as many as a query has found", async () => {
      const resource = fresh("presence;sip:bob@example.com");
      const { watchers: _count, fullSince: _full, ...rest } = aState(resource);
      await store(rest);
      const join = (more: object) =>
        state().commit([{ kind: "resource joined", resource, version: 1, expiresAt: NOW, ...more }]);
      const counts = async () => {
        const { watchers, fullSince } = (await read(resource)).state ?? {};
        return [watchers, fullSince];
      };
      await join({});
      expect(await counts()).toEqual([undefined, undefined]);
      await join({ isNewWatcher: true });
      await join({ isNewWatcher: true });
      expect(await counts()).toEqual([2, undefined]);
      await join({ isNewWatcher: true, counted: { watchers: 7 } });
      expect(await counts()).toEqual([8, undefined]);
      await join({ counted: { watchers: 5, fullSince: NOW } });
      expect(await counts()).toEqual([5, NOW]);
    });

    test("is not made by a join", async () => {
      const resource = fresh("presence;sip:bob@example.com");
      const joined = { kind: "resource joined", resource, version: 0, expiresAt: NOW } as const;
      expect(await state().commit([joined])).toBe("conflict");
      expect((await read(resource)).state).toBeUndefined();
    });

    test("is stored after everything else that a decision stores", async () => {
      const resource = fresh("presence;sip:bob@example.com");
      await store(aState(resource));
      const subscription = aSubscription(resource);
      const changes = [
        { kind: "resource state", state: aState(resource) },
        { kind: "subscription", subscription },
      ] as const;
      expect(await state().commit(changes)).toBe("conflict");
      expect((await read(resource)).subscription).toStrictEqual({ ...subscription, version: 1 });
    });
  });
}
