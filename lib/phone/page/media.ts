// Microphone and camera.

export type Captured =
  | { readonly ok: true; readonly stream: MediaStream }
  | { readonly ok: false; readonly reason: string };

/** Asks the browser, which may ask the person. */
export async function capture(video: boolean): Promise<Captured> {
  // Browsers take the whole interface away from pages that others could have changed on the way.
  if (!("mediaDevices" in navigator)) {
    return { ok: false, reason: "The browser gives no microphone to this page. Open it on localhost or by https." };
  }
  try {
    return { ok: true, stream: await navigator.mediaDevices.getUserMedia({ audio: true, video }) };
  } catch (error) {
    if (error instanceof DOMException) return { ok: false, reason: wordsFor(error.name, video) };
    throw error;
  }
}

/** The same devices for another call, which may end without ending the first. Muted as asked, whatever the first was. */
export function share(stream: MediaStream, isMuted: boolean, isCameraOff: boolean): MediaStream {
  const shared = stream.clone();
  for (const track of shared.getTracks()) track.enabled = track.kind === "audio" ? !isMuted : !isCameraOff;
  return shared;
}

export function release(stream: MediaStream | undefined): void {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

function wordsFor(name: string, video: boolean): string {
  const device = video ? "camera or microphone" : "microphone";
  switch (name) {
    case "NotAllowedError":
      return `The browser does not allow this page to use your ${device}. Allow it beside the address bar and try again.`;
    case "NotFoundError":
    case "OverconstrainedError":
      return `No ${device} was found.`;
    case "NotReadableError":
    case "AbortError":
      return `Your ${device} is used by another program.`;
    default:
      return `Your ${device} could not be started (${name}).`;
  }
}
