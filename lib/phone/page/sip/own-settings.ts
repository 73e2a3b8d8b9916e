// The settings of the user that the server keeps, for all of its phones: docs/own-settings.md.
import { type UA, URI } from "jssip";
import { request } from "./request.ts";

export type Condition = (typeof conditions)[number];

export const conditions = ["always", "busy", "noAnswer", "unreachable", "closed"] as const;

/** Targets by the condition under which calls are forwarded to them. */
export type Forwarding = Readonly<Partial<Record<Condition, string>>>;

/** Outside of `open`, in the time of `zone`, calls do not ring. */
export interface Hours {
  /** `Europe/Berlin` */
  readonly zone: string;
  /** `mon-fri 09:00-17:30` */
  readonly open: readonly string[];
}

export interface OwnSettings {
  readonly doNotDisturb?: boolean;
  readonly forwarding?: Forwarding;
  readonly hours?: Hours;
  /** URIs of users whose phones ring too. */
  readonly alsoRing?: readonly string[];
  readonly maxDevices?: number;
}

/** A merge patch (RFC 7396): null removes a part, and one that is missing stays as the server has it. */
export interface OwnSettingsChange {
  readonly doNotDisturb?: boolean;
  readonly forwarding?: Readonly<Partial<Record<Condition, string | null>>>;
  readonly hours?: Hours | null;
  readonly alsoRing?: readonly string[];
  readonly maxDevices?: number | null;
}

/** The settings, after the change if there is one; or why the server refuses. Status 0: there was no response. */
export type OwnSettingsAnswer =
  | { readonly ok: true; readonly settings: OwnSettings }
  | { readonly ok: false; readonly status: number; readonly phrase: string };

const TYPE = "application/vnd.sip-serverless.own-settings+json";

export async function ownSettings(
  ua: UA,
  user: string,
  domain: string,
  change?: OwnSettingsChange,
): Promise<OwnSettingsAnswer> {
  const fields = [`Accept: ${TYPE}`, ...(change ? [`Content-Type: ${TYPE}`] : [])];
  const answer = await request(ua, {
    method: "OPTIONS",
    target: new URI("sip", user, domain),
    fields,
    body: change && JSON.stringify(change),
  });
  const { status, phrase, body } = answer;
  if (status !== 200 || answer.header("Content-Type") !== TYPE) return { ok: false, status, phrase };
  return { ok: true, settings: JSON.parse(body) };
}
