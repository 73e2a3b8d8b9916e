/** For `doNotFake` of `jest.useFakeTimers()`: only the date is fake, since the timers of the network must keep running. */
export const everythingButDate = [
  "hrtime",
  "nextTick",
  "performance",
  "queueMicrotask",
  "setImmediate",
  "clearImmediate",
  "setInterval",
  "clearInterval",
  "setTimeout",
  "clearTimeout",
] as const;
