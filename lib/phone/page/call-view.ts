import type { Call, CallState, Phase } from "./call.ts";
import { onPanelAction, type PanelActions, showPanel } from "./call-panel.ts";
import { paintAvatar, part } from "./part.ts";

const stage = part("stage", HTMLElement);
const remoteVideo = part("remote-video", HTMLVideoElement);
const localVideo = part("local-video", HTMLVideoElement);
const avatar = part("peer-avatar", HTMLElement);
const peer = part("peer", HTMLElement);
const words = part("call-words", HTMLElement);
const timer = part("call-timer", HTMLElement);
const incoming = part("incoming-controls", HTMLElement);
const running = part("call-controls", HTMLElement);
const tools = part("call-tools", HTMLElement);
const answerVideo = part("answer-video", HTMLButtonElement);
const mute = part("mute", HTMLButtonElement);
const hideCamera = part("hide-camera", HTMLButtonElement);
const hold = part("hold", HTMLButtonElement);
const forTalking = [hold, part("open-keypad", HTMLElement), part("open-transfer", HTMLElement)];

export interface CallActions extends PanelActions {
  readonly answer: (video: boolean) => void;
  readonly end: () => void;
  readonly mute: (isMuted: boolean) => void;
  readonly turnCamera: (isOff: boolean) => void;
  readonly hold: (isHeld: boolean) => void;
}

function click(id: string, act: () => void): void {
  part(id, HTMLButtonElement).addEventListener("click", act);
}

export function onCallAction(actions: CallActions): void {
  click("decline", actions.end);
  click("hang-up", actions.end);
  click("answer-voice", () => actions.answer(false));
  click("answer-video", () => actions.answer(true));
  click("mute", () => actions.mute(!isPressed(mute)));
  click("hide-camera", () => actions.turnCamera(!isPressed(hideCamera)));
  click("hold", () => actions.hold(!isPressed(hold)));
  onPanelAction(actions);
}

/** Paints a call as it is now. */
export function showCall({ state }: Call): void {
  peer.textContent = state.peer;
  paintAvatar(avatar, state.peer);
  words.textContent = wordsFor(state);
  stage.dataset["phase"] = state.phase;

  incoming.hidden = state.phase !== "incoming";
  running.hidden = tools.hidden = state.phase === "incoming";
  const isTalking = state.phase === "talking";
  for (const button of forTalking) button.hidden = !isTalking;
  if (!isTalking) showPanel(undefined);
  answerVideo.hidden = !state.offersVideo;
  press(mute, state.isMuted);
  press(hideCamera, state.isCameraOff);
  press(hold, state.isHeld);
  const sendsVideo = hasVideo(state.local);
  hideCamera.hidden = !sendsVideo;

  attach(remoteVideo, state.remote);
  attach(localVideo, state.local);
  localVideo.hidden = !sendsVideo || state.isCameraOff;
  stage.dataset["picture"] = isTalking && hasVideo(state.remote) ? "remote" : "none";
  showTime(state.since);
}

function press(button: HTMLButtonElement, isPressed: boolean): void {
  button.setAttribute("aria-pressed", String(isPressed));
}

function isPressed(button: HTMLButtonElement): boolean {
  return button.getAttribute("aria-pressed") === "true";
}

function hasVideo(stream: MediaStream | undefined): boolean {
  return stream !== undefined && stream.getVideoTracks().length > 0;
}

/** Setting the same stream again would make the picture flicker. */
function attach(video: HTMLVideoElement, stream: MediaStream | undefined): void {
  if (video.srcObject !== (stream ?? null)) video.srcObject = stream ?? null;
}

let ticking: ReturnType<typeof setInterval> | undefined;

function showTime(since: number | undefined): void {
  clearInterval(ticking);
  timer.hidden = since === undefined;
  if (since === undefined) return;
  const tick = () => {
    timer.textContent = duration(Date.now() - since);
  };
  tick();
  ticking = setInterval(tick, 1000);
}

/** `0:42`, `61:05`. */
export function duration(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

function wordsFor(state: CallState): string {
  const words = {
    incoming: state.offersVideo ? "Video call for you" : "Call for you",
    calling: "Calling …",
    ringing: "Ringing …",
    connecting: "Connecting …",
    talking: wordsWhileTalking(state),
    over: "",
  } satisfies Record<Phase, string>;
  return words[state.phase];
}

/** What matters most comes first. */
function wordsWhileTalking({ peer, asking, isHeld, isWaiting, isMuted, keysHeard }: CallState): string {
  if (asking !== "") return `Asking ${asking} …`;
  if (isHeld) return "On hold";
  if (isWaiting) return `${peer} has put you on hold`;
  if (isMuted) return "You are muted";
  return keysHeard === "" ? "" : `${peer} pressed ${keysHeard}`;
}
