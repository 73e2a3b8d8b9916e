// The document with a user's settings: JSON, and a change of it is a merge patch (RFC 7396). Each value is checked as the
// operator's tool checks it.
import { hoursProblem } from "../location/hours.ts";
import { MAX_ALSO } from "../policy/forking.ts";
import {
  LONGEST_RING_SECONDS,
  MAX_FORWARD,
  MAX_LISTED,
  MAX_SETTINGS,
  MAX_WINDOWS,
  SHORTEST_RING_SECONDS,
} from "../policy/own-settings.ts";
import { type OwnSettingName, ownSettingNames, type OwnSettings } from "../state/own-settings.ts";
import { type Forwarding, forwardingNames, type Hours } from "../state/routing-policy.ts";
import { watcherPolicies } from "../state/watch-policy.ts";
import { aorOf } from "../syntax/aor.ts";
import { parseUri } from "../syntax/uri.ts";
import { isDeviceCount, isRingSeconds } from "./whole-numbers.ts";

/** `application/` as for the TURN servers of a client; no registered type has these settings. */
export const OWN_SETTINGS = "application/vnd.sip-serverless.own-settings+json";

/** A change as it is written: null removes a part, and so does the value that a missing part has. */
export interface Patch {
  readonly set: Omit<OwnSettings, "forwarding">;
  readonly removed: readonly OwnSettingName[];
  /** The conditions that change, null for one that is removed. */
  readonly forwarding: Readonly<Partial<Record<ForwardingName, string | null>>>;
}

export type ReadPatch =
  | { readonly ok: true; readonly patch: Patch }
  /** A reason phrase. It repeats nothing of the document. */
  | { readonly ok: false; readonly problem: string };

/** @param maxBindings devices that a user of the deployment may have */
export function readPatch(body: string, maxBindings: number): ReadPatch {
  if (Buffer.byteLength(body) > MAX_SETTINGS) return wrong(`Settings Are Longer Than ${MAX_SETTINGS} Octets`);
  const document = objectIn(parsed(body));
  if (document === undefined) return wrong("Settings Are a JSON Object");
  const { forwarding = {}, ...others } = document;
  if (Object.keys(document).some((name) => !isName(ownSettingNames, name))) return wrong("Unknown Setting");
  const set: { -readonly [Name in ReadableName]?: Readable[Name] } = {};
  const removed: OwnSettingName[] = [];

  /** Returns the name of a bad value. */
  function take<Name extends ReadableName>(name: Name): Name | undefined {
    const { [name]: value } = others;
    if (value === undefined) return undefined;
    const read = value === null ? undefined : readers[name](value, maxBindings);
    if (read !== undefined) set[name] = read;
    else if (isAbsence(value)) removed.push(name);
    else return name;
    return undefined;
  }

  const bad = readable.find((name) => take(name) !== undefined);
  if (bad !== undefined) return wrong(expected(maxBindings)[bad]);
  const forwards = readForwarding(forwarding);
  return forwards === undefined
    ? wrong(expected(maxBindings).forwarding)
    : { ok: true, patch: { set, removed, forwarding: forwards } };
}

function wrong(problem: string): ReadPatch {
  return { ok: false, problem };
}

/** The parts that are replaced as a whole. */
type Readable = Required<Omit<OwnSettings, "forwarding">>;
type ReadableName = keyof Readable;

/** Undefined for a value that is malformed, and for one that stands for a missing part. */
const readers: {
  readonly [Name in ReadableName]: (value: unknown, maxBindings: number) => Readable[Name] | undefined;
} = {
  doNotDisturb: (value: unknown) => (value === true ? value : undefined),
  busyInCall: (value: unknown) => (value === true ? value : undefined),
  ringSeconds: (value: unknown) => (isRingSeconds(value) ? value : undefined),
  blocked: readAddresses,
  alsoRing: readTargets,
  maxDevices: (value, maxBindings) => (isDeviceCount(value, maxBindings) ? value : undefined),
  hours: readHours,
  watchers: (value: unknown) => watcherPolicies.find((policy) => policy === value),
  contacts: readAddresses,
};

