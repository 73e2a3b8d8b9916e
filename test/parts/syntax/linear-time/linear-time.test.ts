import { beforeAll, describe, expect, test } from "@jest/globals";
import { linesOf } from "../../../support/program.ts";
import { countedSip } from "./counted.ts";
import { ofHeaders, ofMessages, ofValues } from "./checks.ts";
import { ofLists } from "./lists.ts";

let results: ReadonlyMap<string, string>;
beforeAll(async () => {
  results = new Map(await linesOf<[string, string]>(new URL("run.ts", import.meta.url), countedSip));
});

describe.each([
  ["a value", ofValues],
  ["a header field", ofHeaders],
  ["a message and all that is read in it", ofMessages],
  ["lists of a peer that are compared with each other or with what is stored", ofLists],
])("the work for %s grows with its length and no faster", (_what, checks) => {
  test.each(checks)("$title", ({ title }) => {
    expect(results.get(title)).toBe("linear");
  });
});
