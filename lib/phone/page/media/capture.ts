// Microphone and camera.
import { texts } from "../texts.ts";

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
    return isUnplugged ? capture(wanted, {}) : { ok: false, reason: wordsFor(error.name, wanted !== "audio") };
  }
}

function chosen(deviceId: string | undefined): MediaTrackConstraints | true {
  return deviceId === undefined ? true : { deviceId: { exact: deviceId } };
}

/** Copies of the tracks for another call, which may end without ending the first. */
export function share(stream: MediaStream, isMuted: boolean): MediaStream {
  const shared = stream.clone();
  for (const track of shared.getTracks()) track.enabled = track.kind !== "audio" || !isMuted;
  return shared;
}

export function release(stream: MediaStream | undefined): void {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

function wordsFor(name: string, video: boolean): string {
  const device = video ? texts.devices.cameraOrMicrophone : texts.devices.microphone;
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
