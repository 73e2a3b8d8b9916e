import type { SipSignalingProps } from "../props/signaling.ts";

/** Every prop there is; the compiler asks for a new one here. */
const known: Readonly<Record<keyof SipSignalingProps, true>> = {
  domain: true,
  domains: true,
  registration: true,
  maxBindings: true,
  whenFull: true,
  digestAlgorithms: true,
  lockout: true,
  ringSeconds: true,
  routing: true,
  routingByDomain: true,
  followsRedirects: true,
  laterAnswers: true,
  ringOnReturn: true,
  calls: true,
  lostCallSeconds: true,
  longestCallSeconds: true,
  messages: true,
  peers: true,
  rates: true,
  loginSeconds: true,
  allowedOrigins: true,
  tokens: true,
  customDomain: true,
  ipAddressType: true,
  throttle: true,
  turn: true,
  push: true,
  httpCallees: true,
  phone: true,
  alarmTopic: true,
  alarmEmail: true,
  dashboard: true,
  records: true,
  removalPolicy: true,
  logRetention: true,
  logLevel: true,
  logShare: true,
  tracing: true,
  functions: true,
  encryptionKey: true,
  tablePrefix: true,
  rotationDays: true,
};

/** Misspelled props of callers in JavaScript, which no compiler reads. */
export function unknownProblems(props: object): string[] {
  return Object.keys(props)
    .filter((name) => !Object.hasOwn(known, name))
    .map((name) => `${name} is not a prop${hintFor(name)}`);
}

function hintFor(name: string): string {
  const near = Object.keys(known).find((prop) => distance(prop.toLowerCase(), name.toLowerCase()) <= 2);
  return near === undefined ? `: it can be ${Object.keys(known).join(", ")}.` : `: did you mean ${near}?`;
}

/** Levenshtein's distance: insertions, removals and replacements from one text to the other. */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [index, character] of Array.from(from).entries()) {
    const next = [index + 1];
    for (const [column, other] of Array.from(to).entries()) {
      const replaced = (row[column] ?? 0) + (character === other ? 0 : 1);
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
