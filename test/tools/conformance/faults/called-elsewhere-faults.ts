// Wrong servers: groups, and forwarded calls with their history.
import { asRequest, mapHeader, withList, withoutHeader } from "./edit.ts";
import type { Fault } from "./faulty-server.ts";
import { misforwards, misreads } from "./kinds.ts";
import { toOthers } from "./traffic.ts";

export const calledElsewhereFaults: readonly Fault[] = [
  {
    name: "rings-the-team",
    title: "rings all members of a group together",
    toPhone(text, wire) {
      if (asRequest(text, "INVITE") !== undefined) toOthers(text, wire);
      return [text];
    },
  },
  misforwards(
    "forgets-the-called",
    "leaves the address that was called out of the history",
    (text) => withList(text, "history-info", (entries) => entries.slice(1)),
    "INVITE",
  ),
  misforwards(
    "skips-an-index",
    "leaves a gap in the indexes of the history",
    (text) => mapHeader(text, "history-info", (value) => value.replace(/;index=1\.1\b/, ";index=1.2")),
    "INVITE",
  ),
  misforwards(
    "mapped-from-nowhere",
    "does not say which entry a forwarding comes from",
    (text) => mapHeader(text, "history-info", (value) => value.replaceAll(/;mp=[\d.]+/g, "")),
    "INVITE",
  ),
  misreads(
    "tells-history",
    "tells the history of a caller that wants privacy",
    (text) => withoutHeader(text, "privacy"),
    "INVITE",
  ),
];
