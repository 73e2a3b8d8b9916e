// The phone: who is signed in, which call is on, and what the person sees of it.
import type { NameAddrHeader } from "jssip";
import type { RTCSession } from "jssip/lib/RTCSession.js";
import { type Call, type CallListener, followCall } from "./call.ts";
import { duration, onCallAction, showCall } from "./call-view.ts";
import { type Account, accountOf, loadConfig } from "./config.ts";
import { onDial, showPeople } from "./dialer-view.ts";
import { type Line, type LineState, openLine } from "./line.ts";
import { onSignOut, showLine } from "./line-view.ts";
import { logWire } from "./log-view.ts";
import { capture, release, share } from "./media.ts";
import { textReason } from "./reasons.ts";
import { playRingBack, playRinging, type Tone } from "./ring-tone.ts";
import { showScreen, tell } from "./screen.ts";
import { onSignIn, prepareSignIn } from "./sign-in-view.ts";
import { addText, clearText, onWrite } from "./texts-view.ts";
import { openWire } from "./wire.ts";

const config = await loadConfig();
const { account: given, auto } = accountOf(location.search, config);

let own: Account | undefined;
let line: Line | undefined;
/** The last one is on the screen. There is a second only while a transfer is tried. */
let calls: readonly Call[] = [];
let tone: Tone | undefined;

function signIn(account: Account): void {
  own = account;
  tell(undefined);
  showLine(account.user, { kind: "connecting" });
  showPeople(config.subscribers, account.user);
  line = openLine(account, openWire(config.ws, logWire), { changed: lineChanged, rings, reads, lacks });
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
  if (state.kind === "registered" && calls.length === 0) showScreen("dialer");
}

function rings(session: RTCSession, offer: string): void {
  if (calls.length > 0) {
    session.terminate({ status_code: BUSY });
    return;
  }
  tone = playRinging();
  tell(undefined);
  const offersVideo = /^m=video [1-9]/m.test(offer);
  take(followCall({ session, peer: nameOf(session.remote_identity), incoming: true, offersVideo }, listener));
}

async function dial(target: string, video: boolean): Promise<void> {
  tell(undefined);
  if (line === undefined || calls.length > 0) return;
  const [captured, pcConfig] = await Promise.all([capture(video), line.iceServers()]);
  if (!captured.ok) return tell(captured.reason);
  const { stream: local } = captured;
  try {
    begin(line.call(target, local, pcConfig), local, video);
  } catch (error) {
    release(local);
    explainAddress(target, error);
  }
}

function begin(session: RTCSession, local: MediaStream, offersVideo: boolean): void {
  const peer = nameOf(session.remote_identity);
  take(followCall({ session, peer, incoming: false, offersVideo, local }, listener));
}

/** What the library throws for text that is no address. Throws whatever else it is. */
function explainAddress(target: string, error: unknown): void {
  if (!(error instanceof TypeError)) throw error;
  tell(`“${target}” is not an address. Try a name like bob, or sip:bob@${config.domain}.`);
}

async function answer(video: boolean): Promise<void> {
  const ringing = calls.at(-1);
  const [captured, pcConfig] = await Promise.all([capture(video), line?.iceServers() ?? {}]);
  if (!captured.ok) return tell(captured.reason);
  if (ringing?.state.phase === "incoming") ringing.answer(captured.stream, pcConfig);
  else release(captured.stream); // the caller gave up meanwhile
}

function take(next: Call): void {
  calls = [...calls, next];
  listener.changed(next);
  showScreen("call");
}

const listener: CallListener = {
  changed: (now) => {
    const isShown = now === calls.at(-1);
    if (isShown) show(now);
    if (now.state.phase !== "over") return;
    calls = calls.filter((call) => call !== now);
    if (isShown) leave(now);
  },
  referred: ({ state: { local, isMuted, isCameraOff } }, start) => {
    if (local === undefined) return;
    const shared = share(local, isMuted, isCameraOff);
    const begun = (session: RTCSession) => {
      begin(session, shared, false);
      if (isMuted) calls.at(-1)?.mute(true);
      if (isCameraOff) calls.at(-1)?.turnCamera(true);
    };
    void line?.iceServers().then((pcConfig) => start(begun, shared, pcConfig));
  },
};

function show(now: Call): void {
  const { phase } = now.state;
  if (phase === "ringing") tone ??= playRingBack();
  if (phase === "connecting" || phase === "talking" || phase === "over") {
    tone?.stop();
    tone = undefined;
  }
  showCall(now);
  document.title = phase === "incoming" ? `${now.state.peer} calls` : `${own?.user ?? ""} · Phone`;
}

/** Back to the call that went on beside, or to the dialer. */
function leave({ state: { since, words } }: Call): void {
  const remaining = calls.at(-1);
  if (remaining) show(remaining);
  else showScreen(own === undefined ? "sign-in" : "dialer");
  tell(since === undefined ? words : `${words} The call lasted ${duration(Date.now() - since)}.`, "calm");
}

async function transfer(target: string): Promise<void> {
  tell(undefined);
  try {
    const problem = await calls.at(-1)?.transfer(target, shortened(target));
    if (problem !== undefined) tell(problem);
  } catch (error) {
    explainAddress(target, error);
  }
}

async function write(target: string, text: string): Promise<void> {
  tell(undefined);
  try {
    const refusal = await line?.write(target, text);
    if (refusal !== undefined) return tell(textReason(shortened(target), refusal));
    addText({ peer: shortened(target), text, isOurs: true });
    clearText();
  } catch (error) {
    explainAddress(target, error);
  }
}

function reads(from: NameAddrHeader, text: string): void {
  const peer = nameOf(from);
  addText({ peer, text, isOurs: false });
  if (calls.length > 0) tell(`${peer} writes: ${text}`, "calm");
}

function lacks(words: string): void {
  logWire({ at: new Date(), direction: "none", text: words });
}

/** Short within one's own domain. */
function nameOf({ display_name: display, uri }: NameAddrHeader): string {
  return display || shortened(`${uri.user}@${uri.host}`);
}

function shortened(address: string): string {
  const bare = address.replace(/^sips?:/, "");
  const ending = `@${own?.domain ?? ""}`;
  return bare.endsWith(ending) ? bare.slice(0, -ending.length) : bare;
}

/** RFC 3261 §21.4.24: this phone is busy, another one of the same person may not be. */
const BUSY = 486;

onSignIn(signIn);
onSignOut(signOut);
onDial((target, video) => void dial(target, video));
onWrite((target, text) => void write(target, text));
onCallAction({
  answer: (video) => void answer(video),
  end: () => calls.at(-1)?.end(),
  mute: (isMuted) => calls.at(-1)?.mute(isMuted),
  turnCamera: (isOff) => calls.at(-1)?.turnCamera(isOff),
  hold: (isHeld) => calls.at(-1)?.hold(isHeld),
  press: (key) => calls.at(-1)?.press(key),
  transfer: (target) => void transfer(target),
});
addEventListener("pagehide", () => line?.close()); // says goodbye to whoever is on the phone

prepareSignIn(given, config.subscribers);
showLine();
if (auto) signIn(given);
else showScreen("sign-in");
