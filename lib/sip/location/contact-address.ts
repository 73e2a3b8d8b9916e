// A contact as an address (RFC 3261 §16.5). That of a WebSocket client is a random name under `.invalid` (RFC 7118 §5) and leads nowhere by
// itself, so phones are given GRUUs. One that has none is passed on by its contact: SIP.js writes it into the Refer-To of
// an attended transfer. So whose it is is kept, in a row like that of a flow.
import { createHash } from "node:crypto";
import { parseUri, type Uri } from "../syntax/uri.ts";
import type { FlowId } from "../transport/endpoint.ts";
import type { Change, FlowRecord, World } from "../world.ts";
import type { Aor } from "../syntax/aor.ts";
import { type Binding, deviceOf } from "../state/registration.ts";
import type { Called } from "./gruu.ts";

/** No connection has a name that begins so (`lib/aws/dynamodb/flow-rows.ts`). */
const PREFIX = "contact:";

/** RFC 3323 §4.1.1.3: everybody who withholds a name has this host, and JsSIP has it in the contact too. */
const ANONYMOUS = "anonymous.invalid";

/** Names the row. */
function rowOf(contact: Uri | undefined): FlowId | undefined {
  if (contact?.kind !== "sip" || contact.user === undefined || !contact.host.endsWith(".invalid")) return undefined;
  if (contact.host === ANONYMOUS) return undefined;
  return `${PREFIX}${createHash("sha256").update(`${contact.user}@${contact.host}`).digest("base64url")}`;
}

/** Whether a record is about a contact, and not about a connection. */
export function isOfContact({ flow }: Pick<FlowRecord, "flow">): boolean {
  return flow.startsWith(PREFIX);
}

/**
 * Notes whose the contact is. One that two users register is nobody's from then on: which of them made it up cannot be told.
 * @param expiresAt epoch seconds
 */
export async function noteContact(
  binding: Binding,
  aor: Aor,
  expiresAt: number,
  world: World,
): Promise<readonly Change[]> {
  const row = rowOf(parseUri(binding.contact));
  if (row === undefined) return [];
  const { flow: known } = await world.look({ flow: row });
  const live = known !== undefined && known.expiresAt > world.now ? known : undefined;
  const isContested = live !== undefined && (live.identity !== aor || live.instance === undefined);
  const record = { flow: row, identity: aor, bound: [], expiresAt: Math.max(expiresAt, live?.expiresAt ?? 0) };
  return [{ kind: "flow", record: isContested ? record : { ...record, instance: deviceOf(binding) } }];
}

/** Whose contact the URI is. Costs a read, unless it can be none. */
export async function calledByContact(uri: Uri, world: World): Promise<Called | undefined> {
  const row = rowOf(uri);
  const { flow: known } = row === undefined ? {} : await world.look({ flow: row });
  if (known?.instance === undefined || known.expiresAt <= world.now) return undefined;
  return { aor: known.identity, instance: known.instance };
}
