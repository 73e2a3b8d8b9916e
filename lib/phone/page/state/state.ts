// The whole state of the page. Views read it; `phone/` alone changes it.
import { type Devices, noDevices } from "../media/devices.ts";
import type { CallState } from "../sip/call-state.ts";
import type { LineState } from "../sip/line.ts";
import type { OwnSettings } from "../sip/own-settings.ts";
import type { Presence } from "../sip/presence.ts";
import type { WireEvent } from "../sip/wire.ts";
import { emptyMemory, type Memory } from "./memory.ts";

export type Tab = "calls" | "contacts" | "texts" | "settings" | "log";

export interface Notice {
  readonly words: string;
  readonly tone: "bad" | "calm";
  readonly action?: NoticeAction;
}

/** A button beside the words. */
export interface NoticeAction {
  readonly label: string;
  readonly act: () => void;
}

/** Shows a sentence; undefined: none. */
export type Tell = (words: string | undefined, tone?: Notice["tone"], action?: NoticeAction) => void;

export interface PhoneState extends Memory {
  /** Empty before sign-in. */
  readonly user: string;
  readonly domain: string;
  readonly isSignedIn: boolean;
  /** How calls to the user are handled; undefined where the server keeps no such settings. */
  readonly handling: OwnSettings | undefined;
  /** The server wakes devices by a push. */
  readonly isWakeable: boolean;
  readonly line: LineState;
  readonly tab: Tab;
  /** The peer whose conversation is open. */
  readonly conversation: string | undefined;
  /** Of contacts, by their address; missing where it is not known. */
  readonly presence: Readonly<Record<string, Presence | undefined>>;
  /** Of groups among the contacts, by the group's address: the presence of its members by theirs. */
  readonly members: Readonly<Record<string, Readonly<Record<string, Presence | undefined>>>>;
  /** The last one is the one that is heard. */
  readonly calls: readonly CallState[];
  /** On a small screen the lists are in front of the call. */
  readonly isCallBehind: boolean;
  readonly notice: Notice | undefined;
  /** The latest change of state, for screen readers. */
  readonly spoken: string;
  readonly devices: Devices;
  readonly log: readonly LoggedEvent[];
}

export interface LoggedEvent extends WireEvent {
  readonly id: number;
}

export const initialPhoneState: PhoneState = {
  ...emptyMemory,
  user: "",
  domain: "",
  isSignedIn: false,
  isWakeable: false,
  handling: undefined,
  line: { kind: "off" },
  tab: "calls",
  conversation: undefined,
  presence: {},
  members: {},
  calls: [],
  isCallBehind: false,
  notice: undefined,
  spoken: "",
  devices: noDevices,
  log: [],
};

/** The peer whose conversation is on the screen. */
export function openConversation({ tab, conversation }: PhoneState): string | undefined {
  return tab === "texts" ? conversation : undefined;
}

/** Whether the call covers the lists on a small screen. The notice is shown in the part that is in front. */
export function isCallInFront({ calls, isCallBehind }: PhoneState): boolean {
  return calls.length > 0 && !isCallBehind;
}
