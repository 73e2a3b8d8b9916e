// Subscriptions and publications (RFC 6665, RFC 3903). Times in seconds.
import type { ExpiryPolicy } from "./expiry.ts";
import { awsPlatform } from "./platform.ts";

/**
 * An hour is the default of the presence package (RFC 3856 §6.4). A watcher refreshes before, and each refresh costs two
 * writes.
 */
export const subscriptionExpiry: ExpiryPolicy = { min: 60, default: 3600, max: 3600 };

/** RFC 3903 §6 step 4. baresip refreshes after nine tenths of the time that it asked for, so no shorter one is granted. */
export const publicationExpiry: ExpiryPolicy = { min: 60, default: 3600, max: 3600 };

/** Octets of a published document; it is copied into every NOTIFY. */
export const MAX_DOCUMENT = 8192;

/**
 * Octets of the document that is composed of all published ones of an AOR: half of a message. The namespaces of a document
 * are repeated at each of its elements, so that 8 KB of it could become 4 MB.
 */
export const MAX_DOCUMENTS_SIZE = 65_536;

/**
 * Subscriptions to an AOR in one package: the lamps of a large reception. A change of such a state costs one read, one write,
 * 500 posts, and nine timers, each with an invocation, a read and a query of about 40 read units.
 */
export const MAX_WATCHERS = 500;

/** After a query has found as many watchers as there may be, no other one is made for so long. */
export const FULL_SECONDS = 60;

/** Subscriptions of one user, on all of its phones: a page with 100 contacts and their lamps, on three of them. */
export const MAX_SUBSCRIPTIONS = 600;

/** Of these to one AOR in one package. A page that is loaded again leaves its subscription behind, for an hour at most. */
export const MAX_SUBSCRIPTIONS_TO_ONE = 30;

/**
 * Of so many NOTIFYs of a subscription one must be answered, besides that of each SUBSCRIBE. Such a NOTIFY costs two writes,
 * so a change costs a fifth of a write for each watcher on average. A watcher that has stopped answering gets as many at
 * most.
 */
export const NOTIFIES_PER_ANSWER = 10;

/**
 * Changes that are reported at once, each by itself, before the package's rate holds the next ones back: a page that loads
 * makes two, a call makes up to four, and a status that is clicked through a few.
 */
export const NOTIFY_BURST = 10;

/** A report that its timer has not made this long after its time is made by the next look at the resource. */
export const LATE_REPORT_SECONDS = 60;

/** Until a timer that came before its state was stored looks again: the write of another process is under way. */
export const EARLY_TIMER_SECONDS = 1;

/** Until another invocation takes the rest that is too much for this one. The state that it reads must be stored by then. */
export const REST_SECONDS = 1;

/** Live publications of an AOR in one package. Ten phones may register, too. */
export const MAX_PUBLICATIONS = 10;

/** Calls of an AOR that a document has: the latest. A gateway has more. */
export const MAX_WATCHED_CALLS = 50;

/**
 * Octets of the entries of a state together, in a document and in its row: 50 calls of usual phones take half of it, 500
 * watchers nearly all of it, and a message has twice as many.
 */
export const MAX_LIST_SIZE = 65_536;

/** Characters of a URI, a tag or a Call-ID in a document. A longer one is left out. */
export const MAX_DIALOG_PART = 512;

/** Characters of a SUBSCRIBE that its row keeps: Contact, Record-Route, From, To and the `id` of the Event. */
export const MAX_DIALOG = 4096;

/** NOTIFYs that one invocation posts. The others are notified by invocations of `timers`. */
export const NOTIFIES_AT_ONCE = 50;

/** How long a NOTIFY may be unanswered: timer F (RFC 3261 §17.1.2.2). */
export const NOTIFY_ANSWER_SECONDS = 32;

/**
 * Looks for a watcher's device that has no connection, in seconds after each other: 90 s, as a call has by default
 * (`LOST_CALL_SECONDS`). JsSIP and SIP.js reconnect and register within 2 to 6 s, and JsSIP pauses up to 30 s between tries.
 */
export const LOST_WATCHER_LOOKS: readonly number[] = [6, 24, 60];

/** Periodic looks at a watched state, each set by the one before. From so many on, a SUBSCRIBE or a change begins again. */
export const LATE_LINKS = awsPlatform.mostLinks / 2;

/** Between two of those at least. Together they last as long as a subscription (`subscriptionExpiry`). */
export const LATE_LOOK_SECONDS = subscriptionExpiry.max / (awsPlatform.mostLinks - LATE_LINKS);

/**
 * Members of a resource list (RFC 4662): a batch reads a hundred items, and a NOTIFY of the whole list needs the state and the
 * policy of each.
 */
export const MAX_LIST_MEMBERS = 50;

/** Octets of a list within a SUBSCRIBE (RFC 5367): fifty long addresses with their names. */
export const MAX_RECIPIENT_LIST = 16_384;

/** Its lists together; the namespaces of the document are repeated at each, so that 16 KB of it could become 400 KB. */
export const MAX_LISTS_SIZE = 2 * MAX_RECIPIENT_LIST;

/** Lists of a user whose watchers the user sees, each a query. */
export const MAX_LISTS_OF_WATCHERS = 25;

/** Subscriptions of one user to lists: a page with two lists of lamps and of presence, on three phones, and loaded again. */
export const MAX_LIST_SUBSCRIPTIONS = 30;

/** Groups within groups that a list is made of. */
export const MAX_LIST_DEPTH = 3;

/** The members report to a list for so much longer than its longest subscription, so that not each refresh writes their rows. */
export const LIST_JOIN_SECONDS = subscriptionExpiry.max;

/**
 * A NOTIFY repeats the documents that those of the last seconds had: where it overtakes one of them, the phone drops that one
 * (RFC 3261 §12.2.2).
 */
export const LIST_OVERLAP_SECONDS = 5;

/** A row outlives its time by as much: the timer that ends it may be late. */
export const EVENT_ROW_SECONDS = 120;

/** From a change of the users that may watch to the look at those that do: a policy that is read may be a second old. */
export const POLICY_SECONDS = 2;
