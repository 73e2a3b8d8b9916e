// Lockout: guessing passwords gets slower with every failure. Failures are counted before the response is sent, and a
// locked login is not judged at all, so a right guess looks like a wrong one. The numbers are in `policy/lockout.ts`.
import { countSeconds, lockSeconds } from "../policy/lockout.ts";
import type { Change } from "../state/change.ts";
import { isLive } from "../state/live.ts";
import type { LoginHistory } from "../state/login-history.ts";
import type { ReadSet, Snapshot } from "../state/snapshot.ts";
import type { Aor } from "../syntax/aor.ts";
import { readNameAddr } from "../syntax/leniency.ts";
import { field, header, type SipRequest } from "../syntax/message.ts";
import { parameter } from "../syntax/parameters.ts";
import { hashOf } from "../tokens/hash.ts";
import type { FlowId } from "../transport/endpoint.ts";
import type { Incoming } from "../transport/incoming.ts";
import { type Reply, refusal } from "../uas/reply.ts";
import type { World } from "../world.ts";
import {
  historyExpiry,
  isKnownDevice,
  isKnownNetwork,
  lockedUntil,
  NO_FAILURES,
  withFailure,
  withLogin,
} from "./login-history.ts";
import { networkOf } from "./source.ts";

/** The sender of a login and the user it claims to be. */
export interface Login {
  readonly claimed: Aor;
  readonly incoming: Incoming<SipRequest>;
}

type State = Pick<Snapshot, "loginFailures" | "loginHistories">;
type Here = Pick<World, "now" | "settings">;

interface Counter {
  /** "flow" locks nothing: a connection that failed a login is kept, so that it does not come back at once. */
  readonly rule: "source" | "aor" | "flow";
  /** A hash: the table holds neither names nor addresses. */
  readonly key: string;
}

/** The reads by which a login is judged. */
export function lockoutReads(login: Login): Pick<ReadSet, "loginFailures" | "loginHistories"> {
  const history = historyKey(login);
  return {
    loginFailures: countersOf(login).map(({ key }) => key),
    ...(history !== undefined && { loginHistories: [history] }),
  };
}

/** Without a source address (AWS always gives one) only the user and the connection count. */
function countersOf({ claimed, incoming: { source, flow } }: Login): readonly Counter[] {
  const user: readonly Counter[] = [{ rule: "aor", key: keyOf("aor", claimed) }, flowCounter(flow)];
  if (source === undefined) return user;
  return [{ rule: "source", key: keyOf("source", networkOf(source, SITE_BITS)) }, ...user];
}

function historyKey({ claimed, incoming: { source } }: Login): string | undefined {
  return source === undefined ? undefined : keyOf("pair", `${networkOf(source, SUBSCRIBER_BITS)}\n${claimed}`);
}

/** The counter of the failed logins of one connection. */
export function flowCounter(flow: FlowId): Counter {
  return { rule: "flow", key: keyOf("flow", flow) };
}

/**
 * The device that a request names, as a hash: its instance (RFC 5626 §4.1), or else the address of its contact, which JsSIP
 * and SIP.js keep for as long as a page is open. It is claimed and not proven.
 */
function claimedDeviceOf({ message }: Incoming<SipRequest>): string {
  const contact = header(message, "contact") ?? "";
  const parsed = readNameAddr(contact);
  const device = parsed === undefined ? contact : (parameter(parsed.parameters, "+sip.instance") ?? parsed.address);
  return hashOf([device], KEY_LENGTH);
}

/** RFC 6177 §2: an IPv6 subscriber is given a /56 and a site up to a /48, and could guess from each /64 in it. */
const SUBSCRIBER_BITS = 56;
const SITE_BITS = 48;

/** 128 bits in base64url. */
const KEY_LENGTH = 22;

function keyOf(rule: Counter["rule"] | "pair", text: string): string {
  return `${rule}.${hashOf([text], KEY_LENGTH)}`;
}

function historyOf(login: Login, { loginHistories }: State): LoginHistory | undefined {
  const key = historyKey(login);
  if (key === undefined) return undefined;
  const stored = loginHistories.find((history) => history.key === key);
  return stored ?? { key, version: 0, others: NO_FAILURES, devices: [] };
}

/**
 * Seconds until the longest of the locks ends; 0 without a lock. A device that the user logged in with from this network
 * lately is judged by its own count alone, and the guesses of strangers elsewhere do not lock the user's own networks.
 */
export function lockedFor(login: Login, stored: State, { now, settings }: Here): number {
  const { lockout } = settings;
  const history = historyOf(login, stored);
  const device = claimedDeviceOf(login.incoming);
  const passes = {
    source: history !== undefined && isKnownDevice(history, device, now),
    aor: history !== undefined && isKnownNetwork(history, now),
  };
  const ends = countersOf(login).map(({ rule, key }) => {
    const counted = stored.loginFailures.find((failures) => failures.key === key && isLive(failures, now));
    if (rule === "flow" || passes[rule] || counted === undefined) return now;
    return counted.last + lockSeconds(counted.count, lockout[rule]);
  });
  const own = history === undefined ? now : lockedUntil(history, device, lockout, now);
  return Math.max(now, own, ...ends) - now;
}

/**
 * 503 with Retry-After (RFC 3261 §21.5.4), because a client comes back from it by itself. 403 says never to try again,
 * 480 that another user cannot be reached, and 429 is HTTP's: in SIP it concerns referrers (RFC 3892 §5).
 */
export function lockedOut(seconds: number, source: string | undefined): Reply {
  const detail = `from ${source ?? "an unknown address"}, for ${seconds} s`;
  return refusal("login-locked", { fields: [field("Retry-After", seconds)], detail });
}

/**
 * A right login in the history of user and network. It is stored only if the history is still the one that was read: a
 * right guess among many that were sent side by side is decided again like the wrong ones.
 */
export function rightLogin(login: Login, stored: State, here: Here): readonly Change[] {
  return historyChanges(login, stored, here, withLogin);
}

/**
 * One failure more under each counter. That of user and network is stored only if the history is still the one that was
 * read: of guesses that were judged side by side, all but the first are decided again, and find the lock.
 */
export function failedLogin(login: Login, stored: State, here: Here): readonly Change[] {
  const { now, settings } = here;
  const forgetAt = now + countSeconds(settings.lockout);
  return [
    ...historyChanges(login, stored, here, withFailure),
    ...countersOf(login).map(({ key }) => ({ kind: "failed login" as const, key, at: now, forgetAt })),
  ];
}

function historyChanges(
  login: Login,
  stored: State,
  { now, settings: { lockout } }: Here,
  next: typeof withFailure,
): readonly Change[] {
  const read = historyOf(login, stored);
  if (read === undefined) return [];
  const history = next(read, claimedDeviceOf(login.incoming), lockout, now);
  return [{ kind: "login history", history, expiresAt: historyExpiry(history, lockout) }];
}
