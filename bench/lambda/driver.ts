// One execution environment: loads the bundles, lets two phones call each other through them, and measures the CPU of
// each invocation (user and system, all threads). The phones' own work is not measured.
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { pathToFileURL } from "node:url";
import { parseMessage } from "../../lib/sip/syntax/parse.ts";
import { titleOf } from "../../test/support/phone/inbox.ts";
import { createPhone, type Phone } from "../../test/support/phone/phone.ts";
import { establish } from "../../test/support/phone/call.ts";
import type { Inbox } from "../../test/support/phone/inbox.ts";
import type { Fetched } from "./stand-in.ts";

export interface Plan {
  /** Folder of the bundles. */
  readonly bundles: string;
  readonly standIn: string;
  /** Whether the phones register first; else they have done so in another environment. */
  readonly registers: boolean;
  readonly calls: number;
}

export interface Measured {
  /** Milliseconds of CPU to load `default`, with its work before the first invocation. */
  readonly importMs: number;
  /** Kind and milliseconds of CPU of each invocation, in their order. */
  readonly invocations: readonly { readonly kind: string; readonly ms: number }[];
}

type Handler = (event: object, context: object) => Promise<{ readonly body?: string } | undefined>;

const BODY = [
  "v=0",
  "o=- 1 2 IN IP4 127.0.0.1",
  "s=-",
  "t=0 0",
  ...Array.from({ length: 60 }, (_, n) => `a=x-line:${n}`),
];
const domain = "example.com";
const context = { getRemainingTimeInMillis: () => 9000, awsRequestId: "request" };

async function drive({ bundles, standIn, registers, calls }: Plan): Promise<Measured> {
  const began = process.cpuUsage();
  const handler = await load(bundles, "default");
  await new Promise((resolve) => setTimeout(resolve, 100)); // includes work that the import started
  const importMs = millisecondsSince(began);
  const timers = await load(bundles, "timers");
  const invocations: { kind: string; ms: number }[] = [];
  const inboxes = new Map<string, Inbox>();

  async function invoke(kind: string, run: () => Promise<{ readonly body?: string } | undefined>) {
    const before = process.cpuUsage();
    const result = await run();
    invocations.push({ kind, ms: millisecondsSince(before) });
    const { mail, timers } = await fetchFrom(standIn);
    for (const { flow, text } of mail) inboxes.get(flow)?.put(text);
    due.push(...timers);
    return result;
  }
  const due: string[] = [];

  function phone(user: string): Phone {
    const flow = `${user}-flow=`;
    return createPhone(
      {
        user,
        domain,
        instance: `urn:uuid:00000000-0000-4000-8000-${Buffer.from(user).toString("hex").padEnd(12, "0")}`,
      },
      (inbox) => {
        inboxes.set(flow, inbox);
        return {
          async send(text) {
            const requestContext = { connectionId: flow, identity: { sourceIp: "192.0.2.7" } };
            const event = { requestContext, body: text, isBase64Encoded: false };
            const result = await invoke(kindOf(text), () => handler(event, context));
            if (result?.body !== undefined) inbox.put(result.body);
          },
          close: () => Promise.resolve(),
        };
      },
      1000,
    );
  }

  const [alice, bob] = [phone("alice"), phone("bob")];
  if (registers) {
    await alice.online();
    await bob.online();
  }
  for (let call = 0; call < calls; call += 1) {
    const { caller } = await establish(alice, bob, BODY.join("\r\n"));
    await alice.inDialog("BYE", caller);
    await bob.answer(await bob.takeRequest("BYE"), 200);
    await alice.takeFinal("BYE");
    const Records = due.splice(0).map((body) => ({ messageId: "1", body }));
    await invoke("timer", () => timers({ Records }, context));
  }
  return { importMs, invocations };
}

/** Not by `fetch`, which would load undici before a bundle does. */
function fetchFrom(standIn: string): Promise<Fetched> {
  const { get } = process.getBuiltinModule("node:http");
  return new Promise((resolve, reject) => {
    get(`${standIn}/fetch`, (answer) => {
      buffer(answer).then((body) => resolve(JSON.parse(body.toString())), reject);
    }).on("error", reject);
  });
}

async function load(bundles: string, name: string): Promise<Handler> {
  const { handler }: { handler: Handler } = await import(pathToFileURL(join(bundles, name, "index.mjs")).href);
  return handler;
}

function kindOf(text: string): string {
  const parsed = parseMessage(text);
  return parsed.ok ? titleOf(parsed.message) : "unreadable";
}

function millisecondsSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

const measured = await drive(JSON.parse(process.argv[2] ?? "{}"));
process.send?.(measured, () => process.exit());
