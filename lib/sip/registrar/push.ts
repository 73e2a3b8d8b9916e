// The push parameters of a REGISTER (RFC 8599 §4.1, §5.6.1). `services` is the registry of push services: another one adds a line
// here, and its sender beside `lib/aws/web-push/`.
import { type PushPolicy, REFRESH_SECONDS } from "../policy/push.ts";
import type { Settings } from "../policy/settings.ts";
import { type PushAddress, pushAddressIn } from "../state/push-address.ts";
import { deviceOf, type Registration } from "../state/registration.ts";
import type { Aor } from "../syntax/aor.ts";
import { field, type HeaderField } from "../syntax/message.ts";
import { parameter } from "../syntax/parameters.ts";
import { quote } from "../syntax/scan.ts";
import { unescape } from "../syntax/uri.ts";
import { toPurr } from "../tokens/purr.ts";
import type { World } from "../world.ts";
import type { WantedContact, WantedContacts } from "./contact.ts";

type PushProblem = "push-service-unknown" | "malformed-push-address" | "push-host-not-listed";

interface PushService {
  problemOf(address: PushAddress, policy: PushPolicy): PushProblem | undefined;
  /** Further feature-capability indicators of the service. */
  indicators(world: Pick<World, "pushKey">): Promise<string>;
}

const services: ReadonlyMap<string, PushService> = new Map([
  [
    "webpush",
    {
      problemOf: webPushProblem,
      /** §14.7: the key that a browser binds a subscription to (RFC 8292 §3.2). */
      indicators: async ({ pushKey }) => (pushKey === undefined ? "" : `;+sip.vapid=${quote(await pushKey())}`),
    },
  ],
]);

/** Without push in this deployment the parameters mean nothing, as to any server that does not know them. */
export function refusePush(contacts: readonly WantedContact[], { push }: Settings): PushProblem | undefined {
  if (push === undefined) return undefined;
  for (const { uri, expires } of contacts) {
    const provider = providerOf(uri);
    if (provider === undefined || provider === "" || expires === 0) continue;
    const service = services.get(provider);
    if (service === undefined) return "push-service-unknown"; // §5.6.1.1: 555
    const address = pushAddressIn(uri);
    const problem = address && service.problemOf(address, push);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** A device that removes its contact, or all contacts, is not woken any more (§4.1.2). */
export function withoutRemoved(registration: Registration, wanted: WantedContacts): Registration {
  const { asleep = [], ...rest } = registration;
  if (asleep.length === 0 || wanted.kind === "query" || wanted.kind === "refused") return registration;
  if (wanted.kind === "remove all") return rest;
  const removed = new Set(wanted.contacts.filter(({ expires }) => expires === 0).map(deviceOf));
  return { ...rest, asleep: asleep.filter((binding) => !removed.has(deviceOf(binding))) };
}

/** §5.6.1.1: which services this server asks for notifications. A contact without `pn-prid` only wants to know. */
export async function pushFields(
  aor: Aor,
  contacts: readonly WantedContact[],
  world: World,
): Promise<readonly HeaderField[]> {
  if (world.settings.push === undefined) return [];
  const asked = contacts.filter(({ uri, expires }) => expires !== 0 && providerOf(uri) !== undefined);
  if (asked.length === 0) return [];
  const names = new Set(asked.flatMap(({ uri }) => providerOf(uri) || [...services.keys()]));
  const refresh = asked.some(({ wakesItself }) => wakesItself) ? `;+sip.pnsreg="${REFRESH_SECONDS}"` : "";
  const found = [...services].filter(([name]) => names.has(name));
  return Promise.all(
    found.map(async ([name, service]) => {
      const indicators = await service.indicators(world);
      const purr = purrFor(aor, asked, name, world);
      return field("Feature-Caps", `*;+sip.pns=${quote(name)}${indicators}${refresh}${purr}`);
    }),
  );
}

/** §6.2.1: for a contact that pushes reach. */
function purrFor(
  aor: Aor,
  asked: readonly WantedContact[],
  service: string,
  { keys, random }: Pick<World, "keys" | "random">,
): string {
  const reached = asked.find(({ uri }) => pushAddressIn(uri)?.provider === service);
  return reached === undefined ? "" : `;+sip.pnspurr=${quote(toPurr(aor, deviceOf(reached), random(), keys))}`;
}

function providerOf({ parameters }: WantedContact["uri"]): string | undefined {
  const value = parameter(parameters, "pn-provider");
  return value === undefined ? undefined : unescape(value);
}

/** RFC 8030 §5, RFC 8291 §3.1: an https URL; without keys a push has no content, which only tells that something waits. */
function webPushProblem({ prid, param }: PushAddress, { hosts }: PushPolicy): PushProblem | undefined {
  if (!PLAIN.test(prid) || !URL.canParse(prid)) return "malformed-push-address";
  const { protocol, hostname, port, username, password } = new URL(prid);
  if (protocol !== "https:" || username !== "" || password !== "") return "malformed-push-address";
  if (param !== undefined && !KEYS.test(param)) return "malformed-push-address";
  return hosts.some((host) => isHost(host, hostname, port)) ? undefined : "push-host-not-listed";
}

/** RFC 3986 §2: a URI has no other characters, and a push could not be sent to one that has. */
const PLAIN = /^[\x21-\x7e]+$/;

/** A P-256 point (65 bytes) and 16 bytes, in base64url. */
const KEYS = /^B[\w-]{86}\.[\w-]{22}$/;

function isHost(listed: string, hostname: string, port: string): boolean {
  const name = port === "" ? hostname : `${hostname}:${port}`;
  return listed.startsWith("*.") ? name.endsWith(listed.slice(1)) : name === listed;
}
