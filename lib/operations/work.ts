// Operations, log and GB-milliseconds of a phone and of a call, for the pages and tools that state costs. Operations are
// exact: cost.test.ts and cost-beyond-calls.test.ts in test/systems/e2e count each of these works on the local cloud and
// compare. GB-milliseconds are estimated from `npm run bench -- lambda`: CPU at 0.29 of a core, which 512 MB have, and 4 ms
// for each round trip to a service.
import { type Counted, sumOf } from "./prices.ts";

/** Sent, received by Lambda, deleted by Lambda: under load, up to ten timers share the last two. */
const TIMER = 3;

/** A new connection whose phone registers: handshake, challenge, REGISTER, and the login deadline. */
const connect: Counted = {
  messages: 4,
  invocations: 4,
  writeUnits: 4,
  readUnits: 11.5,
  queueRequests: TIMER,
  logOctets: 1130,
  gigabyteMilliseconds: 22,
};

const disconnect: Counted = { invocations: 1, writeUnits: 2, readUnits: 2, logOctets: 310, gigabyteMilliseconds: 4 };

/** A REGISTER of a phone that is registered. */
const refresh: Counted = {
  messages: 2,
  invocations: 1,
  writeUnits: 1,
  readUnits: 2,
  logOctets: 390,
  gigabyteMilliseconds: 8,
};

/** INVITE, 100, 180, 200, ACK, BYE, 200 and the timer, with one device, where `calls` is "stateless". */
const statelessCall: Counted = {
  messages: 13,
  invocations: 7,
  writeUnits: 3,
  readUnits: 5.5,
  queueRequests: TIMER,
  logOctets: 2250,
  gigabyteMilliseconds: 41,
};

/**
 * The row of an answered call: at the answer the call is added to both flow records; at the end the row is closed and the
 * call is removed from both, in
 * three round trips. Its longer parts are compressed.
 */
const callRow: Counted = { writeUnits: 5, gigabyteMilliseconds: 7 };

/**
 * The INVITE of a ringing call in the registration of the callee, where it is for devices that register meanwhile: one write,
 * with a usual offer of two units, after its timer is set and not beside that. `fork` has that of several devices.
 */
const ringOnReturn: Counted = { writeUnits: 2, gigabyteMilliseconds: 5 };

const call = sumOf([1, statelessCall], [1, callRow], [1, ringOnReturn]);

/** The callee's own 100, which JsSIP and SIP.js send before each 180. */
const trying: Counted = {
  messages: 1,
  invocations: 1,
  writeUnits: 1,
  readUnits: 1,
  logOctets: 320,
  gigabyteMilliseconds: 8,
};

/** A call to several devices that all ring; one answers, the others are cancelled. */
const forks: Readonly<Record<number, Counted>> = {
  2: fork({ messages: 20, invocations: 10, writeUnits: 7, readUnits: 7.5, logOctets: 3250 }, 2),
  5: fork({ messages: 41, invocations: 19, writeUnits: 15, readUnits: 24.5, logOctets: 6250 }, 5),
  10: fork({ messages: 76, invocations: 34, writeUnits: 26, readUnits: 44.5, logOctets: 11_250 }, 10),
};

/** The row of the call, one timer, `ringOnReturn`, and for each further device about the GB-milliseconds of three messages. */
function fork(counted: Counted, devices: number): Counted {
  const messages = { ...counted, queueRequests: TIMER, gigabyteMilliseconds: 46 + 22 * (devices - 1) };
  return sumOf([1, messages], [1, callRow]);
}

/**
 * A call to an HTTP callee whose endpoint answers in 200 ms, with a DELETE at its end. The function waits: each second is half a
 * GB-second, and each request is a TLS handshake of its own.
 */
const httpCall: Counted = {
  messages: 7,
  invocations: 7,
  writeUnits: 13,
  readUnits: 19,
  queueRequests: 4 * TIMER,
  logOctets: 3800,
  gigabyteMilliseconds: 95 + 100,
};

/** INVITE, 100, 180, the refusal and its repetition by a timer, if the endpoint refuses at once. */
const httpRefusal: Counted = {
  messages: 5,
  invocations: 3,
  writeUnits: 7,
  readUnits: 12,
  queueRequests: 2 * TIMER,
  logOctets: 2250,
  gigabyteMilliseconds: 60,
};

/** Each second that an endpoint takes for its answer. */
const httpSecond: Counted = { gigabyteMilliseconds: 500 };

/** A MESSAGE to one device, and its 200. */
const message: Counted = {
  messages: 4,
  invocations: 2,
  readUnits: 2.5,
  logOctets: 670,
  gigabyteMilliseconds: 10,
};

