// The body of a NOTIFY about the members of a group (RFC 4662 §5): a document that names them, and the presence document of
// each. The own server writes it; the documents in it come from other users, and `presenceIn` reads known words alone.
import { type Presence, presenceIn } from "./presence.ts";

export interface MembersReport {
  /** It names every member; another one names those that have changed. */
  readonly isWhole: boolean;
  /** By the member's URI; undefined where it is not known, or not shown to this user. */
  readonly states: ReadonlyMap<string, Presence | undefined>;
}

/** To be sent with a SUBSCRIBE: without it a group is answered with 421. */
export const SUPPORTS_LISTS = "Supported: eventlist";
export const LIST_TYPES = "multipart/related, application/rlmi+xml";

/** Undefined for a document about one user. @param type Content-Type */
export function membersIn(body: string, type: string): MembersReport | undefined {
  const boundary = /^multipart\/related\b.*;\s*boundary="?([^";]+)/i.exec(type)?.[1];
  if (boundary === undefined) return undefined;
  const parts = new Map(body.split(`--${boundary}`).map(partOf));
  const root = Array.from(parts.values()).find((text) => text.includes("<list ")) ?? "";
  const resources = Array.from(root.matchAll(/<resource uri="([^"]*)"(?:\/>|>([^]*?)<\/resource>)/g));
  const stateOf = (instance: string): Presence | undefined => {
    const [, id] = / cid="([^"]+)"/.exec(instance) ?? [];
    if (id !== undefined) return presenceIn(parts.get(id) ?? "");
    return instance.includes('state="active"') ? "offline" : undefined; // never connected: there is no document
  };
  return {
    isWhole: root.includes('fullState="true"'),
    states: new Map(resources.map(([, uri = "", instance = ""]) => [unescaped(uri), stateOf(instance)])),
  };
}

/** Its Content-ID, and its content. */
function partOf(text: string): readonly [id: string, content: string] {
  const end = text.indexOf("\r\n\r\n");
  return [/content-id: *<([^>]*)>/i.exec(text.slice(0, end))?.[1] ?? "", text.slice(end + 4)];
}

function unescaped(text: string): string {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"').replaceAll("&amp;", "&");
}
