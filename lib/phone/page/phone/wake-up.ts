// Calls for a page that is closed: the push subscription goes into the contact, and the browser keeps the sign-in.
import { type Device, forgetKept, forgetKeptOf, keepSignIn, keptSignIn } from "../sign-in/kept.ts";
import { shortened } from "../sip/address.ts";
import type { Line } from "../sip/line.ts";
import type { PhoneState } from "../state/state.ts";
import type { Store } from "../state/store.ts";
import { texts } from "../texts.ts";
import { askingParameters, currentParameters, subscribe, unsubscribe } from "../wake-up/subscription.ts";
import { onWoken, type WokenBy } from "../wake-up/woken-by.ts";

export interface WakeUp {
  /** Whether this page can be woken: by the server, the browser, and as the first tab. */
  readonly isPossible: () => boolean;
  /** Whether this page is woken after it is closed. */
  readonly isOn: () => boolean;
  readonly turn: (isOn: boolean) => Promise<void>;
  /** Parameters of the contact that a line of this account begins with. */
  readonly contact: (user: string, domain: string) => string;
  /** The server has named its key, or has none. */
  readonly registered: (key: string | undefined) => void;
  /** The server does not take the push service of this browser. */
  readonly refused: () => void;
  /** The user signs out. */
  readonly forget: () => void;
  /** Whether the user has pressed Answer in the notification of this caller. */
  readonly answers: (address: string) => boolean;
}

interface WakeUpListener {
  readonly tell: (words: string | undefined) => void;
  /** Answers the call that rings. */
  readonly answer: () => void;
}

export function createWakeUp(
  store: Store<PhoneState>,
  line: () => Line | undefined,
  device: Device,
  { tell, answer }: WakeUpListener,
): WakeUp {
  let key: string | undefined;
  let woken: WokenBy | undefined;
  const isOn = () => store.state.settings.wake && device.isLasting;
  const set = (wake: boolean) => store.set({ settings: { ...store.state.settings, wake } });
  const announce = (contact: string | undefined) => {
    const { user, domain } = store.state;
    const digest = line()?.digest();
    if (contact !== undefined) keepSignIn({ user, domain, contact, ...(digest && { digest }) });
    else forgetKept();
    line()?.announce(contact ?? askingParameters());
  };
  const turnOff = () => {
    set(false);
    announce(undefined);
    void unsubscribe();
  };
  const turnOn = async () => {
    if (key === undefined) return;
    const contact = await subscribe(key);
    announce(contact);
    set(contact !== undefined);
  };
  /** The browser may have changed its subscription since the page was open last. */
  const renew = async () => {
    const current = await currentParameters();
    if (current === undefined) await turnOn();
    else if (current !== keptSignIn()?.contact) announce(current);
  };
  const patiently = async (act: () => Promise<void>) => {
    try {
      await act();
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
      turnOff();
      tell(texts.wakeUp.failed(error.message));
    }
  };

  /** Whether the user has pressed Answer for this caller; asked once. */
  const answers = (address: string) => {
    if (woken === undefined || shortened(woken.from, store.state.domain) !== address) return false;
    const isInTime = woken.answers && woken.until * 1000 > Date.now();
    woken = undefined;
    return isInTime;
  };
  onWoken((by) => {
    woken = by;
    const ringing = store.state.calls.find(({ phase }) => phase === "incoming");
    if (ringing && answers(ringing.peer.address)) answer();
  });

  return {
    isPossible: () => store.state.isWakeable && device.isLasting,
    isOn,
    turn: async (wanted) => {
      tell(undefined);
      if (!wanted) return turnOff();
      if ((await Notification.requestPermission()) !== "granted") return tell(texts.settings.notifyDenied);
      await patiently(turnOn);
    },
    contact: (user, domain) => {
      const kept = keptSignIn();
      const isOwn = kept?.user === user && kept.domain === domain;
      return device.isLasting && isOwn ? kept.contact : askingParameters();
    },
    registered: (given) => {
      key = given;
      store.set({ isWakeable: key !== undefined });
      if (key !== undefined && isOn()) void patiently(renew);
    },
    refused: () => {
      turnOff();
      tell(texts.wakeUp.refused);
    },
    forget: () => {
      if (forgetKeptOf(store.state)) void unsubscribe();
    },
    answers,
  };
}
