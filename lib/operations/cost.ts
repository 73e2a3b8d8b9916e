// The cost of a deployment: of the lines of its log, and as a forecast. The counted work is in work.ts, prices are in prices.ts.
import type { LogLine } from "./line.ts";
import { WORK } from "./work.ts";
import { costOf, type Counted } from "./prices.ts";

const DAYS = 30;

export interface Forecast {
  readonly users: number;
  readonly callsPerDay: number;
  /** Dollars for thirty days. */
  readonly phones: number;
  readonly calls: number;
  readonly fixed: number;
  readonly total: number;
}

/** @param users phones that are connected all day */
export function forecast(users: number, callsPerDay: number): Forecast {
  const phones = users * costOf(WORK.phoneMonth);
  const calls = callsPerDay * DAYS * costOf(WORK.call);
  const fixed = costOf(WORK.idleMonth);
  return { users, callsPerDay, phones, calls, fixed, total: phones + calls + fixed };
}

export interface Spent {
  readonly lines: number;
  readonly counted: Counted;
  /** Dollars, without the minutes of connections, which the log does not tell. */
  readonly dollars: number;
}

/** Memory of the functions that handle messages and timers, in GB. */
const GIGABYTES = 0.5;
/** A timer is sent, received and deleted. */
const REQUESTS_OF_A_TIMER = 3;
/** Read units of a batch read: the budget test has 6 in the 4 reads of a call. */
const UNITS_OF_A_READ = 1.5;

/** The cost of the invocations that wrote these lines. */
export function spentOn(lines: readonly LogLine[]): Spent {
  const total = (kind: string) => lines.reduce((sum, { aws }) => sum + (aws[kind] ?? 0), 0);
  const received = lines.filter(({ method, code }) => method !== undefined || code !== undefined);
  const counted: Counted = {
    messages: received.length + lines.reduce((sum, { sent }) => sum + sent.length, 0),
    invocations: lines.length,
    gigabyteMilliseconds: GIGABYTES * lines.reduce((sum, { ms = 0 }) => sum + ms, 0),
    readUnits: UNITS_OF_A_READ * total("reads"),
    writeUnits: total("writes"),
    queueRequests: REQUESTS_OF_A_TIMER * total("timers"),
    logOctets: lines.reduce((sum, { octets }) => sum + octets + 26, 0),
  };
  return { lines: lines.length, counted, dollars: costOf(counted) };
}
