import { useEffect, useRef } from "preact/hooks";

interface VideoProps {
  readonly class: string;
  readonly stream: MediaStream | undefined;
  readonly label: string;
  readonly muted?: boolean;
  readonly hidden?: boolean;
  /** Where it sounds; the standard speaker if missing. */
  readonly speaker?: string | undefined;
}

/** A stream, seen and heard. */
export function Video({ class: name, stream, label, muted = false, hidden = false, speaker = "" }: VideoProps) {
  const element = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    if (element.current && element.current.srcObject !== (stream ?? null)) element.current.srcObject = stream ?? null;
  }, [stream]);
  useEffect(() => {
    const video = element.current;
    if (video && !muted && "setSinkId" in video && video.sinkId !== speaker) void video.setSinkId(speaker);
  }, [speaker, muted]);
  return (
    <video
      ref={element}
      class={name}
      autoplay
      playsInline
      muted={muted}
      aria-label={label}
      data-hidden={hidden ? "yes" : "no"}
      aria-hidden={hidden}
    />
  );
}
