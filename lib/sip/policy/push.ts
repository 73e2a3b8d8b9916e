// Wake-up by push notifications (RFC 8599).

export interface PushPolicy {
  /**
   * Hosts of the push services that a notification may go to; `*.` stands for any further labels. A user names the address, and
   * the server would otherwise post anywhere.
   */
  readonly hosts: readonly string[];
  /** Seconds that a device can be woken after the end of its registration. */
  readonly keepSeconds: number;
  /** The page that a notification opens. */
  readonly page: string;
  /**
   * Seconds before the end of a registration at which a device without a connection is asked to register again, the most first
   * (RFC 8599 §5.5). Absent by default: a browser shows each push to its user, and a device can be woken for `keepSeconds` after
   * its registration without one.
   */
  readonly refreshBefore?: readonly number[];
}

/** A device has so long at least to register after the last push. */
export const LEAST_REFRESH_SECONDS = 30;

/** So many may be set: a registration lasts nine minutes. */
export const MOST_REFRESH_PUSHES = 4;

/** A page that is loaded again has registered by then, and gets no push that asks for it. */
export const REFRESH_GRACE_SECONDS = 10;

/** Chrome, Firefox, Edge and Safari. */
export const KNOWN_PUSH_HOSTS = [
  "fcm.googleapis.com",
  "updates.push.services.mozilla.com",
  "*.notify.windows.com",
  "web.push.apple.com",
] as const;

/** A week: a page that was closed is reached as before, and a browser that is not used any more is woken no longer. */
export const KEEP_SECONDS = 7 * 86_400;

/** The longest `keepSeconds`. */
export const LONGEST_KEEP_SECONDS = 30 * 86_400;

/** Seconds that a call waits for a device that was woken: as long as an INVITE without a response (timer B). */
export const WAKE_SECONDS = 32;

/** A push that its service puts off is sent this often. */
export const MAX_PUSHES = 3;

/** The push of a text is sent this often, over some six minutes: the text waits for days. */
export const MAX_TEXT_PUSHES = 4;

/** Seconds until a push is repeated whose service did not answer. */
export const PUSH_AGAIN_SECONDS = 3;

/** web-push makes two records of more bytes, which no browser accepts. */
export const MAX_PUSH_BYTES = 3993;

/** RFC 8599 §4.1.4: a device that wakes itself registers again this long before its registration ends; more than 120. */
export const REFRESH_SECONDS = 130;
