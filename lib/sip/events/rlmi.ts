// The body of a NOTIFY about a resource list (RFC 4662 §5): a document that says which members it is about, in RLMI, and the
// document of each.
import type { ResourceState } from "../state/resource-state.ts";
import type { Subscriber } from "../state/subscriber.ts";
import type { Aor } from "../syntax/aor.ts";
import { escapeXml } from "../syntax/xml.ts";
import { hashOf } from "../tokens/hash.ts";
import type { SigningKeys } from "../tokens/signature.ts";
import { viewFor } from "./dialog-view.ts";
import type { EventPackage } from "./event-package.ts";
import { mayWatch } from "./watch-policy.ts";

export interface MemberState {
  /** As the list names it. */
  readonly uri: string;
  /** Absent for an address of another domain, and one without a user. */
  readonly aor?: Aor;
  readonly state: ResourceState;
  readonly owner?: Subscriber | undefined;
  /** Its changes are not reported to the list. */
  readonly isFull: boolean;
  /** Its document comes with a later NOTIFY, because this one has no room for it. */
  readonly isLeft: boolean;
}

export interface ListReport {
  /** The address that the SUBSCRIBE was sent to. */
  readonly uri: string;
  /** The package of the members. */
  readonly base: EventPackage;
  /** It has all members. */
  readonly isWhole: boolean;
  readonly members: readonly MemberState[];
}

export interface Body {
  /** Content-Type; empty without a body. */
  readonly type: string;
  readonly text: string;
}

interface Reading {
  readonly watcher: Aor | undefined;
  readonly now: number;
  /** Of the NOTIFY. */
  readonly number: number;
  /** Right-hand side of the ids of the parts. */
  readonly host: string;
  readonly keys: SigningKeys;
}

/** RFC 2387: the RLMI document is the root. */
export function listBody(report: ListReport, reading: Reading): Body {
  const { number, host } = reading;
  const shown = report.members.map((member) => shownTo(member, report.base, reading));
  const unique = hashOf([JSON.stringify([report.uri, number, shown])], 22);
  const idOf = (index: number) => `${index}.${unique}@${host}`;
  const resources = shown.map((one, index) => resourceElement(one, idOf(index + 1))).join("");
  // §5.2: versions begin at 0 and grow by exactly one with each NOTIFY of a subscription, as their numbers do.
  const root = `uri="${escapeXml(report.uri)}" version="${number - 1}" fullState="${report.isWhole}"`;
  const rlmi = `${PROLOG}<list xmlns="urn:ietf:params:xml:ns:rlmi" ${root}>${resources}\n</list>\n`;
  const documents = shown.flatMap(({ document }, index) =>
    document === "" ? [] : [part(report.base.contentType, idOf(index + 1), document)],
  );
  const parts = [part(`${RLMI};charset="UTF-8"`, idOf(0), rlmi), ...documents];
  const text = [...parts.map((one) => `--${unique}\r\n${one}\r\n`), `--${unique}--\r\n`].join("");
  return { type: `multipart/related;type="${RLMI}";start="<${idOf(0)}>";boundary="${unique}"`, text };
}

const RLMI = "application/rlmi+xml";
const PROLOG = '<?xml version="1.0" encoding="UTF-8"?>\n';

interface Shown {
  readonly uri: string;
  /** Absent while the state is not known. */
  readonly instance?: "active" | "rejected" | "noresource" | "giveup";
  readonly document: string;
}

/** A member as the watcher may see it, by the policy that a SUBSCRIBE of its own would meet (§4.4). */
function shownTo(member: MemberState, base: EventPackage, { watcher, now, number, keys }: Reading): Shown {
  const { uri, aor, state, owner, isFull, isLeft } = member;
  if (aor === undefined || owner?.group !== undefined) return { uri, instance: "noresource", document: "" };
  if (watcher === undefined || !mayWatch(watcher, aor, base, owner)) return { uri, instance: "rejected", document: "" };
  if (isFull) return { uri, instance: "giveup", document: "" };
  if (isLeft) return { uri, document: "" };
  const view = viewFor(watcher, aor, owner, keys);
  return { uri, instance: "active", document: base.document(state, aor, now, number, view) };
}

/** §5.4, §5.5: the reasons are those of Subscription-State. */
function resourceElement({ uri, instance, document }: Shown, cid: string): string {
  const start = `\n<resource uri="${escapeXml(uri)}"`;
  if (instance === undefined) return `${start}/>`;
  const standing = instance === "active" ? 'state="active"' : `state="terminated" reason="${instance}"`;
  return `${start}><instance id="1" ${standing}${document === "" ? "" : ` cid="${cid}"`}/></resource>`;
}

function part(type: string, id: string, text: string): string {
  return `Content-Type: ${type}\r\nContent-ID: <${id}>\r\nContent-Transfer-Encoding: binary\r\n\r\n${text}`;
}
