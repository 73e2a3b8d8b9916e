// The phone: brings its parts together. Views call its actions and read its state.
import { type DeviceKind, listDevices, onDevicesChanged } from "../media/devices.ts";
import type { Config } from "../sign-in/config.ts";
import type { Device } from "../sign-in/kept.ts";
import { noteLeftCall } from "../state/left-call.ts";
import { accountName, bounded, type Settings } from "../state/memory.ts";
import { rememberChanges } from "../state/remembered.ts";
import { initialPhoneState, type PhoneState, type Tab, type Tell } from "../state/state.ts";
import { createStore } from "../state/store.ts";
import { texts } from "../texts.ts";
import { createAvailability } from "./availability.ts";
import { createCallHandling } from "./call-handling.ts";
import { reportCall } from "./call-report.ts";
import { type Calls, createCalls } from "./calls.ts";
import { createCurrentLine } from "./current-line.ts";
import { createContacts } from "./contacts.ts";
import { createConversations } from "./conversations.ts";
import type { PhoneParts } from "./phone-parts.ts";
import { addMissed } from "./recents.ts";
import { createSignIn, type SignIn } from "./sign-in.ts";
import { createSignals } from "./signals.ts";
import { createWakeUp } from "./wake-up.ts";

export interface Phone
  extends SignIn,
    Pick<PhoneParts, "store" | "tell" | "calls" | "conversations" | "contacts" | "wakeUp" | "handling"> {
  readonly config: Config;
  readonly showTab: (tab: Tab) => void;
  readonly showCall: (isInFront: boolean) => void;
  readonly clearRecents: () => void;
  readonly change: (settings: Partial<Settings>) => void;
  readonly choose: (kind: DeviceKind, id: string) => Promise<void>;
  readonly findDevices: () => Promise<void>;
}

export function createPhone(config: Config, device: Device): Phone {
  const parts = createParts(config, device);
  const { store, tell, currentLine, signals, calls, conversations, contacts, wakeUp, handling } = parts;
  const findDevices = async () => store.set({ devices: await listDevices() });

  store.observe(() => signals.update(store.state));
  rememberChanges(store);
  onDevicesChanged(() => void findDevices());
  addEventListener("pagehide", () => {
    noteLeftCall(accountName(store.state), store.state.calls);
    if (wakeUp.isOn()) currentLine.get()?.leave();
    else currentLine.close(); // ends the calls for their peers
  });

  return {
    ...createSignIn(config, device, parts),
    store,
    config,
    tell,
    calls,
    conversations,
    contacts,
    wakeUp,
    handling,
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
    findDevices,
  };
}

function createParts(config: Config, device: Device): PhoneParts {
  const store = createStore<PhoneState>(initialPhoneState);
  const signals = createSignals();
  const tell: Tell = (words, tone = "bad", action) =>
    store.set({ notice: words === undefined ? undefined : { words, tone, ...(action && { action }) } });
  const currentLine = createCurrentLine(config.ws, store);
  const line = currentLine.get;
  const conversations = createConversations(store, line, tell);
  const wakeUp = createWakeUp(store, line, device, { tell, answer: () => void calls.answer(false) });
  const calls: Calls = createCalls(store, line, {
    tell,
    answers: wakeUp.answers,
    missed: (call) => addMissed(store, call),
    changed: (call) => reportCall(call, { store, tell, signals, conversations }),
  });
  return {
    store,
    tell,
    currentLine,
    signals,
    calls,
    conversations,
    contacts: createContacts(store, line, tell),
    availability: createAvailability(store, line),
    handling: createCallHandling(store, line, tell),
    wakeUp,
  };
}
