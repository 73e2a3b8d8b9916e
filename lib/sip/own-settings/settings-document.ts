// The document with a user's settings: JSON, and a change of it is a merge patch (RFC 7396). Each value is checked as the
// operator's tool checks it.
import {
  LONGEST_RING_SECONDS,
  MAX_FORWARD,
  MAX_LISTED,
  MAX_SETTINGS,
  SHORTEST_RING_SECONDS,
} from "../policy/own-settings.ts";
import { type OwnSettingName, ownSettingNames, type OwnSettings } from "../state/own-settings.ts";
import { type Forwarding, forwardingNames } from "../state/routing-policy.ts";
import { watcherPolicies } from "../state/watch-policy.ts";
import { aorOf } from "../syntax/aor.ts";
import { parseUri } from "../syntax/uri.ts";

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

export function readPatch(body: string): ReadPatch {
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
    const read = value === null ? undefined : readers[name](value);
    if (read !== undefined) set[name] = read;
    else if (isAbsence(value)) removed.push(name);
    else return name;
    return undefined;
  }

  const bad = readable.find((name) => take(name) !== undefined);
  if (bad !== undefined) return wrong(expected[bad]);
  const forwards = readForwarding(forwarding);
  return forwards === undefined
    ? wrong(expected.forwarding)
    : { ok: true, patch: { set, removed, forwarding: forwards } };
}

function wrong(problem: string): ReadPatch {
  return { ok: false, problem };
}

/** The parts that are replaced as a whole. */
type Readable = Required<Omit<OwnSettings, "forwarding">>;
type ReadableName = keyof Readable;

/** Undefined for a value that is malformed, and for one that stands for a missing part. */
const readers: { readonly [Name in ReadableName]: (value: unknown) => Readable[Name] | undefined } = {
  doNotDisturb: (value: unknown) => (value === true ? value : undefined),
  busyInCall: (value: unknown) => (value === true ? value : undefined),
  ringSeconds: (value: unknown) => (isRingSeconds(value) ? value : undefined),
  blocked: readAddresses,
  watchers: (value: unknown) => watcherPolicies.find((policy) => policy === value),
  contacts: readAddresses,
};

const readable: readonly ReadableName[] = ownSettingNames.filter((name) => name !== "forwarding");

function isAbsence(value: unknown): boolean {
  return value === null || value === false || (Array.isArray(value) && value.length === 0);
}

const expected: Readonly<Record<OwnSettingName, string>> = {
  doNotDisturb: "doNotDisturb Is true or false",
  busyInCall: "busyInCall Is true or false",
  ringSeconds: `ringSeconds Is a Whole Number From ${SHORTEST_RING_SECONDS} to ${LONGEST_RING_SECONDS}`,
  blocked: `blocked Is a List of Up to ${MAX_LISTED} SIP Addresses`,
  watchers: `watchers Is One of ${watcherPolicies.join(", ")}`,
  contacts: `contacts Is a List of Up to ${MAX_LISTED} SIP Addresses`,
  forwarding: "forwarding Has SIP URIs for always, busy, noAnswer and unreachable",
};

function isRingSeconds(value: unknown): value is number {
  if (typeof value !== "number" || !Number.isInteger(value)) return false;
  return value >= SHORTEST_RING_SECONDS && value <= LONGEST_RING_SECONDS;
}

/** In the form that is compared with callers and watchers; `sip:*@domain` stays as it is. */
function readAddresses(value: unknown): readonly string[] | undefined {
  if (!Array.isArray(value) || value.length === 0 || value.length > MAX_LISTED) return undefined;
  const addresses = value.map((text: unknown) => {
    const uri = typeof text === "string" ? parseUri(text) : undefined;
    return uri && aorOf(uri);
  });
  return addresses.every((address) => address !== undefined) ? addresses : undefined;
}

type ForwardingName = (typeof forwardingNames)[number];

/** Null as a whole removes all. */
function readForwarding(value: unknown): Patch["forwarding"] | undefined {
  if (value === null) return { always: null, busy: null, noAnswer: null, unreachable: null };
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
