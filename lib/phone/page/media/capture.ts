// Microphone and camera.
import { texts } from "../texts.ts";
import { release } from "./stream.ts";

export type Captured =
  | { readonly ok: true; readonly stream: MediaStream }
  | { readonly ok: false; readonly reason: string };

/** The devices the user has chosen; the standard ones by default. */
export interface DeviceChoice {
  readonly microphone?: string;
  readonly camera?: string;
  readonly speaker?: string;
}

export type Wanted = "audio" | "video" | "both";

/** Asks the browser, which may ask the user. */
export async function capture(wanted: Wanted, { microphone, camera }: DeviceChoice): Promise<Captured> {
  // Browsers offer the interface to secure contexts only.
  if (!("mediaDevices" in navigator)) return { ok: false, reason: texts.devices.insecure };
  try {
    const stream = await navigator.mediaDevices.getUserMedia({
      audio: wanted !== "video" && chosen(microphone),
      video: wanted !== "audio" && chosen(camera),
    });
    return { ok: true, stream };
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    const isUnplugged = error.name === "OverconstrainedError" && (microphone ?? camera) !== undefined;
    if (isUnplugged) return capture(wanted, {});
    const isCameraAlone = wanted === "both" && error.name !== "NotAllowedError" && (await hasSound());
    const words = wordsFor(error.name, isCameraAlone ? "video" : wanted);
    return { ok: false, reason: isCameraAlone ? texts.devices.soundWorks(words) : words };
  }
}

async function hasSound(): Promise<boolean> {
  const captured = await capture("audio", {});
  if (captured.ok) release(captured.stream);
  return captured.ok;
}

function chosen(deviceId: string | undefined): MediaTrackConstraints | true {
  return deviceId === undefined ? true : { deviceId: { exact: deviceId } };
}

function wordsFor(name: string, wanted: Wanted): string {
  const { microphone: audio, camera: video, cameraOrMicrophone: both } = texts.devices;
  const device = { audio, video, both }[wanted];
  switch (name) {
    case "NotAllowedError":
      return texts.devices.forbidden(device);
    case "NotFoundError":
    case "OverconstrainedError":
      return texts.devices.missing(device);
    case "NotReadableError":
    case "AbortError":
      return texts.devices.inUse(device);
    default:
      return texts.devices.failed(device, name);
  }
}
