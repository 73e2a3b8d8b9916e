// `npm run bench -- kamailio`: the local cloud beside Kamailio, in one run: CPU per call and per phone that registers, memory
// per idle registered connection, and how soon 60 phones are registered on a cold local cloud.
import { parseArgs } from "node:util";
import { type BenchPhone, connectPhone } from "./phone.ts";
import { type BenchServer, kamailioVersion, startKamailio, startLocalCloud } from "./server.ts";

/** Upper bounds: ratios to Kamailio, and seconds. */
const TARGETS = { call: 16, register: 14, memory: 1.5, coldSeconds: 0.8 };

const { values } = parseArgs({
  allowPositionals: true, // the name of this benchmark
  options: {
    calls: { type: "string", default: "300" },
    idle: { type: "string", default: "1000" },
    check: { type: "boolean", default: false },
  },
});
const [calls, idle] = [Number(values.calls), Number(values.idle)];

const COLD = 60;
const CALLERS = 8;
const users = Array.from({ length: idle }, (_, index) => `u${index}`);

interface Figures {
  readonly callMs: number;
  readonly registerMs: number;
  readonly memoryKb: number;
}

async function figuresOf(server: BenchServer): Promise<Figures> {
  const phones = await connectAll(server, users.slice(0, 2 * CALLERS));
  const call = (count: number) => spread(count, CALLERS, (_, lane) => phones[2 * lane]?.call(`u${2 * lane + 1}`));
  await call(calls); // both servers are warm from here on
  const callMs = (await cpuOf(server, () => call(calls))) / calls;

  await settle();
  const before = server.memoryKb();
  const rest = users.slice(2 * CALLERS);
  let more: readonly BenchPhone[] = [];
  const registerMs = (await cpuOf(server, async () => void (more = await connectAll(server, rest)))) / rest.length;
  await settle();
  const memoryKb = (server.memoryKb() - before) / more.length;
  for (const phone of [...phones, ...more]) phone.close();
  return { callMs, registerMs, memoryKb };
}

async function cpuOf(server: BenchServer, work: () => Promise<void>): Promise<number> {
  const before = server.cpuMs();
  await work();
  await settle();
  return server.cpuMs() - before;
}

/** Runs `count` steps in `lanes` at a time. */
async function spread(count: number, lanes: number, step: (index: number, lane: number) => Promise<void> | undefined) {
  const run = async (lane: number): Promise<void> => {
    for (let index = lane; index < count; index += lanes) await step(index, lane);
  };
  await Promise.all(Array.from({ length: lanes }, (_, lane) => run(lane)));
}

async function connectAll(server: BenchServer, names: readonly string[]): Promise<readonly BenchPhone[]> {
  const phones: BenchPhone[] = [];
  await spread(names.length, CALLERS, async (index) => {
    const phone = await connectPhone(server.url, names[index] ?? "", server.domain);
    await phone.register();
    phones.push(phone);
  });
  return phones;
}

/** All phones at once, on a cloud that has served none. */
async function coldSeconds(): Promise<number> {
  const server = await startLocalCloud(users.slice(0, COLD));
  const startedAt = performance.now();
  const phones = await Promise.all(
    users.slice(0, COLD).map(async (user) => {
      const phone = await connectPhone(server.url, user, server.domain);
      await phone.register();
      return phone;
    }),
  );
  const seconds = (performance.now() - startedAt) / 1000;
  for (const phone of phones) phone.close();
  await server.close();
  return seconds;
}

/** Lets responses, timers and garbage collection end. */
const settle = () => new Promise((resolve) => setTimeout(resolve, SETTLE_MS));

/** Longer than an idle environment of the local cloud lives. */
const SETTLE_MS = 16_000;

async function measure(start: () => Promise<BenchServer>): Promise<Figures> {
  const server = await start();
  try {
    return await figuresOf(server);
  } finally {
    await server.close();
  }
}

const version = kamailioVersion();
const cold = await coldSeconds();
const ours = await measure(() => startLocalCloud(users));
const theirs = version === undefined ? undefined : await measure(() => startKamailio());

const rows: readonly (readonly [name: string, own: number, other: number | undefined, unit: string, target: number])[] =
  [
    ["CPU per call", ours.callMs, theirs?.callMs, "ms", TARGETS.call],
    ["CPU per phone that registers", ours.registerMs, theirs?.registerMs, "ms", TARGETS.register],
    ["memory per idle registered connection", ours.memoryKb, theirs?.memoryKb, "KB", TARGETS.memory],
  ];
const missed: string[] = [];
const lines = rows.map(([name, own, other, unit, target]) => {
  if (other === undefined) return `${name.padEnd(40)} ${own.toFixed(1)} ${unit}`;
  const ratio = own / other;
  if (ratio > target) missed.push(`${name}: ${ratio.toFixed(1)} instead of ${target}`);
  return `${name.padEnd(40)} ${own.toFixed(1)} : ${other.toFixed(2)} ${unit} = ${ratio.toFixed(1)} (target ${target})`;
});
if (cold > TARGETS.coldSeconds)
  missed.push(`${COLD} phones registered: ${cold.toFixed(2)} s instead of ${TARGETS.coldSeconds} s`);
process.stdout.write(
  [
    version === undefined
      ? "Kamailio is not installed (apt-get install kamailio kamailio-websocket-modules): the local cloud alone."
      : `local cloud : Kamailio ${version}`,
    ...lines,
    `${`${COLD} phones registered on a cold cloud`.padEnd(40)} ${cold.toFixed(2)} s (target ${TARGETS.coldSeconds} s)`,
    ...missed.map((what) => `missed: ${what}`),
    "",
  ].join("\n"),
);
if (values.check && missed.length > 0) process.exitCode = 1;
