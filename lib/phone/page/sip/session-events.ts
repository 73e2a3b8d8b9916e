// Events of JsSIP about the session of a call, as changes of the state of the call.
import type { RTCSession } from "jssip/lib/RTCSession.js";
import type { Peer } from "./address.ts";
import type { CallProgress } from "./call-progress.ts";
import type { CallState } from "./call-state.ts";

/** The keys of the peer that are shown. */
const MOST_KEYS = 20;

/** @param reachedBy the user that sends this response, if the call was forwarded to it */
export function followEvents(
  session: RTCSession,
  progress: CallProgress,
  reachedBy: (response: unknown) => Peer | undefined,
): void {
  const responds = (response: unknown, change: Partial<CallState>) => {
    if (progress.state.incoming) return;
    const reached = reachedBy(response);
    progress.update({ ...change, ...(reached && { reached }) });
  };
  session.on("progress", ({ response }: { readonly response: unknown }) => responds(response, { phase: "ringing" }));
  session.on("accepted", ({ response }: { readonly response: unknown }) => responds(response, {}));
  session.on("confirmed", () => progress.update({ phase: "talking", since: progress.state.since ?? Date.now() }));
  session.on("hold", ({ originator }) => {
    if (isRemote(originator)) progress.update({ isWaiting: true });
  });
  session.on("unhold", ({ originator }) => {
    if (isRemote(originator)) progress.update({ isWaiting: false });
  });
  session.on("newDTMF", ({ originator, dtmf }: { readonly originator: unknown; readonly dtmf: { tone: string } }) => {
    if (!isRemote(originator)) return;
    progress.update({ keysHeard: `${progress.state.keysHeard}${dtmf.tone}`.slice(-MOST_KEYS) });
  });
}

/** The typings have an enum that the library does not export. */
function isRemote(originator: unknown): boolean {
  return originator === "remote";
}
