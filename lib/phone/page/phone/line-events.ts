// Events of the line, and their consequences for the phone.
import { keepInTab } from "../sign-in/kept.ts";
import { peerOf } from "../sip/address.ts";
import type { LineListener, LineState } from "../sip/line.ts";
import { takeLeftCall } from "../state/left-call.ts";
import { accountName } from "../state/memory.ts";
import { texts } from "../texts.ts";
import { known } from "./contacts.ts";
import type { PhoneParts } from "./phone-parts.ts";

export function createLineListener(
  { store, tell, currentLine, signals, calls, contacts, conversations, handling, wakeUp }: PhoneParts,
  signOut: () => void,
): Omit<LineListener, "notes"> {
  const signedIn = () => {
    store.set({ isSignedIn: true, notice: undefined });
    const { user, domain } = store.state;
    const digest = currentLine.get()?.digest();
    if (digest) keepInTab({ user, domain, digest });
    const left = takeLeftCall(accountName(store.state));
    if (left === undefined) return;
    const act = () => void calls.dial(left.address, left.video);
    tell(texts.call.left(left.name), "calm", { label: texts.call.again, act });
  };
  const refused = (words: string) => {
    const { user, domain } = store.state;
    signOut();
    store.set({ user, domain }); // for another try
    tell(words);
  };

  return {
    changed: (state: LineState) => {
      if (state.kind === "refused") return refused(state.words);
      if (state.kind === "registered") {
        if (!store.state.isSignedIn) signedIn();
        calls.restartLost();
        wakeUp.registered(state.pushKey);
        void handling.load();
      }
      if (state.kind === "interrupted" && !store.state.isSignedIn) tell(state.words);
      store.set({ line: state });
    },
    rings: calls.rings,
    reads: (from, text, at) => {
      const peer = known(peerOf(from, store.state.domain), store.state);
      conversations.reads(peer, text, at);
      store.set({ spoken: `${peer.name}: ${text}` });
      signals.notify(store.state, texts.notifications.text(peer.name), text);
    },
    delivered: (from, id) => conversations.delivered(peerOf(from, store.state.domain).address, id),
    sees: contacts.sees,
    seesMembers: contacts.seesMembers,
    refusesPush: wakeUp.refused,
  };
}
