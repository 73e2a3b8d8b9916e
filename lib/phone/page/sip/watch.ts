// Subscriptions to the presence of other users (RFC 3856) and of the members of groups (RFC 4662). JsSIP refreshes them; one
// that has ended begins again here.
import { type UA, URI } from "jssip";
import { LIST_TYPES, type MembersReport, membersIn, SUPPORTS_LISTS } from "./members.ts";
import { PIDF, type Presence, presenceIn } from "./presence.ts";

type Subscription = ReturnType<UA["subscribe"]>;

export interface Sights {
  /** The presence of a watched user; undefined: unknown. */
  readonly sees: (user: string, presence: Presence | undefined) => void;
  /** The presence of members of a watched group. */
  readonly seesMembers: (group: string, report: MembersReport) => void;
}

export interface Watch {
  /** The users and groups of the own domain to watch from now on. */
  set(users: readonly string[]): void;
  /** The line is registered: asks for the changes of the meantime. */
  resume(): void;
}

/** The longest that the server grants; each refresh costs it two writes. */
const LIFETIME_SECONDS = 3600;
/** RFC 6665 §4.1.3: reasons after which another subscription would end in the same way. */
const FINAL_REASONS: ReadonlySet<string | undefined> = new Set(["rejected", "noresource", "giveup", "invariant"]);

export function createWatch(ua: UA, domain: string, { sees, seesMembers }: Sights): Watch {
  let wanted: readonly string[] = [];
  const watched = new Map<string, Subscription>();

  const start = (user: string) => {
    const subscription = ua.subscribe(new URI("sip", user, domain).toString(), "presence", `${PIDF}, ${LIST_TYPES}`, {
      expires: LIFETIME_SECONDS,
      extraHeaders: [SUPPORTS_LISTS],
    });
    let wasAccepted = false;
    const isCurrent = () => watched.get(user) === subscription;
    watched.set(user, subscription);
    subscription.on("accepted", () => {
      wasAccepted = true;
    });
    // Without a document, of which JsSIP tells nothing more, the user has never been connected.
    subscription.on("active", () => {
      if (isCurrent()) sees(user, "offline");
    });
    subscription.on("notify", (_isFinal, _request, body = "", type = "") => {
      if (!isCurrent()) return;
      const members = membersIn(body, type);
      if (members === undefined) sees(user, presenceIn(body));
      else seesMembers(user, members);
    });
    subscription.on("terminated", (_code, reason) => {
      if (!isCurrent()) return;
      watched.delete(user);
      sees(user, undefined);
      if (wasAccepted && ua.isConnected() && !FINAL_REASONS.has(reason)) start(user);
    });
    subscription.subscribe();
  };
  const stop = (user: string, subscription: Subscription) => {
    watched.delete(user);
    subscription.terminate();
    sees(user, undefined);
  };

  return {
    set: (users) => {
      wanted = users;
      for (const [user, subscription] of watched) if (!users.includes(user)) stop(user, subscription);
      if (!ua.isRegistered()) return;
      for (const user of users) if (!watched.has(user)) start(user);
    },
    resume: () => {
      for (const user of wanted) {
        const subscription = watched.get(user);
        if (subscription === undefined) start(user);
        else subscription.subscribe();
      }
    },
  };
}
