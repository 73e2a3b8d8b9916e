import { expect, test } from "@jest/globals";
import { forecast, spentOn } from "../../../lib/operations/cost.ts";
import { readLine } from "../../../lib/operations/line.ts";
import { costOf } from "../../../lib/operations/prices.ts";
import { WORK } from "../../../lib/operations/work.ts";

test("a forecast is the sum of the counted phones and calls, and of the fixed cost of a deployment", () => {
  const month = forecast(10, 100);
  expect(month.phones).toBeCloseTo(10 * costOf(WORK.phoneMonth), 10);
  expect(month.calls).toBeCloseTo(3000 * costOf(WORK.call), 10);
  expect(month.total).toBeCloseTo(month.phones + month.calls + month.fixed, 10);
  expect(forecast(0, 0).total).toBeCloseTo(1, 10);
});

test("the cost of lines is that of their messages, invocations, calls to AWS and octets", () => {
  const text = JSON.stringify({
    message: "INVITE sip:bob@example.com",
    flow: "A",
    sip: { method: "INVITE", call_id: "c" },
    sent: ["100 INVITE > A", "INVITE > B"],
    ms: 10,
    aws: { reads: 1, writes: 1, timers: 1, posts: 1 },
  });
  const line = readLine(0, text);
  const timerText = JSON.stringify({ message: "timer", sip: { call_id: "c" }, ms: 4, aws: { reads: 1 } });
  const timer = readLine(1, timerText);
  expect(spentOn([line, timer].filter((one) => one !== undefined)).counted).toEqual({
    messages: 3,
    invocations: 2,
    gigabyteMilliseconds: 7,
    readUnits: 3,
    writeUnits: 1,
    queueRequests: 3,
    logOctets: text.length + timerText.length + 2 * 26,
  });
});
