// Makes docs/cost.md and the table of costs in README.md, from the counted work and the prices of lib/operations.
import { type Billed, costOf, costOfPart, type Counted, PRICED_REGION } from "../lib/operations/prices.ts";
import { METRICS } from "../lib/operations/records/measures.ts";
import { WORK } from "../lib/operations/work.ts";

/** In the order of the columns. */
const COLUMNS: readonly [name: Billed, heading: string][] = [
  ["messages", "messages"],
  ["invocations", "invocations"],
  ["gigabyteMilliseconds", "GB-ms"],
  ["writeUnits", "write units"],
  ["readUnits", "read units"],
  ["queueRequests", "SQS requests"],
  ["logOctets", "log octets"],
];

interface Row {
  readonly what: string;
  readonly counted: Counted;
}

const EACH: readonly Row[] = [
  { what: "a call, one device", counted: WORK.call },
  { what: 'the same with `calls: "stateless"`', counted: WORK.statelessCall },
  { what: "its callee's own 100 (JsSIP, SIP.js)", counted: WORK.trying },
  ...Object.entries(WORK.forks).map(([devices, counted]) => ({ what: `a call, ${devices} devices ring`, counted })),
  { what: "a call to an HTTP callee that answers in 200 ms", counted: WORK.httpCall },
  { what: "a call to one that refuses at once", counted: WORK.httpRefusal },
  { what: "each second that an endpoint takes", counted: WORK.httpSecond },
  { what: "a text message, one device", counted: WORK.message },
  { what: "a text message that waits, and comes with a REGISTER", counted: WORK.storedMessage },
  { what: "a change of presence", counted: WORK.presenceChange },
  { what: "a NOTIFY of a change, for each watcher", counted: WORK.watcher },
  { what: "the one of ten of these that must be answered, more", counted: WORK.askedNotify },
  { what: "the first subscription to a user", counted: WORK.firstSubscription },
  { what: "each other one", counted: WORK.subscription },
  { what: "a refresh of a subscription", counted: WORK.subscriptionRefresh },
  { what: "a subscription to a list of 10 users without a watcher", counted: WORK.listSubscription },
  { what: "its refresh", counted: WORK.listRefresh },
  { what: "a call that wakes a phone, more than the call and the connection", counted: WORK.wakeUp },
  { what: "a push that asks a phone to register again", counted: WORK.refreshPush },
  { what: "a refresh of a registration", counted: WORK.refresh },
  { what: "a new connection with its registration", counted: WORK.connect },
  { what: "the end of a connection", counted: WORK.disconnect },
];

export function costPage(): string {
  const head = ["", ...COLUMNS.map(([, heading]) => heading)];
  return [
    HEAD,
    `| ${head.join(" | ")} |`,
    `|---|${COLUMNS.map(() => "--:|").join("")}`,
    ...EACH.map(({ what, counted }) => `| ${what} | ${COLUMNS.map(([name]) => counted[name] ?? 0).join(" | ")} |`),
    "",
    "In dollars per million:",
    "",
    `| ${head.join(" | ")} | sum |`,
    `|---|${COLUMNS.map(() => "--:|").join("")}--:|`,
    ...EACH.map(({ what, counted }) => {
      const parts = COLUMNS.map(([name]) => (costOfPart(name, counted) * 1e6).toFixed(2));
      return `| ${what} | ${parts.join(" | ")} | **${perMillion(counted)}** |`;
    }),
    "",
    MONTHS,
  ].join("\n");
}

function perMillion(counted: Counted): string {
  return (costOf(counted) * 1e6).toFixed(2);
}

/** Parts that no setting changes. */
function fixed(counted: Counted): string {
  const { messages = 0, invocations = 0, queueRequests = 0 } = counted;
  return perMillion({ messages, invocations, queueRequests });
}

function withoutLog({ logOctets: _logOctets, ...rest }: Counted): Counted {
  return rest;
}

/** Ten timers are sent one by one, and received and deleted together. */
function withSharedTimers(counted: Counted): Counted {
  return { ...counted, queueRequests: ((counted.queueRequests ?? 0) / 3) * 1.2 };
}

const HEAD = `# Cost

<!-- Made by \`npm run docs\` from lib/operations/work.ts and lib/operations/prices.ts. -->

By the prices of AWS of November 2026 in ${PRICED_REGION}, without free tiers. Operations and log are counted on the local cloud, on
the deployed bundles; \`test/systems/e2e/cost.test.ts\` and
\`test/systems/e2e/cost-beyond-calls.test.ts\` fail if a count changes. GB-ms are estimated from
\`npm run bench -- lambda\`: 512 MB, 0.29 of a core, 4 ms for each round trip to a service. Nothing was measured on AWS.

Messages are those of API Gateway, in and out, of up to 32 KB. A timer is three SQS requests: it is sent, and Lambda receives
and deletes it; under load, up to ten timers share the last two. Log octets have the 26 that CloudWatch adds to each line.
JsSIP and SIP.js answer each INVITE with a 100 of their own before the 180; the other rows are without it.
Devices of a fork answer one after the other; if they answer at once, a conflicting write is repeated.
The INVITEs and their 200 have an offer of audio of 2 KB.
`;