const readable: readonly ReadableName[] = ownSettingNames.filter((name) => name !== "forwarding");

function isAbsence(value: unknown): boolean {
  return value === null || value === false || (Array.isArray(value) && value.length === 0);
}

const expected = (maxBindings: number): Readonly<Record<OwnSettingName, string>> => ({
  doNotDisturb: "doNotDisturb Is true or false",
  busyInCall: "busyInCall Is true or false",
  ringSeconds: `ringSeconds Is a Whole Number From ${SHORTEST_RING_SECONDS} to ${LONGEST_RING_SECONDS}`,
  blocked: `blocked Is a List of Up to ${MAX_LISTED} SIP Addresses`,
  alsoRing: `alsoRing Is a List of Up to ${MAX_ALSO} SIP URIs`,
  maxDevices: `maxDevices Is a Whole Number From 1 to ${maxBindings}`,
  hours: `hours Has a zone Such as Europe/Berlin, and in open Up to ${MAX_WINDOWS} Windows Such as mon-fri 09:00-17:30`,
  watchers: `watchers Is One of ${watcherPolicies.join(", ")}`,
  contacts: `contacts Is a List of Up to ${MAX_LISTED} SIP Addresses`,
  forwarding: `forwarding Has SIP URIs for ${forwardingNames.join(", ")}`,
});

/** In the form that is compared with callers and watchers; `sip:*@domain` stays as it is. */
function readAddresses(value: unknown): readonly string[] | undefined {
  if (!Array.isArray(value) || value.length === 0 || value.length > MAX_LISTED) return undefined;
  const addresses = value.map((text: unknown) => {
    const uri = typeof text === "string" ? parseUri(text) : undefined;
    return uri && aorOf(uri);
  });
  return addresses.every((address) => address !== undefined) ? addresses : undefined;
}

/** The users that they name are looked for later. */
function readTargets(value: unknown): readonly string[] | undefined {
  const targets = textsIn(value);
  if (targets === undefined || targets.length === 0 || targets.length > MAX_ALSO) return undefined;
  return targets.every((to) => to.length <= MAX_FORWARD) ? targets : undefined;
}

function readHours(value: unknown): Hours | undefined {
  const { zone, open } = objectIn(value) ?? {};
  const windows = textsIn(open);
  if (typeof zone !== "string" || windows === undefined) return undefined;
  const hours = { zone, open: windows };
  return hoursProblem(hours) === undefined ? hours : undefined;
}

function textsIn(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) && value.every((text: unknown) => typeof text === "string") ? value : undefined;
}

type ForwardingName = (typeof forwardingNames)[number];

/** Null as a whole removes all. */
function readForwarding(value: unknown): Patch["forwarding"] | undefined {
  if (value === null) return Object.fromEntries(forwardingNames.map((name) => [name, null]));
  const given = objectIn(value);
  if (given === undefined) return undefined;
  const forwards: Partial<Record<ForwardingName, string | null>> = {};
  for (const [name, to] of Object.entries(given)) {
    if (!isName(forwardingNames, name)) return undefined;
    if (to !== null && (typeof to !== "string" || to.length > MAX_FORWARD)) return undefined;
    forwards[name] = to;
  }
  return forwards;
}

/** The forwarding after the patch. */
export function patchedForwarding(present: Forwarding, patch: Patch["forwarding"]): Forwarding {
  const next: { -readonly [Name in ForwardingName]?: string } = { ...present };
  for (const name of forwardingNames) {
    const { [name]: to } = patch;
    if (to === null) delete next[name];
    else if (to !== undefined) next[name] = to;
  }
  return next;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function objectIn(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;
}

function isName<Name extends string>(names: readonly Name[], text: string): text is Name {
  return names.some((name) => name === text);
}
