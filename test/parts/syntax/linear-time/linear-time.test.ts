import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { ofHeaders, ofMessages, ofValues } from "./checks.ts";
import { ofLists } from "./lists.ts";

let results: ReadonlyMap<string, string>;
beforeAll(async () => {
  const [hooks, program] = [new URL("hooks.ts", import.meta.url), new URL("run.ts", import.meta.url)];
  const parameters = ["--disable-warning=ExperimentalWarning", "--import", hooks.href, fileURLToPath(program)];
  const { stdout } = await promisify(execFile)(process.execPath, parameters);
  const lines = stdout.split("\n").filter((line) => line !== "");
  results = new Map(lines.map((line): [string, string] => JSON.parse(line)));
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
