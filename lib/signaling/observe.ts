// Observation for log, metrics and records: an input and its outcome become lines. Messages that are not
// decided on are logged in `admission.ts` and `signaling.ts`, failed looks in `deliver.ts`.
import type { Effect, Send } from "../sip/effect.ts";
import type { Outcome } from "../sip/outcome.ts";
import { type Reason, sentenceOf } from "../sip/reasons.ts";
import type { Change } from "../sip/state/change.ts";
import { liveBindings, type Registration } from "../sip/state/registration.ts";
import type { ResponseContext } from "../sip/state/response-context.ts";
import { headers } from "../sip/syntax/message.ts";
import { callOf, type LogSubject, titleOf } from "./log-line.ts";

/** Writes one line. Fields are JSON values. */
export type Observer = (name: string, fields: Readonly<Record<string, unknown>>) => void;

/** Events on the way to an outcome that it does not show. */
export interface Incidents {
  /** Decisions that were taken again because the state had changed. */
  readonly conflicts: number;
  /** Messages whose connection did not exist any more. */
  readonly gone: number;
}

/** Facts about an input beside its outcome. */
interface Found {
  /** The registrations that were read, the latest last. */
  readonly registrations: readonly Registration[];
  /** Epoch seconds. */
  readonly now: number;
  /** On the first line of an input alone, so that a sum over lines is right. */
  readonly incidents?: Incidents;
}

/** One line about an input, the messages sent for it, the call it belongs to, and the reason. */
export function observeOutcome(
  observe: Observer,
  subject: LogSubject,
  { changes, effects, reason }: Outcome,
  { registrations, now, incidents }: Found,
): void {
  const sends = effects.filter((effect) => effect.kind === "send");
  const pushes = effects.filter((effect) => effect.kind === "push");
  const sent = effects.flatMap(sentAs);
  const context = changes.find((change) => change.kind === "context")?.context;
  const asked = effects.find((effect) => effect.kind === "http");
  observe(subject.name, {
    ...(asked && callOf(asked)), // the timer of a session knows its call by the session alone
    ...subject.fields,
    ...(sent.length > 0 && { sent }),
    ...(pushes.length > 0 && { pushed: pushes.map(({ why, to }) => `${why} > ${to.aor ?? ""}`) }),
    ...(context && context.branches.length > 0 && { devices: context.branches.length }),
    ...forwardingIn(sends, context),
    ...registrationsIn(changes, registrations, now),
    ...(incidents && aboveZero(incidents)),
    ...(reason && reasonFields(reason)),
    ...(reason && LOGIN_REASONS.has(reason.code) && subject.user && { user: { name: subject.user() } }),
  });
}

/** `180 INVITE > FLOW`, `POST media.example.com > FLOW` */
function sentAs(effect: Effect): readonly string[] {
  if (effect.kind === "send") return [`${titleOf(effect.message)} > ${effect.to.flow}`];
  return effect.kind === "http" ? [`${effect.method} ${new URL(effect.url).host} > ${effect.flow}`] : [];
}

/** Users whose number of phones has changed: a refresh, and a phone that replaces its own binding, change none. */
function registrationsIn(
  changes: readonly Change[],
  read: readonly Registration[],
  now: number,
): { readonly registrations?: readonly RegistrationChange[] } {
  const registrations = changes.flatMap((change) => {
    if (change.kind !== "registration") return [];
    const { aor } = change.registration;
    const phones = liveBindings(change.registration, now).length;
    const known = read.findLast((one) => one.aor === aor);
    const before = known === undefined ? 0 : liveBindings(known, now).length;
    return phones === before ? [] : [{ aor, phones, before }];
  });
  return registrations.length > 0 ? { registrations } : {};
}

interface RegistrationChange {
  readonly aor: string;
  readonly phones: number;
  readonly before: number;
}

function aboveZero({ conflicts, gone }: Incidents): Partial<Incidents> {
  return { ...(conflicts > 0 && { conflicts }), ...(gone > 0 && { gone }) };
}

/** Reasons for which the name that a client gave is worth a search. */
const LOGIN_REASONS: ReadonlySet<string> = new Set(["login-failed", "login-locked"]);

/** The latest forwarding of a call that this outcome rings: its Diversion (RFC 5806), as `call-forwarding.ts` wrote it. */
function forwardingIn(sends: readonly Send[], context: ResponseContext | undefined): { readonly forwarded?: string } {
  if (context === undefined) return {};
  const requests = sends.map(({ message }) => message).filter((message) => message.kind === "request");
  const invite = requests.find(({ method }) => method === "INVITE");
  const [diversion = ""] = invite === undefined ? [] : headers(invite, "diversion");
  const [, from, reason] = DIVERSION.exec(diversion) ?? [];
  return from === undefined ? {} : { forwarded: `${from} ${reason}` };
}

const DIVERSION = /^<([^>]{1,120})>;reason=([\w-]{1,20});counter=1$/;

/** The code can be counted, the sentence read. */
export function reasonFields(reason: Reason): { readonly reason: string; readonly because: string } {
  return { reason: reason.code, because: sentenceOf(reason) };
}
