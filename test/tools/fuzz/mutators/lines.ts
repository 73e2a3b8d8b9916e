// Whole header lines: removed, doubled, moved, folded, respelled, borrowed from other messages.
import { joinParts, partsOf } from "../../conformance/faults/edit.ts";
import type { Random } from "../../simulation/core/random.ts";
import { type Mutator, oneOf, type Pool } from "./mutator.ts";

type LinesMutator = (lines: readonly string[], random: Random, pool: Pool) => readonly string[];

function ofLines(change: LinesMutator): Mutator {
  return (text, random, pool) => {
    const parts = partsOf(text);
    return joinParts({ ...parts, lines: change(parts.lines, random, pool) });
  };
}

const index = (lines: readonly unknown[], random: Random): number => random.between(0, Math.max(0, lines.length - 1));

/** Replaces one line by another text. */
function ofOne(change: (line: string, random: Random, pool: Pool) => string): Mutator {
  return ofLines((lines, random, pool) => {
    const at = index(lines, random);
    return lines.map((line, which) => (which === at ? change(line, random, pool) : line));
  });
}

/** Lines with a meaning for a registrar or a proxy. */
const added: readonly string[] = [
  "Content-Length: 0",
  "l: 5",
  "CSeq: 1 BYE",
  "Call-ID: other",
  "i: other",
  "From: <sip:carol@example.com>;tag=x",
  "To: <sip:carol@example.com>",
  "Max-Forwards: 0",
  "Contact: *",
  "Contact: <sip:x@y.invalid>;expires=0",
  "m: <sip:carol@192.0.2.9>;q=0.1, <sip:x@y>",
  "Expires: 0",
  "Expires: 99999999999",
  "Route: <sip:example.com;lr>",
  "Route: <sip:evil.example;lr>",
  "Route: <sip:example.com>",
  "Record-Route: <sip:evil.example;lr>",
  "Path: <sip:evil.example;lr>",
  "Path: \x1b[31mred",
  "Via: SIP/2.0/WSS example.com;branch=z9hG4bKx",
  "Via: SIP/2.0/UDP evil.example",
  "v: SIP/2.0/WS a.invalid;branch=z9hG4bKy, SIP/2.0/TCP b.invalid",
  "Require: outbound, gruu, 100rel",
  "Require: \x1b[31mred",
  "Proxy-Require: \u2028x",
  "Supported: gruu, outbound",
  "Max-Breadth: 0",
  "Max-Breadth: 1",
  "Privacy: id",
  "P-Asserted-Identity: <sip:boss@example.com>",
  "Reason: SIP;cause=200",
  "Reason: \x07",
  'Authorization: Digest username="alice", realm="example.com", nonce="x", uri="sip:example.com", response="0"',
  "Proxy-Authorization: Digest realm=example.com",
  "Authorization: Bearer x",
  "Subject: \0",
  "Sub ject: \0",
  ": no name",
  "no colon",
  " continued",
  "X: y\nRoute: <sip:evil.example;lr>",
  'Content-Type: multipart/mixed;boundary="',
  "Content-Encoding: gzip",
];

const withLine = ofLines((lines, random) => lines.toSpliced(random.between(0, lines.length), 0, oneOf(random, added)));

const withoutLine = ofLines((lines, random) => lines.toSpliced(index(lines, random), 1));

const doubled = ofLines((lines, random) => {
  const line = lines[index(lines, random)] ?? "";
  const times = random.chance(0.97) ? 1 : 300;
  return lines.toSpliced(random.between(0, lines.length), 0, ...Array.from({ length: times }, () => line));
});

const moved = ofLines((lines, random) => {
  const at = index(lines, random);
  return lines.toSpliced(at, 1).toSpliced(random.between(0, lines.length - 1), 0, ...lines.slice(at, at + 1));
});

const borrowed = ofLines((lines, random, pool) => {
  const other = partsOf(random.chance(0.6) ? pool.heard(random) : pool.stored(random)).lines;
  const line = other[index(other, random)] ?? "";
  return random.chance(0.5) ? lines.toSpliced(index(lines, random), 1, line) : [...lines, line];
});

/** The value of a field of the same name elsewhere. */
const sameField = ofOne((line, random, pool) => {
  const name = line.slice(0, line.indexOf(":") + 1);
  const others = partsOf(pool.heard(random)).lines.filter((other) => other.startsWith(name));
  return others.length === 0 ? line : oneOf(random, others);
});

const COMPACT: Readonly<Record<string, string>> = {
  via: "v",
  from: "f",
  to: "t",
  "call-id": "i",
  contact: "m",
  "content-length": "l",
  "content-type": "c",
  supported: "k",
};

const respelled = ofOne((line, random) => {
  const colon = line.indexOf(":");
  const [name, value] = [line.slice(0, Math.max(colon, 0)), line.slice(colon + 1)];
  const spellings = [
    `${COMPACT[name.toLowerCase()] ?? name}:${value}`,
    `${name.toUpperCase()}:${value}`,
    `${name} :${value}`,
    `${name}\t:${value}`,
    ` ${line}`,
    `${name}:\r\n ${value}`,
    `${name}:${value.replace(/[ ;]/, "$&\r\n\t")}`,
    `${name}:${value},`,
    `${name}:${value},${value}`,
    `${name}:`,
    `${name}: `,
    `${name}:${value.toUpperCase()}`,
    `${name};${value}`,
    `X-${line}`,
    `${line}\r`,
  ];
  return oneOf(random, spellings);
});

const shuffled = ofLines((lines, random) =>
  lines
    .map((line) => ({ line, rank: random.between(0, 2 ** 30) }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ line }) => line),
);

export const lineMutators: readonly Mutator[] = [
  withLine,
  withLine,
  withoutLine,
  doubled,
  moved,
  borrowed,
  sameField,
  sameField,
  respelled,
  respelled,
  shuffled,
];
