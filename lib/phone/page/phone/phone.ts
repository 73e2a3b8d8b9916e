// The phone: brings the line, the calls and the texts together. Views call its actions and read its state.
import type { NameAddrHeader } from "jssip";
import { listDevices, type DeviceKind, onDevicesChanged } from "../media/devices.ts";
import type { Account } from "../sign-in/account.ts";
import type { Config } from "../sign-in/config.ts";
import { type Device, forgetTab, keepInTab, type TabSignIn } from "../sign-in/kept.ts";
import { forgetSignIn, goToLogin, type IssuerSession, SignInError } from "../sign-in/issuer.ts";
import { peerOf } from "../sip/address.ts";
import { type CallState, partner } from "../sip/call-state.ts";
import { type Line, type LineAccount, type LineState, openLine } from "../sip/line.ts";
import { createWire, type WireEvent } from "../sip/wire.ts";
import { bounded, emptyMemory, type Memory, recall, remember, type Settings } from "../state/memory.ts";
import { initialPhoneState, type PhoneState, type Tab, type Tell } from "../state/state.ts";
import { forgetLeftCall, noteLeftCall, takeLeftCall } from "../state/left-call.ts";
import { createStore, type Store } from "../state/store.ts";
import { texts } from "../texts.ts";
import { createAvailability } from "./availability.ts";
import { type CallHandling, createCallHandling } from "./call-handling.ts";
import { type Calls, createCalls } from "./calls.ts";
import { type Contacts, createContacts, known } from "./contacts.ts";
import { type Conversations, createConversations } from "./conversations.ts";
import { addMissed, addRecent } from "./recents.ts";
import { createSignals } from "./signals.ts";
import { duration, spokenFor } from "./spoken.ts";
import { createWakeUp, type WakeUp } from "./wake-up.ts";

export interface Phone {
  readonly store: Store<PhoneState>;
  readonly config: Config;
  readonly calls: Calls;
  readonly conversations: Conversations;
  readonly contacts: Contacts;
  readonly wakeUp: WakeUp;
  readonly handling: CallHandling;
  readonly signIn: (account: Account) => void;
  /** Signs in as this browser has kept it. */
  readonly signInKept: (kept: TabSignIn) => void;
  /** Leaves for the login page of the issuer. */
  readonly goToLogin: () => Promise<void>;
  /** Signs in with the identity that the login page has confirmed. */
  readonly signInWith: (session: IssuerSession) => Promise<void>;
  readonly signOut: () => void;
  readonly tell: Tell;
  readonly showTab: (tab: Tab) => void;
  readonly showCall: (isInFront: boolean) => void;
  readonly clearRecents: () => void;
  readonly change: (settings: Partial<Settings>) => void;
  readonly choose: (kind: DeviceKind, id: string) => Promise<void>;
  readonly findDevices: () => Promise<void>;
}

const MOST_EVENTS = 300;

