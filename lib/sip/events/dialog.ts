// The package of a user's calls (RFC 4235): busy lamps. A document has all of them, and an ended one once more. Call-ID and
// tags name the dialog, so that a watcher can replace it (RFC 3891).
import type { ResourceState } from "../state/resource-state.ts";
import type { WatchedCall } from "../state/watched-call.ts";
import type { Aor } from "../syntax/aor.ts";
import { escapeXml } from "../syntax/xml.ts";
import { hashOf } from "../tokens/hash.ts";
import type { EventPackage } from "./event-package.ts";

export const dialog: EventPackage = {
  event: "dialog",
  contentType: "application/dialog-info+xml",
  audience: "by policy",
  secondsBetween: 1,
  sources: { calls: "all" },
  document: ({ calls = [] }: ResourceState, aor, _now, number, view) => {
    const dialogs = calls.map((call) => `\n${dialogElement(view(call), aor)}`).join("");
    // §4.1.1: versions begin at 0 and grow by one with each document of a subscription, as the numbers of its NOTIFYs do.
    const root = `version="${number - 1}" state="full" entity="${escapeXml(aor)}"`;
    return `<?xml version="1.0" encoding="UTF-8"?>\n<dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" ${root}>${dialogs}\n</dialog-info>\n`;
  },
};

/** §4.1.2 */
function dialogElement(call: WatchedCall, aor: Aor): string {
  const { callId, localTag, remoteTag, direction, state, remote, remoteTarget, localTarget } = call;
  const attributes = [
    attribute("id", hashOf([call.call], 12)),
    ...(callId === undefined ? [] : [attribute("call-id", callId)]),
    ...(localTag === undefined ? [] : [attribute("local-tag", localTag)]),
    ...(remoteTag === undefined ? [] : [attribute("remote-tag", remoteTag)]),
    attribute("direction", direction),
  ];
  const ends = `${end("local", aor, localTarget)}${end("remote", remote, remoteTarget)}`;
  return `<dialog ${attributes.join(" ")}><state>${state}</state>${ends}</dialog>`;
}

function attribute(name: string, value: string): string {
  return `${name}="${escapeXml(value)}"`;
}

function end(name: "local" | "remote", identity: string, target: string | undefined): string {
  const uri = target === undefined ? "" : `<target ${attribute("uri", target)}/>`;
  return `<${name}><identity>${escapeXml(identity)}</identity>${uri}</${name}>`;
}