const MONTHS = `## Presence, texts, wake-up

A change of presence is a PUBLISH and its 200: a read, a write and a query, and for each watcher a post, which is a NOTIFY, and no write.
It was counted with two watchers; more subscriptions make the query longer. One NOTIFY of ten to a watcher must be answered, or
the watcher is dropped; that one costs ${WORK.askedNotify.writeUnits} writes, a fifth of a write for each NOTIFY on average, and the aim is 0 writes.

A subscription is a SUBSCRIBE for ten minutes with its NOTIFY, the answers to both and its timers: that of its end, and for a user
without a watcher that of the next look at the watched state, in a quarter of an hour. The reads of these timers are not in the rows.

A text that waits costs ${WORK.storedMessage.writeUnits} writes, a post and a timer: two writes when it comes, one when it has been delivered. The REGISTER that it comes
with is not in its row. A phone that refuses one, or does not answer, costs a write, a post and a timer for each text, once on each
connection.

A call to a phone that sleeps costs two writes, one push and one timer until the phone registers: the registration with the INVITE, and
the context of the call; with a usual offer they are three write units. A call to a connected phone costs the same two writes and the
timer by then; the REGISTER writes the context once more and the registration with the INVITE, so the row has ${WORK.wakeUp.writeUnits} units. AWS does not bill a push; the function waits for the push
service, and 100 ms are assumed. The traffic of pushes is left out. Where \`push\` is on, a refresh of a phone without a push address costs what it
costs without.

## By the month

| | |
|---|--:|
| a phone that is connected all day: a new connection every two hours, a refresh every nine minutes | $${costOf(WORK.phoneMonth).toFixed(3)} |
| an idle deployment: the signing secret and six alarms | $${costOf(WORK.idleMonth).toFixed(2)} |

Lambda asks the queue of timers all day, used or not: about 650,000 empty receives a month (five at a time, 20 s each), of
which a million a month are free.

## The row of a call

An answered call has a row until it ends, which costs $${perMillion(WORK.callRow)} for a million calls: ${WORK.callRow.writeUnits} write units, no read and no timer. A
connection that closes in a call adds a timer and up to three writes. \`calls: "stateless"\` saves all of that, for every number of
devices; a call whose phone is gone then goes on at the other phone, and calls cannot be listed by their rows or ended.
\`test/systems/e2e/budget.test.ts\` holds the numbers of a whole call in both ways.

## A device that registers while a call rings

It rings at once, because the registration of its user has the call, and its INVITE, for a minute. That is one write for each INVITE and no
read: ${WORK.ringOnReturn.writeUnits} units with a usual offer ($${perMillion(WORK.ringOnReturn)} for a million calls), 2 or 3 with video. A user with five devices has a longer row: 3
units, with ten 4. A call within a minute after another one to the same user adds a unit for that one's INVITE, until a phone of the user registers
again. A call to several users writes the registration of each, and its INVITE once, beside the context: a call to more than ten users,
to one device (GRUU) or to a number behind a gateway writes no registration. At most ten calls and 32,768 characters of
INVITEs are kept for a user at a time.
\`ringOnReturn: "with the next look"\` saves it, and is the default where \`calls\` is \`"stateless"\`. A device that joins costs the
reads of the call and of its user's policy, and a write.

## Records, metrics, events

With \`records\` a call to one device costs at most $${perMillion(WORK.record)} more per million: ${WORK.record.writeUnits} write units for four facts and the rows
of three indexes, and an invocation for each of its ${WORK.record.invocations} lines; under load an invocation gets the lines of many calls
($${perMillion({ writeUnits: WORK.record.writeUnits ?? 0 })} are the writes). \`metrics\` add at most $${perMillion(WORK.metricsOfCall)}, for each domain as much again, and $0.30 a month for each of
${Object.keys(METRICS).length} metrics. \`eventBus\` adds $${perMillion(WORK.eventsOfCall)}: four events. The path of the messages costs the same with all of them.
\`test/systems/e2e/records.test.ts\` holds the numbers; GB-ms are estimated, and the storage of the rows is left out.

## Less

A million calls to one device cost $${perMillion(WORK.call)}, of which $${fixed(WORK.call)} are messages, invocations and the timer. Of the rest, the
row is the largest part that can be left out: with \`calls: "stateless"\` they cost $${perMillion(WORK.statelessCall)}, without the INVITE in the registration; the aim for these is $18.50.
Beside that, \`logLevel: "WARN"\` omits the lines of calls that succeed ($${perMillion(withoutLog(WORK.statelessCall))}). Where ten timers are due at a time,
Lambda receives and deletes them together ($${perMillion(withSharedTimers(WORK.statelessCall))}; with both $${perMillion(withoutLog(withSharedTimers(WORK.statelessCall)))}). There remain three conditional writes, without which a
response or a timer could be lost, and the reads that must see those writes.
`;

/** The rows of README.md, below its comment that names this file. */
export function withCosts(page: string): string {
  const rows = [
    "| item | price |",
    "|---|---|",
    `| a call, one phone rings: ${WORK.call.messages} messages, ${WORK.call.invocations} invocations, ${WORK.call.writeUnits} writes (\`calls: "stateless"\`: ${WORK.statelessCall.writeUnits}) | $${(costOf(WORK.call) * 1e6).toFixed(0)} per million calls ($${(costOf(WORK.statelessCall) * 1e6).toFixed(0)}) |`,
    `| a phone that is connected all day: its connection, and a refresh every nine minutes | $${costOf(WORK.phoneMonth).toFixed(2)} a month |`,
    `| an idle deployment: the signing secret and six alarms | $${costOf(WORK.idleMonth).toFixed(2)} a month |`,
  ];
  return page.replace(TABLE, (_table, comment: string) => `${comment}\n\n${rows.join("\n")}\n\n`);
}

const TABLE = /(<!-- docs\/cost\.ts -->)\n+(?:\|.*\n)*\n?/;