export function createPhone(config: Config, device: Device): Phone {
  const store = createStore<PhoneState>(initialPhoneState);
  const signals = createSignals();
  let line: Line | undefined;
  let events = 0;

  const tell: Tell = (words, tone = "bad", action) =>
    store.set({ notice: words === undefined ? undefined : { words, tone, ...(action && { action }) } });
  const log = (event: WireEvent) => {
    events += 1;
    store.set({ log: [...store.state.log, { ...event, id: events }].slice(-MOST_EVENTS) });
  };
  const conversations = createConversations(store, () => line, tell);
  const contacts = createContacts(store, () => line, tell);
  const availability = createAvailability(store, () => line);
  const handling = createCallHandling(store, () => line, tell);
  const wakeUp = createWakeUp(store, () => line, device, { tell, answer: () => void calls.answer(false) });
  const calls: Calls = createCalls(store, () => line, {
    tell,
    answers: wakeUp.answers,
    missed: (call) => addMissed(store, call),
    changed: (call) => callChanged(call),
  });

  const callChanged = (call: CallState) => {
    const spoken = spokenFor(call);
    if (spoken !== "" && spoken !== store.state.spoken) store.set({ spoken });
    if (call.phase === "incoming") signals.notify(store.state, texts.notifications.call(call.peer.name), "");
    if (call.phase !== "over") return;
    store.set({ spoken: "" });
    addRecent(store, call);
    if (call.outcome === "missed") signals.notify(store.state, texts.notifications.missed(call.peer.name), "");
    const { words, since } = call;
    if (words === undefined) return;
    if (since !== undefined) return tell(texts.ended.lasted(words, duration(Date.now() - since)), "calm");
    const act = () => conversations.open(partner(call).address);
    tell(words, "calm", mayWrite(call) ? { label: texts.dialer.buttons.write, act } : undefined);
  };
  const reads = (from: NameAddrHeader, text: string, at: number) => {
    const peer = known(peerOf(from, store.state.domain), store.state);
    conversations.reads(peer, text, at);
    store.set({ spoken: `${peer.name}: ${text}` });
    signals.notify(store.state, texts.notifications.text(peer.name), text);
  };
  const signedIn = () => {
    store.set({ isSignedIn: true, notice: undefined });
    const { user, domain } = store.state;
    const digest = line?.digest();
    if (digest) keepInTab({ user, domain, digest });
    const left = takeLeftCall(accountOf(store.state));
    if (left === undefined) return;
    const act = () => void calls.dial(left.address, left.video);
    tell(texts.call.left(left.name), "calm", { label: texts.call.again, act });
  };
  const lineChanged = (state: LineState) => {
    if (state.kind === "refused") {
      const { user, domain } = store.state;
      signOut();
      store.set({ user, domain }); // for another try
      tell(state.words);
      return;
    }
    if (state.kind === "registered") {
      if (!store.state.isSignedIn) signedIn();
      calls.restartLost();
      wakeUp.registered(state.pushKey);
      void handling.load();
    }
    if (state.kind === "interrupted" && !store.state.isSignedIn) tell(state.words);
    store.set({ line: state });
  };

  const open = (signIn: Omit<LineAccount, "device" | "contact">, token?: () => Promise<string>) => {
    const { user, domain } = signIn;
    const account = { ...signIn, device: device.id, contact: wakeUp.contact(user, domain) };
    close();
    store.set({
      ...recall(accountOf({ user, domain })),
      user,
      domain,
      line: { kind: "connecting" },
      notice: undefined,
    });
    const socket = createWire({ url: config.ws, show: log, ...(token && { token }) });
    const notes = (text: string) => log({ at: new Date(), direction: "none", text });
    try {
      const { sees, seesMembers } = contacts;
      line = openLine(account, socket, {
        changed: lineChanged,
        rings: calls.rings,
        reads,
        delivered: (from, id) => conversations.delivered(peerOf(from, domain).address, id),
        sees,
        seesMembers,
        refusesPush: wakeUp.refused,
        notes,
      });
      contacts.watch();
      availability.say();
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      store.set({ line: { kind: "off" } });
      tell(texts.signIn.failures.badAddress(`${user}@${domain}`));
    }
  };
  const close = () => {
    line?.close();
    line = undefined;
  };
  const signOut = () => {
    close();
    forgetSignIn();
    forgetTab();
    forgetLeftCall();
    wakeUp.forget();
    const { log, devices } = store.state;
    store.set({ ...initialPhoneState, log, devices });
    if (location.search !== "") history.replaceState(undefined, "", location.pathname); // a link may sign in by itself
  };

  store.observe(() => signals.update(store.state));
  rememberChanges(store);
  onDevicesChanged(() => void phone.findDevices());
  addEventListener("pagehide", () => {
    noteLeftCall(accountOf(store.state), store.state.calls);
    if (wakeUp.isOn()) line?.leave();
    else close(); // ends the calls for their peers
  });

  const phone: Phone = {
    store,
    config,
    calls,
    conversations,
    contacts,
    wakeUp,
    handling,
    signInKept: ({ user, domain, digest }) => {
      if (digest) open({ user, domain, digest });
      else void phone.goToLogin();
    },
    signIn: ({ user, password, domain }) => open({ user, password, domain }),
    goToLogin: async () => {
      tell(undefined);
      try {
        if (config.signIn) await goToLogin(config.signIn);
      } catch (error) {
        if (!(error instanceof SignInError)) throw error;
        tell(error.message);
      }
    },
    signInWith: async (session) => {
      const [user = "", domain = config.domain] = session.user.replace(/^sip:/, "").split("@", 2);
      if (config.signIn?.where !== "register") return open({ user, domain }, renewed(session, tell, signOut));
      open({ user, domain, bearer: await session.token() });
    },
    signOut,
    tell,
    showTab: (tab) => store.set({ tab, notice: undefined, ...(tab === "calls" && { missed: 0 }) }),
    showCall: (isInFront) => store.set({ isCallBehind: !isInFront }),
    clearRecents: () => {
      const { recents } = store.state;
      store.set({ recents: [], missed: 0 });
      const act = () => store.set(bounded({ ...store.state, recents: [...store.state.recents, ...recents] }));
      tell(texts.dialer.cleared, "calm", { label: texts.notice.undo, act });
    },
    change: (settings) => store.set({ settings: { ...store.state.settings, ...settings } }),
    choose: async (kind, id) => {
      const { [kind]: _old, ...others } = store.state.settings;
      store.set({ settings: id === "" ? others : { ...others, [kind]: id } });
      if (kind !== "speaker") await calls.useDevices(kind);
    },
    findDevices: async () => store.set({ devices: await listDevices() }),
  };
  return phone;
}

/** Whether the call ended with a sentence after which a text is the next best thing. */
function mayWrite(call: CallState): boolean {
  const { noAnswer, offline, quiet, busy, declined } = texts.ended.failures;
  const { name } = partner(call);
  return [noAnswer, offline, quiet, busy, declined].some((sentence) => sentence(name) === call.words);
}

/** The name of the account in the storage of the browser. */
function accountOf({ user, domain }: Pick<PhoneState, "user" | "domain">): string {
  return `${user}@${domain}`;
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

/** Writes the memory of the account whenever it has changed. */
function rememberChanges(store: Store<PhoneState>): void {
  let last: Memory = emptyMemory;
  store.observe(() => {
    const { user, domain, isSignedIn, recents, conversations, contacts, settings, missed } = store.state;
    if (!isSignedIn) return;
    const changed =
      last.recents !== recents ||
      last.conversations !== conversations ||
      last.contacts !== contacts ||
      last.settings !== settings ||
      last.missed !== missed;
    last = { recents, conversations, contacts, settings, missed };
    if (changed) remember(accountOf({ user, domain }), last);
  });
}
