// The package of waiting messages (RFC 3842): the body is that of the latest publication, as it was published.
import type { EventPackage } from "./event-package.ts";
import { isLive } from "../state/live.ts";

export const messageSummary: EventPackage = {
  event: "message-summary",
  contentType: "application/simple-message-summary",
  audience: "owner",
  secondsBetween: 5,
  sources: {},
  document: ({ publications }, _aor, now) => publications.find((publication) => isLive(publication, now))?.body ?? "",
  refuseDocument: (body) => (SUMMARY.test(body) ? undefined : "malformed-document"),
};

/** §5.2: the status line first, then lines of a name and a value; each ends with CRLF. An empty line precedes header fields. */
const SUMMARY = /^Messages-Waiting[ \t]*:[ \t]*(?:yes|no)[ \t]*\r\n(?:[\w-]+[ \t]*:[^\r\n]*\r\n|\r\n)*$/i;
