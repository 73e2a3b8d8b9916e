// Subscriptions to the presence of other users (RFC 3856). JsSIP refreshes them; one that has ended begins again here.
import { type UA, URI } from "jssip";
import { PIDF, type Presence, presenceIn } from "./presence.ts";

type Subscriber = ReturnType<UA["subscribe"]>;

export interface Watch {
  /** The users of the own domain to watch from now on. */
  set(users: readonly string[]): void;
  /** The line is registered: asks for the changes of the meantime. */
  resume(): void;
}

/** The longest that the server grants; each refresh costs it two writes. */
const LIFETIME_SECONDS = 3600;
/** RFC 6665 §4.1.3: reasons after which another subscription would end in the same way. */
const FINAL_REASONS: ReadonlySet<string | undefined> = new Set(["rejected", "noresource", "giveup", "invariant"]);

export function createWatch(
  ua: UA,
  domain: string,
  sees: (user: string, presence: Presence | undefined) => void,
): Watch {
  let wanted: readonly string[] = [];
  const watched = new Map<string, Subscriber>();

  const start = (user: string) => {
    const subscriber = ua.subscribe(new URI("sip", user, domain).toString(), "presence", PIDF, {
      expires: LIFETIME_SECONDS,
    });
    let wasAccepted = false;
    const isCurrent = () => watched.get(user) === subscriber;
    watched.set(user, subscriber);
    subscriber.on("accepted", () => {
      wasAccepted = true;
    });
    // Without a document, of which JsSIP tells nothing more, the user has never been connected.
    subscriber.on("active", () => {
      if (isCurrent()) sees(user, "offline");
    });
    subscriber.on("notify", (_isFinal, _request, body = "") => {
      if (isCurrent()) sees(user, presenceIn(body));
    });
    subscriber.on("terminated", (_code, reason) => {
      if (!isCurrent()) return;
      watched.delete(user);
      sees(user, undefined);
      if (wasAccepted && ua.isConnected() && !FINAL_REASONS.has(reason)) start(user);
    });
    subscriber.subscribe();
  };
  const stop = (user: string, subscriber: Subscriber) => {
    watched.delete(user);
    subscriber.terminate();
    sees(user, undefined);
  };

  return {
    set: (users) => {
      wanted = users;
      for (const [user, subscriber] of watched) if (!users.includes(user)) stop(user, subscriber);
      if (!ua.isRegistered()) return;
      for (const user of users) if (!watched.has(user)) start(user);
    },
    resume: () => {
      for (const user of wanted) {
        const subscriber = watched.get(user);
        if (subscriber === undefined) start(user);
        else subscriber.subscribe();
      }
    },
  };
}
