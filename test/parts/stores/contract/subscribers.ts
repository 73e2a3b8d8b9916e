// The data that digest needs of a subscriber (RFC 7616 §3.4.2).
import { describe, expect, test } from "@jest/globals";
import type { OwnSettingsChange } from "../../../../lib/sip/state/own-settings.ts";
import { isRightResponse } from "../../../../lib/sip/auth/digest.ts";
import { aor } from "../../../../lib/sip/syntax/aor.ts";
import { digestExamples } from "../digest-examples.ts";
import { fresh } from "../samples.ts";
import type { StateUnderTest } from "../state-under-test.ts";

const hashes = {
  MD5: expect.stringMatching(/^[0-9a-f]{32}$/),
  "SHA-256": expect.stringMatching(/^[0-9a-f]{64}$/),
  "SHA-512-256": expect.stringMatching(/^[0-9a-f]{64}$/),
};

export function subscriberContract(state: () => StateUnderTest): void {
  describe("a subscriber", () => {
    test.each(digestExamples)(
      "yields the response of $source for $password with $algorithm",
      async ({ account, ha1, credentials }) => {
        await state().addSubscriber(account);
        const asked = aor(account.user, account.domain);
        const [subscriber] = (await state().read({ subscribers: [asked] })).subscribers;
        expect(subscriber).toEqual({
          aor: asked,
          ha1: expect.objectContaining({ [credentials.algorithm]: ha1 }),
          ha1b: expect.anything(),
        });
        expect(isRightResponse(credentials, "GET", subscriber?.ha1[credentials.algorithm] ?? "")).toBe(true);
      },
    );

    test("has an HA1 for every algorithm and nothing that reveals the password", async () => {
      const user = fresh("mallory");
      await state().addSubscriber({ user, password: "correct horse", domain: "example.com" });
      const { subscribers } = await state().read({ subscribers: [aor(user, "example.com")] });
      expect(subscribers).toStrictEqual([
        {
          aor: aor(user, "example.com"),
          ha1: hashes,
          ha1b: hashes,
        },
      ]);
      expect(JSON.stringify(subscribers)).not.toContain("correct");
    });

    test("that is added again has the new password only", async () => {
      const user = fresh("renewed");
      const secretAfter = async (password: string) => {
        await state().addSubscriber({ user, password, domain: "example.com" });
        return (await state().read({ subscribers: [aor(user, "example.com")] })).subscribers;
      };
      const [before, after] = [await secretAfter("old"), await secretAfter("new")];
      expect(after).toHaveLength(1);
      expect(after[0]?.ha1.MD5).not.toBe(before[0]?.ha1.MD5);
    });
  });

  describe("the own settings of a subscriber", () => {
    const stored = async (of: string) => (await state().read({ subscribers: [of] })).subscribers[0];
    const change = (of: string, parts: Partial<OwnSettingsChange>, mayBeNew = false) =>
      state().commit([{ kind: "own settings", aor: of, mayBeNew, set: {}, removed: [], read: undefined, ...parts }]);

    test("are set and removed one by one, and its secrets stay", async () => {
      const user = fresh("owner");
      const of = aor(user, "example.com");
      await state().addSubscriber({ user, password: "p", domain: "example.com" });
      const set = { doNotDisturb: true, blocked: ["sip:*@example.net"], ringSeconds: 20, watchers: "none" } as const;
      expect(await change(of, { set })).toBe("committed");
      const next = {
        busyInCall: true,
        contacts: ["sip:a@example.com"],
        alsoRing: ["sip:b@example.com"],
        maxDevices: 1,
        hours: { zone: "Europe/Berlin", open: ["mon-fri 09:00-17:30", "sat 22:00-02:00"] },
      };
      expect(await change(of, { set: next, removed: ["doNotDisturb", "watchers"] })).toBe("committed");
      const { doNotDisturb: _off, watchers: _all, ...left } = set;
      expect(await stored(of)).toStrictEqual({ aor: of, ha1: hashes, ha1b: hashes, ...left, ...next });
      const removed = ["blocked", "ringSeconds", "busyInCall", "contacts", "alsoRing", "maxDevices", "hours"] as const;
      expect(await change(of, { removed })).toBe("committed");
      expect(await stored(of)).toStrictEqual({ aor: of, ha1: hashes, ha1b: hashes });
    });

    test("change the forwarding only if it is the one that was read", async () => {
      const user = fresh("forwarder");
      const of = aor(user, "example.com");
      await state().addSubscriber({ user, password: "p", domain: "example.com" });
      const [first, second] = [
        { busy: "sip:a@example.com" },
        { busy: "sip:a@example.com", closed: "sip:b@example.com" },
      ];
      expect(await change(of, { set: { forwarding: first }, read: second })).toBe("conflict");
      expect(await change(of, { set: { forwarding: first } })).toBe("committed");
      expect(await change(of, { set: { forwarding: second } })).toBe("conflict");
      expect(await change(of, { set: { forwarding: second }, read: first })).toBe("committed");
      expect(await change(of, { removed: ["forwarding"], read: first })).toBe("conflict");
      expect((await stored(of))?.forwarding).toStrictEqual(second);
      expect(await change(of, { removed: ["forwarding"], read: second })).toBe("committed");
      expect((await stored(of))?.forwarding).toBeUndefined();
    });

    test("make a row without secrets only where users are elsewhere", async () => {
      const of = aor(fresh("of tokens"), "example.com");
      expect(await change(of, { set: { doNotDisturb: true } })).toBe("conflict");
      expect(await stored(of)).toBeUndefined();
      expect(await change(of, { set: { doNotDisturb: true } }, true)).toBe("committed");
      expect(await stored(of)).toStrictEqual({ aor: of, ha1: {}, doNotDisturb: true });
    });
  });
}
