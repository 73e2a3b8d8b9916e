// `push test`: each phone of a user that a push can wake gets a test notification; the answers of the push services (RFC 8030
// §5).
import { createRequire } from "node:module";
import { join } from "node:path";
import { tablesOn } from "../aws/client/dynamodb.ts";
import { registrationRecord } from "../aws/dynamodb/registration.ts";
import { WEB_PUSH_FILE } from "../aws/environment.ts";
import { createPushPort, type WebPush } from "../aws/web-push/send-push.ts";
import { vapidKeysOf } from "../aws/web-push/vapid-keys.ts";
import { withPush } from "../cdk/bundle.ts";
import { lambdaFolder } from "../cdk/lambda-folder.ts";
import { withoutScheme } from "../operations/address.ts";
import { sleepingDevices } from "../sip/location/sleeping-devices.ts";
import type { Push } from "../sip/effect.ts";
import { pushAddressOf } from "../sip/state/push-address.ts";
import { type Binding, deviceOf, liveBindings, type Registration } from "../sip/state/registration.ts";
import { NO_FLOW } from "../sip/transport/endpoint.ts";
import { readAddress } from "./address.ts";
import { CommandError } from "./command-error.ts";
import type { Deployment } from "./deployment.ts";
import { type Output, printRows } from "./output.ts";

interface Tested {
  readonly device: string;
  readonly state: "connected" | "asleep";
  /** Host of the push service. */
  readonly service: string;
  /** Status of the service, or the error that came in its place. */
  readonly answer: string;
  readonly advice: string;
}

/** Seconds that the service keeps the test for a phone that is off. */
const TTL_SECONDS = 60;

/** No caller waits for the answer. */
const TIMEOUT_MILLISECONDS = 30_000;

export async function testPush(deployment: Deployment, user: string, output: Output): Promise<void> {
  const { aor, domain } = readAddress(user, deployment.domains);
  const { secret, subject, keepSeconds } = await deployment.push();
  const now = Math.floor(Date.now() / 1000);
  const registrations = await registrationsOf(deployment, aor);
  const devices = registrations.flatMap((registration) => wakableDevices(registration, { now, keepSeconds }));
  if (devices.length === 0) {
    throw new CommandError(
      `No phone of ${user} can be woken: none has registered with a push address, or its time is over (docs/wake-up.md).`,
    );
  }
  const keys = vapidKeysOf(secret);
  const webPush = loadWebPush();
  const notice = noticeFor(aor, domain);
  const tested = await Promise.all(
    devices.map(async ({ binding, state }): Promise<Tested> => {
      const device = deviceOf(binding);
      const address = pushAddressOf(binding.contact) ?? { provider: "", prid: "" };
      const answers: string[] = [];
      const port = createPushPort({
        webPush: () => listening(webPush, answers),
        keys: async () => keys,
        subject,
        timeoutMilliseconds: TIMEOUT_MILLISECONDS,
      });
      const to = { flow: NO_FLOW, aor, instance: device };
      const push: Push = { ...TEST, to, address, notice };
      const result = await port.send(push);
      const answer = answers[0] ?? "no answer";
      return { device, state, service: hostOf(address.prid), answer, advice: adviceOn(result, answer) };
    }),
  );
  const columns = [
    ["DEVICE", ({ device }: Tested) => device],
    ["STATE", ({ state }: Tested) => state],
    ["SERVICE", ({ service }: Tested) => service],
    ["ANSWER", ({ answer }: Tested) => answer],
    ["ADVICE", ({ advice }: Tested) => advice],
  ] as const;
  printRows(output, tested, columns, "");
  const failed = tested.filter(({ answer }) => !answer.startsWith("2")).length;
  if (failed > 0) throw new CommandError(`${failed} of ${tested.length} pushes were not taken.`);
}

const TEST = { kind: "push", why: "call", topic: "push-test", ttlSeconds: TTL_SECONDS, attempt: 1 } as const;

/** As `lib/sip/proxy/push-notice.ts` writes one: a browser shows it even if the page's service worker does not run. */
function noticeFor(aor: string, domain: string): string {
  const body = "This is a test. Calls can wake this phone.";
  const notification = { title: withoutScheme(aor), body, navigate: `https://${domain}/`, tag: TEST.topic };
  return JSON.stringify({ web_push: 8030, notification, mutable: true, sip: { event: "test", to: aor } });
}

async function registrationsOf({ db, tables }: Deployment, aor: string): Promise<readonly Registration[]> {
  const table = tables.registrations;
  const rows = (await tablesOn(db).readBatch([{ table, key: "aor", ids: [aor], isConsistent: true }])).get(table) ?? [];
  return rows.map((row) => registrationRecord.decode(row));
}

/** The latest contact of each push address: two contacts of a browser may have the same one. */
export function wakableDevices(
  registration: Registration,
  { now, keepSeconds }: { readonly now: number; readonly keepSeconds: number },
): readonly (Pick<Tested, "state"> & { readonly binding: Binding })[] {
  const connected = new Map<string, Binding>();
  for (const binding of liveBindings(registration, now)) {
    const address = pushAddressOf(binding.contact);
    if (address !== undefined) connected.set(address.prid, binding);
  }
  const settings = { push: { hosts: [], keepSeconds, page: "" } };
  return [
    ...[...connected.values()].map((binding) => ({ binding, state: "connected" }) as const),
    ...sleepingDevices(registration, { now, settings }).map((binding) => ({ binding, state: "asleep" }) as const),
  ];
}

/** The package as the functions have it: the published package ships no other copy. */
function loadWebPush(): WebPush {
  const loaded: WebPush = createRequire(import.meta.url)(join(lambdaFolder(), withPush("default"), WEB_PUSH_FILE));
  return loaded;
}

/** Notes the status that the service answers, or the error that comes in its place. */
function listening(webPush: WebPush, answers: string[]): WebPush {
  return {
    async sendNotification(...push) {
      try {
        const response = await webPush.sendNotification(...push);
        answers.push(answerIn(response));
        return response;
      } catch (error) {
        answers.push(answerIn(error));
        throw error;
      }
    },
  };
}

function answerIn(result: unknown): string {
  const facts: { readonly statusCode?: unknown; readonly code?: unknown } = Object(result);
  if (typeof facts.statusCode === "number") return String(facts.statusCode);
  if (typeof facts.code === "string") return facts.code;
  return result instanceof Error ? result.message : "no answer";
}

function hostOf(prid: string): string {
  return URL.canParse(prid) ? new URL(prid).host : prid;
}

function adviceOn(result: Awaited<ReturnType<ReturnType<typeof createPushPort>["send"]>>, answer: string): string {
  if (result === "delivered") return "The service has taken it. If the phone shows nothing, look at its permissions.";
  if (result === "gone") return "The subscription has ended. Let the user sign in again on this phone.";
  if (typeof result === "object")
    return `The service is busy or not reached: try again in ${result.retryAfterSeconds} s.`;
  if (answer === "401" || answer === "403")
    return "The keys are not those that the phone subscribed with: sign in again.";
  return "The service refuses the address or its keys: let the user switch ringing off and on again.";
}
