// The activity of this user, published for its watchers (PUBLISH, RFC 3903). Nothing is published while the user is simply
// available: the registration says so.
import { type UA, URI } from "jssip";
import { type Activity, documentOf, PIDF } from "./presence.ts";
import { request } from "./request.ts";

export interface Publication {
  set(activity: Activity | undefined): void;
  /** The line is registered: the server may have forgotten the publication. */
  resume(): void;
  /** Withdraws the publication: another phone of the user may stay. */
  close(): void;
}

const LIFETIME_SECONDS = 3600;
/** RFC 3903 §6 step 3: the server has no publication with this tag. */
const CONDITIONAL_REQUEST_FAILED = 412;

export function createPublication(ua: UA, user: string, domain: string): Publication {
  const uri = new URI("sip", user, domain);
  let wanted: Activity | undefined;
  let published: Activity | undefined;
  let tag: string | undefined;
  let refresh: ReturnType<typeof setTimeout> | undefined;
  let last: Promise<void> = Promise.resolve();

  const send = async (activity: Activity | undefined): Promise<void> => {
    const matching = tag;
    const answer = await request(ua, {
      method: "PUBLISH",
      target: uri,
      fields: [
        "Event: presence",
        `Expires: ${activity === undefined ? 0 : LIFETIME_SECONDS}`,
        ...(matching === undefined ? [] : [`SIP-If-Match: ${matching}`]),
        ...(activity === undefined ? [] : [`Content-Type: ${PIDF}`]),
      ],
      body: activity && documentOf(uri.toString(), activity),
    });
    const { status } = answer;
    if (status === 0) return; // sent again when the line is back
    tag = status < 300 && activity !== undefined ? answer.header("SIP-ETag") : undefined;
    if (status === CONDITIONAL_REQUEST_FAILED && matching !== undefined && activity !== undefined)
      return send(activity);
    if (tag === undefined) return;
    const granted = Number(answer.header("Expires")) || LIFETIME_SECONDS;
    refresh = setTimeout(() => settle(true), granted * 900);
  };
  const settleAfter = async (before: Promise<void>, isStale: boolean) => {
    await before;
    const isKnown = wanted !== undefined || tag !== undefined;
    if (!ua.isRegistered() || !isKnown || (published === wanted && !isStale)) return;
    published = wanted;
    await send(wanted);
  };
  const settle = (isStale: boolean) => {
    clearTimeout(refresh);
    last = settleAfter(last, isStale);
  };

  return {
    set: (activity) => {
      wanted = activity;
      settle(false);
    },
    resume: () => settle(true),
    close: () => {
      clearTimeout(refresh);
      if (tag !== undefined) void send(undefined);
    },
  };
}
