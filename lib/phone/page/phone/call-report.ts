// Reports of a call to the user: a sentence, a notification, words for a screen reader, and an entry in the list of recent
// calls.
import { type CallState, partner } from "../sip/call-state.ts";
import type { PhoneState, Tell } from "../state/state.ts";
import type { Store } from "../state/store.ts";
import { texts } from "../texts.ts";
import type { Conversations } from "./conversations.ts";
import { addRecent } from "./recents.ts";
import type { Signals } from "./signals.ts";
import { duration, spokenFor } from "./spoken.ts";

interface CallReportParts {
  readonly store: Store<PhoneState>;
  readonly tell: Tell;
  readonly signals: Signals;
  readonly conversations: Conversations;
}

export function reportCall(call: CallState, { store, tell, signals, conversations }: CallReportParts): void {
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
}

/** Whether the call ended with a sentence after which a text is the next best thing. */
function mayWrite(call: CallState): boolean {
  const { noAnswer, offline, quiet, busy, declined } = texts.ended.failures;
  const { name } = partner(call);
  return [noAnswer, offline, quiet, busy, declined].some((sentence) => sentence(name) === call.words);
}
