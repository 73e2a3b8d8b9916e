import { expect, test } from "@jest/globals";
import { costOf, costOfPart, sumOf } from "../../../lib/operations/prices.ts";

test("a million messages cost a dollar, a million invocations a fifth of it", () => {
  expect(costOf({ messages: 1e6, invocations: 1e6 })).toBeCloseTo(1.2, 9);
  expect(costOfPart("invocations", { messages: 1e6, invocations: 1e6 })).toBeCloseTo(0.2, 9);
});

test("a second of one GB of Lambda and a GB of log have their price", () => {
  expect(costOf({ gigabyteMilliseconds: 1000 })).toBeCloseTo(0.0000133334, 12);
  expect(costOf({ logOctets: 1e9 })).toBeCloseTo(0.5, 9);
});

test("works add up, each as often as it is done", () => {
  const sum = sumOf([2, { messages: 3, readUnits: 0.5 }], [10, { messages: 1, writeUnits: 1 }]);
  expect(sum).toEqual({ messages: 16, readUnits: 1, writeUnits: 10 });
});
