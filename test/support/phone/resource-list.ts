// A NOTIFY about a resource list as its watcher reads it (RFC 4662 §5), and the list that a watcher may send (RFC 5367 §4).
import { header, type SipRequest } from "../../../lib/sip/syntax/message.ts";

export interface ListNotify {
  readonly uri: string;
  readonly version: number;
  readonly isFull: boolean;
  /** By URI of the member; absent without an instance. */
  readonly states: ReadonlyMap<string, string | undefined>;
  /** By URI of the member, of those that have one. */
  readonly documents: ReadonlyMap<string, string>;
}

/** Throws on a body whose parts do not belong together. */
export function readList(notify: SipRequest): ListNotify {
  const type = header(notify, "content-type") ?? "";
  const boundary = parameterOf(type, "boundary");
  const texts = notify.body.split(`--${boundary}`);
  if (texts[0] !== "" || texts.at(-1) !== "--\r\n") throw new TypeError(`no multipart: ${notify.body}`);
  const parts = new Map(texts.slice(1, -1).map(partOf));
  const rlmi = parts.get(parameterOf(type, "start").slice(1, -1)) ?? "";
  const list = attributesOf(/<list ([^>]*)>/.exec(rlmi)?.[1] ?? "");
  const elements = [...rlmi.matchAll(/<resource ([^>]*?)(?:\/>|>(.*?)<\/resource>)/gs)];
  const members = elements.map(([, resource = "", inner]) => {
    const instance = attributesOf(/<instance ([^>]*)\/>/.exec(inner ?? "")?.[1] ?? "");
    return { uri: attributesOf(resource).get("uri") ?? "", instance };
  });
  const named = members.flatMap(({ uri, instance }) => {
    const cid = instance.get("cid");
    return cid === undefined ? [] : [[uri, parts.get(cid) ?? `no part ${cid}`] as const];
  });
  if (named.length !== parts.size - 1) throw new TypeError(`${parts.size} parts for ${named.length} documents`);
  return {
    uri: list.get("uri") ?? "",
    version: Number(list.get("version")),
    isFull: list.get("fullState") === "true",
    states: new Map(members.map(({ uri, instance }) => [uri, instance.get("reason") ?? instance.get("state")])),
    documents: new Map(named),
  };
}

function parameterOf(value: string, name: string): string {
  return new RegExp(`;${name}="([^"]*)"`).exec(value)?.[1] ?? "";
}

function attributesOf(text: string): ReadonlyMap<string, string> {
  return new Map([...text.matchAll(/([\w:]+)="([^"]*)"/g)].map(([, name = "", value = ""]) => [name, value]));
}

/** Its Content-ID, and its content. */
function partOf(text: string): readonly [string, string] {
  const end = text.indexOf("\r\n\r\n");
  return [/content-id: <([^>]*)>/i.exec(text.slice(0, end))?.[1] ?? "", text.slice(end + 4, -2)];
}

/** A document of the list itself. */
export function resourceLists(uris: readonly string[]): string {
  const entries = uris.map((uri) => `<entry uri="${uri}"/>`).join("");
  return `<?xml version="1.0" encoding="UTF-8"?><resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"><list>${entries}</list></resource-lists>`;
}
