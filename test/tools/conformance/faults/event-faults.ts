// Wrong servers: subscriptions and publications.
import { asRequest, asResponse, mapBody, mapHeader, withoutHeader, withStatus } from "./edit.ts";
import type { Fault } from "./faulty-server.ts";
import { misforwards, spoils, withholds } from "./kinds.ts";

export const eventFaults: readonly Fault[] = [
  spoils(
    "hides-packages",
    "names no package that it knows",
    (text) => withoutHeader(text, "allow-events"),
    "SUBSCRIBE",
  ),
  spoils(
    "grants-too-much",
    "grants twice the seconds that were asked for",
    (text) => mapHeader(text, "expires", (value) => String(2 * Number(value))),
    "SUBSCRIBE",
  ),
  misforwards("nameless-notify", "sends NOTIFYs without an Event", (text) => withoutHeader(text, "event"), "NOTIFY"),
  misforwards(
    "active-for-ever",
    "says that a subscription which has ended is active",
    (text) => mapHeader(text, "subscription-state", () => "active;expires=600"),
    "NOTIFY",
  ),
  misforwards(
    "one-number",
    "gives all NOTIFYs one number",
    (text) => mapHeader(text, "cseq", () => "1 NOTIFY"),
    "NOTIFY",
  ),
  spoils(
    "knows-every-dialog",
    "takes each dialog for one of its own",
    (text) => (text.startsWith("SIP/2.0 481") ? withStatus(text, 200) : text),
    "SUBSCRIBE",
  ),
  spoils("tagless-publish", "gives publications no tag", (text) => withoutHeader(text, "sip-etag"), "PUBLISH"),
  spoils(
    "ignores-condition",
    "takes each entity tag for a known one",
    (text) => (asResponse(text, "PUBLISH")?.status === 412 ? withStatus(text, 200) : text),
    "PUBLISH",
  ),
  withholds(
    "silent-changes",
    "notifies watchers of no change",
    (text) => asRequest(text, "NOTIFY") !== undefined && !/^CSeq: 1 /m.test(text),
  ),
  spoils(
    "public-states",
    "grants each user the watchers and the bindings of another",
    (text) => (text.startsWith("SIP/2.0 403") ? withStatus(text, 200) : text),
    "SUBSCRIBE",
  ),
  misforwards(
    "hidden-watchers",
    "lists no watcher",
    (text) => text.replaceAll(/<watcher .*\n/g, (watcher) => " ".repeat(watcher.length)),
    "NOTIFY",
  ),
  misforwards(
    "hidden-contacts",
    "leaves the bindings out of a registration",
    (text) => text.replaceAll(/<contact .*\n/g, (contact) => " ".repeat(contact.length)),
    "NOTIFY",
  ),
  misforwards(
    "unseen-refreshes",
    "reports a binding that is refreshed as one that was not touched",
    (text) => text.replaceAll('event="refreshed"', 'event="registered"'),
    "NOTIFY",
  ),
  spoils(
    "lists-for-all",
    "takes each watcher for one that supports lists",
    (text) => (text.startsWith("SIP/2.0 421") ? withStatus(text, 200) : text),
    "SUBSCRIBE",
  ),
  misforwards(
    "unrequired-lists",
    "sends NOTIFYs about lists without Require",
    (text) => withoutHeader(text, "require"),
    "NOTIFY",
  ),
  misforwards(
    "lists-in-parts",
    "says of each list that it is a part",
    (text) => text.replace('fullState="true"', 'fullState="0"   '),
    "NOTIFY",
  ),
  misforwards(
    "counts-no-version",
    "gives all documents one version",
    (text) => text.replace(/version="[1-9]"/, 'version="0"'),
    "NOTIFY",
  ),
  misforwards(
    "nameless-calls",
    "names no user in the documents about calls",
    (text) => mapBody(text, (body) => body.replace(/entity="[^"]*"/, 'entity=""')),
    "NOTIFY",
  ),
  misforwards(
    "tagless-calls",
    "names the dialog of no call in the documents about calls",
    (text) => mapBody(text, (body) => body.replaceAll(/ (?:local|remote)-tag="[^"]*"/g, "")),
    "NOTIFY",
  ),
  misforwards(
    "silent-ringing",
    "reports a call that rings as one that has only begun",
    (text) => mapBody(text, (body) => body.replaceAll("<state>early<", "<state>trying<")),
    "NOTIFY",
  ),
  misforwards(
    "rings-for-ever",
    "reports a call as early until it is forgotten",
    (text) => mapBody(text, (body) => body.replaceAll(/<state>(?:confirmed|terminated)</g, "<state>early<")),
    "NOTIFY",
  ),
  misforwards(
    "endless-calls",
    "reports a call that has ended as one that goes on",
    (text) => mapBody(text, (body) => body.replaceAll("<state>terminated<", "<state>confirmed<")),
    "NOTIFY",
  ),
  misforwards(
    "capital-states",
    "writes the first state of a call with a capital letter",
    (text) => mapBody(text, (body) => body.replaceAll("<state>trying<", "<state>Trying<")),
    "NOTIFY",
  ),
  {
    name: "keeps-refused-watchers",
    title: "takes the 481 of a watcher for a 200",
    fromPhone: (text) => [asResponse(text, "NOTIFY")?.status === 481 ? withStatus(text, 200) : text],
  },
  misforwards(
    "old-summaries",
    "reports no new message in a summary",
    (text) => mapBody(text, (body) => body.replace("Voice-Message: 2/", "Voice-Message: 0/")),
    "NOTIFY",
  ),
];
