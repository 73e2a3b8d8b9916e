// The phone: who is signed in, which call is on, and what the person sees of it.
import type { RTCSession } from "jssip/lib/RTCSession.js";
import { type Call, followCall } from "./call.ts";
import { duration, onCallAction, showCall } from "./call-view.ts";
import { type Account, accountOf, loadConfig } from "./config.ts";
import { onDial, showPeople } from "./dialer-view.ts";
import { type Line, type LineState, openLine } from "./line.ts";
import { onSignOut, showLine } from "./line-view.ts";
import { logWire } from "./log-view.ts";
import { capture, release } from "./media.ts";
import { playRingBack, playRinging, type Tone } from "./ring-tone.ts";
import { showScreen, tell } from "./screen.ts";
import { onSignIn, prepareSignIn } from "./sign-in-view.ts";
import { openWire } from "./wire.ts";

const config = await loadConfig();
const { account: given, auto } = accountOf(location.search, config);

let own: Account | undefined;
let line: Line | undefined;
let call: Call | undefined;
let tone: Tone | undefined;

function signIn(account: Account): void {
  own = account;
  tell(undefined);
  showLine(account.user, { kind: "connecting" });
  showPeople(config.subscribers, account.user);
  line = openLine(account, openWire(config.ws, logWire), { changed: lineChanged, rings });
}

function signOut(): void {
  line?.close();
  own = line = undefined;
  showLine();
  showScreen("sign-in");
}

function lineChanged(state: LineState): void {
  if (own === undefined) return;
  if (state.kind === "refused") {
    signOut();
    tell(state.words);
    return;
  }
  showLine(own.user, state);
  if (state.kind === "registered" && call === undefined) showScreen("dialer");
}

function rings(session: RTCSession, offer: string): void {
  if (call !== undefined) {
    session.terminate({ status_code: BUSY });
    return;
  }
  tone = playRinging();
  tell(undefined);
  take(
    followCall({ session, peer: nameOf(session), incoming: true, offersVideo: /^m=video [1-9]/m.test(offer) }, changed),
  );
}

async function dial(target: string, video: boolean): Promise<void> {
  tell(undefined);
  if (line === undefined || call !== undefined) return;
  const captured = await capture(video);
  if (!captured.ok) return tell(captured.reason);
  const { stream: local } = captured;
  try {
    const session = line.call(target, local);
    take(followCall({ session, peer: nameOf(session), incoming: false, offersVideo: video, local }, changed));
  } catch (error) {
    release(local);
    if (!(error instanceof TypeError)) throw error;
    tell(`“${target}” is not an address. Try a name like bob, or sip:bob@${config.domain}.`);
  }
}

async function answer(video: boolean): Promise<void> {
  const ringing = call;
  const captured = await capture(video);
  if (!captured.ok) return tell(captured.reason);
  if (ringing?.state.phase === "incoming") ringing.answer(captured.stream);
  else release(captured.stream); // the caller gave up meanwhile
}

function take(next: Call): void {
  call = next;
  changed(next);
  showScreen("call");
}

function changed(now: Call): void {
  const { phase, words, since } = now.state;
  if (phase === "ringing") tone ??= playRingBack();
  if (phase === "connecting" || phase === "talking" || phase === "over") {
    tone?.stop();
    tone = undefined;
  }
  showCall(now);
  document.title = phase === "incoming" ? `${now.state.peer} calls` : `${own?.user ?? ""} · Phone`;
  if (phase !== "over") return;
  call = undefined;
  showScreen(own === undefined ? "sign-in" : "dialer");
  tell(since === undefined ? words : `${words} The call lasted ${duration(Date.now() - since)}.`, "calm");
}

/** Short within one's own domain. */
function nameOf(session: RTCSession): string {
  const { display_name: display, uri } = session.remote_identity;
  if (display) return display;
  return uri.host === own?.domain ? uri.user : `${uri.user}@${uri.host}`;
}

/** RFC 3261 §21.4.24: this phone is busy, another one of the same person may not be. */
const BUSY = 486;

onSignIn(signIn);
onSignOut(signOut);
onDial((target, video) => void dial(target, video));
onCallAction({
  answer: (video) => void answer(video),
  end: () => call?.end(),
  mute: (isMuted) => call?.mute(isMuted),
  turnCamera: (isOff) => call?.turnCamera(isOff),
});
addEventListener("pagehide", () => line?.close()); // says goodbye to whoever is on the phone

prepareSignIn(given, config.subscribers);
showLine();
if (auto) signIn(given);
else showScreen("sign-in");
