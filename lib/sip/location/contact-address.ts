// A contact as an address (RFC 3261 §16.5). That of a WebSocket client is a random name under `.invalid` (RFC 7118 §5) and leads nowhere by
// itself, so phones are given GRUUs. One that has none is passed on by its contact: SIP.js writes it into the Refer-To of
// an attended transfer. So whose it is is kept, in a row like that of a flow.
import { createHash } from "node:crypto";
import { parseUri, type Uri } from "../syntax/uri.ts";
import type { FlowId } from "../transport/end.ts";
import type { Change, World } from "../world.ts";
import type { Aor } from "./aor.ts";
import { type Binding, deviceOf } from "./binding.ts";
import type { Called } from "./gruu.ts";

/** Names the row, as no connection is named (`lib/aws/dynamodb/flow-rows.ts`). */
function rowOf(contact: Uri | undefined): FlowId | undefined {
  if (contact?.kind !== "sip" || contact.user === undefined || !contact.host.endsWith(".invalid")) return undefined;
  return `contact:${createHash("sha256").update(`${contact.user}@${contact.host}`).digest("base64url")}`;
}

/** Notes whose the contact is, unless it is somebody else's. @param expiresAt epoch seconds */
export async function noteContact(
  binding: Binding,
  aor: Aor,
  expiresAt: number,
  world: World,
): Promise<readonly Change[]> {
  const row = rowOf(parseUri(binding.contact));
  if (row === undefined) return [];
  const { flow: known } = await world.look({ flow: row });
  if (known !== undefined && known.expiresAt > world.now && known.identity !== aor) return [];
  return [{ kind: "flow", record: { flow: row, identity: aor, instance: deviceOf(binding), bound: [], expiresAt } }];
}

/** Whose contact the URI is. Costs a read, unless it can be none. */
export async function calledByContact(uri: Uri, world: World): Promise<Called | undefined> {
  const row = rowOf(uri);
  const { flow: known } = row === undefined ? {} : await world.look({ flow: row });
  if (known?.instance === undefined || known.expiresAt <= world.now) return undefined;
  return { aor: known.identity, instance: known.instance };
}