/**
 * A SUBSCRIBE for 600 s to a user that has no watcher yet, its NOTIFY and both answers. The reads of its timers, which
 * come due later, are not counted.
 */
const firstSubscription: Counted = {
  messages: 4,
  invocations: 4,
  writeUnits: 5,
  readUnits: 5.5,
  queueRequests: 2 * TIMER,
  logOctets: 800,
  gigabyteMilliseconds: 22,
};

/** The same where the user has a watcher. */
const subscription: Counted = {
  messages: 4,
  invocations: 3,
  writeUnits: 3,
  readUnits: 4.5,
  queueRequests: TIMER,
  logOctets: 800,
  gigabyteMilliseconds: 16,
};

const subscriptionRefresh: Counted = { ...subscription, logOctets: 720 };

/** A PUBLISH that changes a watched state, and its 200. */
const presenceChange: Counted = {
  messages: 2,
  invocations: 1,
  writeUnits: 1,
  readUnits: 4.5,
  logOctets: 420,
  gigabyteMilliseconds: 10,
};

/** A NOTIFY and its 200. */
const watcher: Counted = { messages: 2, invocations: 1, logOctets: 330, gigabyteMilliseconds: 4 };

/** In addition for a NOTIFY that must be answered, one of ten. */
const askedNotify: Counted = { writeUnits: 2, logOctets: 20, gigabyteMilliseconds: 4 };

/** As `firstSubscription`, to ten users without a watcher. */
const listSubscription: Counted = {
  messages: 4,
  invocations: 14,
  writeUnits: 43,
  readUnits: 49.5,
  queueRequests: 12 * TIMER,
  logOctets: 800,
  gigabyteMilliseconds: 48,
};

const listRefresh: Counted = {
  messages: 4,
  invocations: 3,
  writeUnits: 3,
  readUnits: 19.5,
  queueRequests: TIMER,
  logOctets: 720,
  gigabyteMilliseconds: 20,
};

/** A MESSAGE and its 202, and its delivery with a REGISTER, which is not counted. */
const storedMessage: Counted = {
  messages: 4,
  invocations: 3,
  writeUnits: 3,
  readUnits: 6.5,
  queueRequests: TIMER,
  logOctets: 1200,
  gigabyteMilliseconds: 24,
};

/** In addition to a call and the connection of its callee, if the call waits for it. The push service answers in 100 ms. */
const wakeUp: Counted = { writeUnits: 2, readUnits: 1, logOctets: 200, gigabyteMilliseconds: 17 + 50 };

/** The timer of a push that asks a phone to register again; the push service answers in 100 ms. */
const refreshPush: Counted = {
  invocations: 1,
  readUnits: 1,
  queueRequests: TIMER,
  logOctets: 190,
  gigabyteMilliseconds: 20 + 50,
};

/** Longest time of a connection, and the interval of refreshes within it, in seconds. */
const [CONNECTION, REFRESH] = [7200, 540];
const MONTH_SECONDS = 30 * 24 * 3600;

/** A phone that is connected for a month: new connections every two hours, and refreshes between them. */
const phoneMonth: Counted = sumOf(
  [MONTH_SECONDS / CONNECTION, sumOf([1, connect], [1, disconnect], [Math.floor(CONNECTION / REFRESH), refresh])],
  [MONTH_SECONDS / 60, { connectionMinutes: 1 }],
);

/**
 * Added to a call with one device where the log is made into records: four facts, the first with a row in three indexes, and
 * at most an invocation for each line. Under load, an invocation gets the lines of many calls.
 */
const record: Counted = { invocations: 7, writeUnits: 7, gigabyteMilliseconds: 42 };

/** At most, for the metrics of such a call in total; those of its domain are as much again. */
const metricsOfCall: Counted = { logOctets: 1350 };

/** `call.started`, `call.ringing`, `call.answered`, `call.ended`. */
const eventsOfCall: Counted = { busEvents: 4 };

/** A deployment that no phone uses: the signing secret and six alarms. */
const idleMonth: Counted = { secretMonths: 1, alarmMonths: 6 };

export const WORK = {
  connect,
  disconnect,
  refresh,
  call,
  statelessCall,
  callRow,
  ringOnReturn,
  trying,
  forks,
  httpCall,
  httpRefusal,
  httpSecond,
  message,
  storedMessage,
  firstSubscription,
  subscription,
  subscriptionRefresh,
  presenceChange,
  watcher,
  askedNotify,
  listSubscription,
  listRefresh,
  wakeUp,
  refreshPush,
  record,
  metricsOfCall,
  eventsOfCall,
  phoneMonth,
  idleMonth,
} as const;
