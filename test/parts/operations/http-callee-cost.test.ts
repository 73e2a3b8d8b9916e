// The costs of a caller who hammers an HTTP callee: those that SECURITY.md states, from the counted work
// (`lib/operations/work.ts`).
import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { costOf, type Counted, sumOf } from "../../../lib/operations/prices.ts";
import { WORK } from "../../../lib/operations/work.ts";
import {
  ANSWER_WITHIN_SECONDS,
  DEFAULT_HTTP_CALLS,
  DEFAULT_HTTP_CALLS_OF_CALLER,
} from "../../../lib/sip/policy/http-callees.ts";
import { defaultSettings } from "../../../lib/sip/policy/settings.ts";

const { perSecond } = defaultSettings.rates.aorRequests;

const waiting = sumOf([1, WORK.httpRefusal], [ANSWER_WITHIN_SECONDS, WORK.httpSecond]);
const anHour = (calls: number) => (calls * 3600) / ANSWER_WITHIN_SECONDS;
const words = new Map([
  [2, "two"],
  [10, "ten"],
]);

const rows: readonly (readonly [what: string, callsPerHour: number, each: Counted])[] = [
  [
    `one user who calls an HTTP callee again and again, ${words.get(DEFAULT_HTTP_CALLS_OF_CALLER)} calls at a time that its endpoint leaves waiting for ${ANSWER_WITHIN_SECONDS} s`,
    anHour(DEFAULT_HTTP_CALLS_OF_CALLER),
    waiting,
  ],
  [
    `five users, who fill its limit of ${words.get(DEFAULT_HTTP_CALLS)}; a call that is cancelled counts until the endpoint has answered`,
    anHour(DEFAULT_HTTP_CALLS),
    waiting,
  ],
  [
    `one user at an endpoint that refuses at once, at ${perSecond} requests a second`,
    perSecond * 3600,
    WORK.httpRefusal,
  ],
];

test.each(rows)("SECURITY.md: %s", (what, callsPerHour, each) => {
  const hour = callsPerHour * costOf(each);
  const dollars = (sum: number) => `$${sum < 10 ? sum.toFixed(2) : sum.toFixed(0)}`;
  const row = `| ${what} | ${callsPerHour.toLocaleString("en-US")} | ${dollars(hour)} | ${dollars(hour * 24)} |`;
  expect(readFileSync(new URL("../../../SECURITY.md", import.meta.url), "utf8")).toContain(row);
});
