import type { Presence } from "../sip/presence.ts";

interface AvatarProps {
  readonly name: string;
  readonly large?: boolean;
  /** Shown as a dot; words beside it say the same. */
  readonly presence?: Presence | undefined;
}

/** The first letter of a name, on a colour that is always the same for that name. */
export function Avatar({ name, large = false, presence }: AvatarProps) {
  return (
    <span
      class={large ? "avatar large" : "avatar"}
      aria-hidden="true"
      data-presence={presence}
      style={{ "--hue": String(hueOf(name)) }}
    >
      {Array.from(name)[0]?.toUpperCase()}
    </span>
  );
}

export function hueOf(name: string): number {
  return Array.from(name).reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 360, 7);
}
