// The state of a call in words, for the screen and for screen readers.
import { type CallState, partner, type Phase } from "../sip/call-state.ts";
import { texts } from "../texts.ts";

/** The line under the name. The most important state comes first. */
export function wordsFor(call: CallState): string {
  const words = {
    incoming: forwarded(call.offersVideo ? texts.call.incomingVideo : texts.call.incoming, call.forwardedBy),
    calling: texts.call.calling,
    ringing: call.reached ? `${texts.call.forwardedTo(call.reached.name)}. ${texts.call.ringing}` : texts.call.ringing,
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
  const { asking, isLost, isHeld, isHoldRefused, isWaiting, isMuted, keysHeard, reached } = call;
  const { name } = partner(call);
  if (isLost) return texts.call.lost(name);
  if (asking !== "") return texts.call.asking(asking);
  if (isHeld) return isHoldRefused ? texts.call.holdRefused(name) : texts.call.held;
  if (isWaiting) return texts.call.waiting(name);
  if (isMuted) return texts.call.muted;
  if (keysHeard !== "") return texts.call.keysHeard(name, keysHeard);
  return reached ? texts.call.forwardedTo(name) : "";
}

function forwarded(words: string, by: string): string {
  return by === "" ? words : `${words}, ${texts.call.forwardedBy(by)}`;
}

/** `0:42`, `61:05`. */
export function duration(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
