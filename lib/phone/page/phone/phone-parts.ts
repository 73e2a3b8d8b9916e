// The parts of the phone, which decide together.
import type { PhoneState, Tell } from "../state/state.ts";
import type { Store } from "../state/store.ts";
import type { Availability } from "./availability.ts";
import type { CallHandling } from "./call-handling.ts";
import type { Calls } from "./calls.ts";
import type { CurrentLine } from "./current-line.ts";
import type { Contacts } from "./contacts.ts";
import type { Conversations } from "./conversations.ts";
import type { Signals } from "./signals.ts";
import type { WakeUp } from "./wake-up.ts";

export interface PhoneParts {
  readonly store: Store<PhoneState>;
  readonly tell: Tell;
  readonly currentLine: CurrentLine;
  readonly signals: Signals;
  readonly calls: Calls;
  readonly conversations: Conversations;
  readonly contacts: Contacts;
  readonly availability: Availability;
  readonly handling: CallHandling;
  readonly wakeUp: WakeUp;
}
