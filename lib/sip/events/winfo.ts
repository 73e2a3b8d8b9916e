// The template of packages that list the watchers of another package (RFC 3857), in the format of RFC 3858: for the owner of
// the watched state alone (RFC 3857 §4.6). A document has all watchers, and those that have left once more; the first one of a
// subscription has none that left before it.
import type { ListedWatcher } from "../state/listed-watcher.ts";
import { escapeXml } from "../syntax/xml.ts";
import type { EventPackage } from "./event-package.ts";

export function winfo(watched: EventPackage): EventPackage {
  return {
    event: winfoOf(watched.event),
    contentType: "application/watcherinfo+xml",
    audience: "owner",
    secondsBetween: 5, // RFC 3857 §4.10
    sources: { watchersOf: watched },
    document: ({ listed = [] }, aor, _now, number) => {
      const isFirst = number === 1;
      const shown = listed.filter(({ ended }) => ended === undefined || !isFirst);
      const watchers = shown.map((one) => `\n${watcherElement(one)}`).join("");
      const list = `<watcher-list resource="${escapeXml(aor)}" package="${watched.event}">${watchers}\n</watcher-list>`;
      // RFC 3858 §3.1: versions begin at 0 and grow by one with each document of a subscription, as the numbers of its
      // NOTIFYs do.
      const root = `version="${number - 1}" state="full"`;
      return `<?xml version="1.0" encoding="UTF-8"?>\n<watcherinfo xmlns="urn:ietf:params:xml:ns:watcherinfo" ${root}>\n${list}\n</watcherinfo>\n`;
    },
  };
}

/** RFC 6665 §8.4.4: the name of a template is appended to that of the package. */
export function winfoOf(event: string): string {
  return `${event}.winfo`;
}

/** RFC 3858 §3.3. The policy decides on a SUBSCRIBE at once, so no watcher is pending. */
function watcherElement({ id, watcher, ended }: ListedWatcher): string {
  const [status, event] = ended === undefined ? ["active", "subscribe"] : ["terminated", ended];
  return `<watcher id="${escapeXml(id)}" status="${status}" event="${event}">${escapeXml(watcher)}</watcher>`;
}
