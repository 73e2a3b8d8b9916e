// The data that digest needs of a subscriber (RFC 7616 §3.4.2).
import { describe, expect, test } from "@jest/globals";
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
}
