// The tracks of a local stream. A track that is stopped turns off its device.

/** Copies of the tracks for another call, which may end without ending the first. */
export function share(stream: MediaStream, isMuted: boolean): MediaStream {
  const shared = stream.clone();
  for (const track of shared.getTracks()) track.enabled = track.kind !== "audio" || !isMuted;
  return shared;
}

export function release(stream: MediaStream | undefined): void {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

/** Replaces the track of its kind, which is stopped. */
export function takeOver(stream: MediaStream, kind: string, track: MediaStreamTrack | undefined): void {
  for (const old of stream.getTracks().filter((old) => old.kind === kind)) {
    stream.removeTrack(old);
    old.stop();
  }
  if (track) stream.addTrack(track);
}

export function hasVideo(stream: MediaStream | undefined): boolean {
  return stream !== undefined && stream.getVideoTracks().length > 0;
}
