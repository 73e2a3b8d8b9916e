// Signing in: with a password, as this browser has kept it, or by the login page of the issuer. And signing out.
import type { Account } from "../sign-in/account.ts";
import type { Config } from "../sign-in/config.ts";
import { forgetSignIn, goToLogin, type IssuerSession, SignInError } from "../sign-in/issuer.ts";
import { type Device, forgetTab, type TabSignIn } from "../sign-in/kept.ts";
import type { LineAccount } from "../sip/line.ts";
import { forgetLeftCall } from "../state/left-call.ts";
import { accountName, recall } from "../state/memory.ts";
import { initialPhoneState, type Tell } from "../state/state.ts";
import { texts } from "../texts.ts";
import { createLineListener } from "./line-events.ts";
import type { PhoneParts } from "./phone-parts.ts";

export interface SignIn {
  readonly signIn: (account: Account) => void;
  /** Signs in as this browser has kept it. */
  readonly signInKept: (kept: TabSignIn) => void;
  /** Leaves for the login page of the issuer. */
  readonly goToLogin: () => Promise<void>;
  /** Signs in with the identity that the login page has confirmed. */
  readonly signInWith: (session: IssuerSession) => Promise<void>;
  readonly signOut: () => void;
}

export function createSignIn(config: Config, device: Device, parts: PhoneParts): SignIn {
  const { store, tell, currentLine, contacts, availability, wakeUp } = parts;
  const signOut = () => {
    currentLine.close();
    forgetSignIn();
    forgetTab();
    forgetLeftCall();
    wakeUp.forget();
    const { log, devices } = store.state;
    store.set({ ...initialPhoneState, log, devices });
    if (location.search !== "") history.replaceState(undefined, "", location.pathname); // a link may sign in by itself
  };
  const listener = createLineListener(parts, signOut);

  const open = (signIn: Omit<LineAccount, "device" | "contact">, token?: () => Promise<string>) => {
    const { user, domain } = signIn;
    const account = { ...signIn, device: device.id, contact: wakeUp.contact(user, domain) };
    currentLine.close();
    store.set({
      ...recall(accountName({ user, domain })),
      user,
      domain,
      line: { kind: "connecting" },
      notice: undefined,
    });
    try {
      currentLine.open(account, listener, token);
      contacts.watch();
      availability.say();
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      store.set({ line: { kind: "off" } });
      tell(texts.signIn.failures.badAddress(`${user}@${domain}`));
    }
  };
  const leaveForLogin = async () => {
    tell(undefined);
    try {
      if (config.signIn) await goToLogin(config.signIn);
    } catch (error) {
      if (!(error instanceof SignInError)) throw error;
      tell(error.message);
    }
  };

  return {
    signIn: ({ user, password, domain }) => open({ user, password, domain }),
    signInKept: ({ user, domain, digest }) => {
      if (digest) open({ user, domain, digest });
      else void leaveForLogin();
    },
    goToLogin: leaveForLogin,
    signInWith: async (session) => {
      const [user = "", domain = config.domain] = session.user.replace(/^sip:/, "").split("@", 2);
      if (config.signIn?.where !== "register") return open({ user, domain }, renewed(session, tell, signOut));
      open({ user, domain, bearer: await session.token() });
    },
    signOut,
  };
}

/** A token for each connection. Without one the user signs in again. */
function renewed(session: IssuerSession, tell: Tell, signOut: () => void): () => Promise<string> {
  return async () => {
    try {
      return await session.token();
    } catch (error) {
      if (error instanceof SignInError) {
        signOut();
        tell(error.message);
      }
      throw error;
    }
  };
}
