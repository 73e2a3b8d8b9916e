// The list of calls that have ended.
import type { CallState } from "../sip/call-state.ts";
import { bounded, type Recent } from "../state/memory.ts";
import type { PhoneState } from "../state/state.ts";
import type { Store } from "../state/store.ts";

export function addRecent(store: Store<PhoneState>, call: CallState): void {
  const { peer, incoming, offersVideo, hasRemoteVideo, outcome = "failed", since, words } = call;
  const at = Date.now();
  add(store, {
    ...peer,
    incoming,
    video: offersVideo || hasRemoteVideo,
    outcome,
    ...(outcome === "failed" && words !== undefined && { words: firstSentence(words) }),
    at: since ?? at,
    seconds: since === undefined ? 0 : Math.round((at - since) / 1000),
  });
}

/** The event itself; the advice after it is left out. */
function firstSentence(words: string): string {
  return words.split(/(?<=\.) /, 1)[0] ?? words;
}

/** A call that was refused without ringing. */
export function addMissed(
  store: Store<PhoneState>,
  { peer, offersVideo }: Pick<CallState, "peer" | "offersVideo">,
): void {
  add(store, { ...peer, incoming: true, video: offersVideo, outcome: "missed", at: Date.now(), seconds: 0 });
}

function add(store: Store<PhoneState>, recent: Recent): void {
  const { recents, missed, tab } = store.state;
  const isNews = recent.outcome === "missed" && tab !== "calls";
  store.set(bounded({ ...store.state, recents: [recent, ...recents], missed: missed + (isNews ? 1 : 0) }));
}
