import { expect, test } from "@jest/globals";
import { cachedSecret } from "../../../lib/aws/secrets-manager/cached-secret.ts";

/** A secret whose next read ends when the test says so. */
function aSecret() {
  let now = 1_800_000_000;
  const pending: { readonly resolve: (text: string) => void; readonly reject: (error: Error) => void }[] = [];
  const read = () => new Promise<string>((resolve, reject) => pending.push({ resolve, reject }));
  const secret = cachedSecret(read, () => now, String);
  return {
    secret,
    reads: () => pending.length,
    later: (seconds: number) => void (now += seconds),
    answer: (text: string) => pending.at(-1)?.resolve(text),
    fail: () => pending.at(-1)?.reject(new Error("no answer")),
    settled: () => new Promise((resolve) => setImmediate(resolve)),
  };
}

async function aReadSecret() {
  const one = aSecret();
  const first = one.secret();
  one.answer("old");
  expect(await first).toBe("old");
  return one;
}

test("between four and five minutes one message starts the next read, and no message waits for it", async () => {
  const { secret, reads, later, answer, settled } = await aReadSecret();
  later(240);
  expect([await secret(), reads()]).toEqual(["old", 1]);
  later(1);
  expect(await Promise.all([secret(), secret()])).toEqual(["old", "old"]);
  expect(reads()).toBe(2);
  answer("new");
  await settled();
  expect([await secret(), reads()]).toEqual(["new", 2]);
});

test("after five minutes a message waits for the new value", async () => {
  const { secret, reads, later, answer } = await aReadSecret();
  later(301);
  const value = secret();
  answer("new");
  expect([await value, reads()]).toEqual(["new", 2]);
});

test("a read beside a message that fails is repeated by the next message, and reported after five minutes", async () => {
  const { secret, reads, later, fail, settled } = await aReadSecret();
  later(250);
  await secret();
  fail();
  await settled();
  expect([await secret(), reads()]).toEqual(["old", 3]);
  fail();
  await settled();
  later(60);
  const value = secret();
  fail();
  await expect(value).rejects.toThrow("no answer");
});
