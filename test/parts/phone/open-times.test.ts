import { expect, test } from "@jest/globals";
import { openTimesOf, windowsOf } from "../../../lib/phone/page/phone/open-times.ts";
import { isOpen } from "../../../lib/sip/location/hours.ts";

test.each([
  [["mon-fri 09:00-17:30"], [{ days: ["mon", "tue", "wed", "thu", "fri"], from: "09:00", to: "17:30" }]],
  [["fri-mon 22:00-02:00"], [{ days: ["mon", "fri", "sat", "sun"], from: "22:00", to: "02:00" }]],
  [
    ["sat 10:00-24:00", "mon 08:00-09:00", "wed 10:00-24:00"],
    [
      { days: ["wed", "sat"], from: "10:00", to: "00:00" },
      { days: ["mon"], from: "08:00", to: "09:00" },
    ],
  ],
])("the windows %j are shown as days with a beginning and an end", (windows, times) => {
  expect(openTimesOf(windows)).toEqual(times);
});

test.each([
  ["mon-fri 09:00-17:00"],
  ["fri-mon 22:00-02:00"],
  ["sun-tue 12:00-24:00"],
  ["sun 00:00-24:00"],
  ["tue-mon 09:00-17:00"],
])("windows that are shown and sent again are open at the same hours of the week: %s", (window) => {
  const begin = Date.UTC(2026, 10, 2) / 1000; // a Monday
  const hoursOpen = (open: readonly string[]) =>
    Array.from({ length: 56 }, (_, at) => isOpen({ zone: "UTC", open }, begin + at * 3 * 3600 + 1800));
  const open = [window, "wed 09:00-17:00"];
  expect(hoursOpen(windowsOf(openTimesOf(open)))).toEqual(hoursOpen(open));
});

test("days that follow each other are sent as one window", () => {
  const times = { days: ["mon", "tue", "thu", "sat", "sun"], from: "09:00", to: "00:00" } as const;
  expect(windowsOf([times])).toEqual(["mon-tue 09:00-24:00", "thu 09:00-24:00", "sat-sun 09:00-24:00"]);
});
