// Prices of AWS in us-east-1 in November 2026, as its pricing pages state them, and the sum for counted usage. Every
// price in README.md, docs/cost.md and SECURITY.md comes from here. Free tiers and discounts are left out.

/** Region of the prices. */
export const PRICED_REGION = "us-east-1";

/** Dollars for one of each. */
const PRICES = {
  /** API Gateway: 32 KB or part of it, from or to a connection. */
  messages: 1.0 / 1e6,
  /** API Gateway: a connection that is open for a minute. */
  connectionMinutes: 0.25 / 1e6,
  /** Lambda: invocations. */
  invocations: 0.2 / 1e6,
  /** Lambda: a thousandth of a second of one GB of memory, on arm64. */
  gigabyteMilliseconds: 0.0000133334 / 1e3,
  /** DynamoDB on demand: 1 KB written; a failed condition is billed too. */
  writeUnits: 0.625 / 1e6,
  /** DynamoDB on demand: 4 KB read; half of it if the read is eventually consistent. */
  readUnits: 0.125 / 1e6,
  /** SQS, standard queue: sent, received or deleted messages. */
  queueRequests: 0.4 / 1e6,
  /** CloudWatch Logs: octets of stored lines, each with 26 more that CloudWatch adds. */
  logOctets: 0.5 / 1e9,
  /** EventBridge: events of one's own on a bus, each up to 64 KB. */
  busEvents: 1.0 / 1e6,
  /** CloudWatch: an alarm for a month. */
  alarmMonths: 0.1,
  /** Secrets Manager: a secret for a month. */
  secretMonths: 0.4,
} as const;

/** Something that AWS bills by its number. */
export type Billed = keyof typeof PRICES;

/** The billed numbers of a piece of work. */
export type Counted = Readonly<Partial<Record<Billed, number>>>;

const BILLED: readonly Billed[] = [
  "messages",
  "connectionMinutes",
  "invocations",
  "gigabyteMilliseconds",
  "writeUnits",
  "readUnits",
  "queueRequests",
  "logOctets",
  "busEvents",
  "alarmMonths",
  "secretMonths",
];

/** Dollars. */
export function costOf(counted: Counted): number {
  return BILLED.reduce((sum, name) => sum + costOfPart(name, counted), 0);
}

/** Dollars for one part of it. */
export function costOfPart(name: Billed, counted: Counted): number {
  return (counted[name] ?? 0) * PRICES[name];
}

/** Works together, each a number of times. */
export function sumOf(...works: readonly (readonly [times: number, counted: Counted])[]): Counted {
  const numbers = BILLED.map((name) => {
    const number = works.reduce((sum, [times, counted]) => sum + times * (counted[name] ?? 0), 0);
    return [name, number] as const;
  });
  return Object.fromEntries(numbers.filter(([, number]) => number !== 0));
}
