// The entries of a state are bounded, as its row and its NOTIFY are: RFC 6665 §6.2 warns of subscriptions as a means of
// denial of service.
import { utf8Length } from "../syntax/body.ts";
import { escapeXml } from "../syntax/xml.ts";

interface Room {
  readonly entries: number;
  readonly octets: number;
}

/** As many of the last ones as there is room for. The octets are those of a document, in which some characters are escaped. */
export function latest<Entry>(all: readonly Entry[], { entries, octets }: Room): readonly Entry[] {
  let room = octets;
  const without = all.findLastIndex((entry) => (room -= utf8Length(escapeXml(JSON.stringify(entry)))) < 0);
  return all.slice(without + 1).slice(-entries);
}
