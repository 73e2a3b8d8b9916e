// The state of a call in words, for the screen and for screen readers.
import type { CallState, Phase } from "../sip/call-state.ts";
import { texts } from "../texts.ts";

/** The line under the name. The most important state comes first. */
export function wordsFor(call: CallState): string {
  const words = {
    incoming: call.offersVideo ? texts.call.incomingVideo : texts.call.incoming,
    calling: texts.call.calling,
    ringing: texts.call.ringing,
    connecting: texts.call.connecting,
    talking: wordsWhileTalking(call),
    over: "",
  } satisfies Record<Phase, string>;
  return words[call.phase];
}

/** The state as a full sentence with the name of the peer, for screen readers. */
export function spokenFor(call: CallState): string {
  const words = wordsFor(call);
  const { name } = call.peer;
  if (call.phase === "talking") return words === "" ? texts.call.connected(name) : words;
  return words === "" ? "" : `${name}: ${words}`;
}

function wordsWhileTalking(call: CallState): string {
  const { peer, asking, isLost, isHeld, isHoldRefused, isWaiting, isMuted, keysHeard } = call;
  if (isLost) return texts.call.lost(peer.name);
  if (asking !== "") return texts.call.asking(asking);
  if (isHeld) return isHoldRefused ? texts.call.holdRefused(peer.name) : texts.call.held;
  if (isWaiting) return texts.call.waiting(peer.name);
  if (isMuted) return texts.call.muted;
  return keysHeard === "" ? "" : texts.call.keysHeard(peer.name, keysHeard);
}

/** `0:42`, `61:05`. */
export function duration(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
