// The devices of this machine. Their names are known once the user has allowed a microphone or camera.
import type { DeviceChoice } from "./capture.ts";

export type DeviceKind = keyof DeviceChoice;

export interface Device {
  readonly id: string;
  /** Empty until the user has granted access. */
  readonly label: string;
}

export type Devices = Readonly<Record<DeviceKind, readonly Device[]>>;

export const noDevices: Devices = { microphone: [], camera: [], speaker: [] };

const kinds = { microphone: "audioinput", camera: "videoinput", speaker: "audiooutput" } as const;

export async function listDevices(): Promise<Devices> {
  if (!("mediaDevices" in navigator)) return noDevices;
  const all = await navigator.mediaDevices.enumerateDevices();
  const ofKind = (kind: DeviceKind) =>
    all
      .filter((device) => device.kind === kinds[kind] && device.deviceId !== "")
      .map(({ deviceId: id, label }) => ({ id, label }));
  return { microphone: ofKind("microphone"), camera: ofKind("camera"), speaker: ofKind("speaker") };
}

/** Calls back when a device is plugged in or out. */
export function onDevicesChanged(act: () => void): void {
  if ("mediaDevices" in navigator) navigator.mediaDevices.addEventListener("devicechange", act);
}
