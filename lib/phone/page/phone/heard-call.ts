// Actions of the user on the call that is heard.
import { capture } from "../media/capture.ts";
import { texts } from "../texts.ts";
import type { CallSurroundings } from "./call-surroundings.ts";

export interface HeardCall {
  readonly hangUp: () => void;
  readonly mute: (isMuted: boolean) => void;
  readonly hold: (isHeld: boolean) => void;
  readonly press: (key: string) => void;
  readonly showCamera: (isOn: boolean) => Promise<void>;
  /** Holds it, and hears the other one. */
  readonly swap: () => void;
  /** Uses the devices that the user has chosen, from now on. */
  readonly useDevices: (kind: "microphone" | "camera") => Promise<void>;
}

export function createHeardCall({
  store,
  isOnline,
  listener,
  list: { heard, held, bringForward },
}: CallSurroundings): HeardCall {
  return {
    hangUp: () => heard()?.end(),
    mute: (isMuted) => heard()?.mute(isMuted),
    hold: (isHeld) => heard()?.hold(isHeld),
    press: (key) => {
      if (isOnline()) heard()?.press(key);
      else listener.tell(texts.dialer.notSignedIn);
    },
    showCamera: async (isOn) => {
      const call = heard();
      if (!isOn) return void call?.showCamera(undefined);
      const captured = await capture("video", store.state.settings);
      if (!captured.ok) return listener.tell(captured.reason);
      const refused = await call?.showCamera(captured.stream.getVideoTracks()[0]);
      if (refused !== undefined) listener.tell(refused);
    },
    swap: () => {
      const other = held();
      if (other) bringForward(other);
    },
    useDevices: async (kind) => {
      const call = heard();
      if (call?.state.local === undefined || (kind === "camera" && !call.state.hasLocalVideo)) return;
      const captured = await capture(kind === "camera" ? "video" : "audio", store.state.settings);
      if (!captured.ok) return listener.tell(captured.reason);
      const [track] = captured.stream.getTracks();
      if (track) await call.replaceTrack(track);
    },
  };
}
