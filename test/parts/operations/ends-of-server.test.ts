import { expect, test } from "@jest/globals";
import { callsIn } from "../../../lib/operations/calls.ts";
import { readLine } from "../../../lib/operations/line.ts";
import { callFactsOf } from "../../../lib/operations/records/call-fact.ts";
import { aStudio } from "../../support/phone/http-endpoint.ts";

test("a call whose caller never acknowledged the answer of an HTTP callee is over in the list of calls and in the records", async () => {
  const { call, network } = await aStudio();
  await call();
  await network.pass(40);
  const lines = network.notes.flatMap(({ event, fields }, at) => {
    const line = readLine(at, JSON.stringify({ message: event, ...fields }));
    return line === undefined ? [] : [line];
  });
  expect(callsIn(lines)).toMatchObject([{ state: "ended", reason: "http-not-acknowledged" }]);
  expect(lines.flatMap(callFactsOf).map(({ kind }) => kind)).toContain("hungUp");
});
