import { describe, expect, test } from "@jest/globals";
import { judge } from "./invariants/invariants.ts";
import { simulate } from "./simulate.ts";

// A thousand runs of the deployed code in bad weather, each from its seed. What breaks is told with the command that draws
// its ladder: npm run simulate -- --seed N

const SEEDS = 1000;
const CHUNK = 100;

describe("a thousand seeded runs keep every invariant", () => {
  const firsts = Array.from({ length: SEEDS / CHUNK }, (_, index) => index * CHUNK + 1);
  test.each(firsts)(
    "seeds from %i",
    async (first) => {
      const broken: string[] = [];
      for (let seed = first; seed < first + CHUNK; seed += 1) {
        for (const { invariant, message } of judge(await simulate({ seed }))) {
          broken.push(`npm run simulate -- --seed ${seed}: ${invariant}: ${message}`);
        }
      }
      expect(broken).toEqual([]);
    },
    60_000,
  );
});

test("the same seed gives the same run, to the last message", async () => {
  const [once, again] = [await simulate({ seed: 7 }), await simulate({ seed: 7 })];
  expect(again.facts).toEqual(once.facts);
  expect(again.facts.length).toBeGreaterThan(10);
});
