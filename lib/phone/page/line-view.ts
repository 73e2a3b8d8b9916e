import type { LineState } from "./line.ts";
import { paintAvatar, part } from "./part.ts";

const name = part("own-name", HTMLElement);
const avatar = part("own-avatar", HTMLElement);
const line = part("line", HTMLElement);
const words = part("line-words", HTMLElement);
const signOut = part("sign-out", HTMLButtonElement);

export function onSignOut(act: () => void): void {
  signOut.addEventListener("click", act);
}

/** Who is signed in and whether calls can come. Nobody: the phone as it was made. */
export function showLine(user?: string, state?: LineState): void {
  name.textContent = user ?? "Phone";
  document.title = user === undefined ? "Phone" : `${user} · Phone`;
  paintAvatar(avatar, user ?? "");
  avatar.hidden = user === undefined;
  signOut.hidden = user === undefined;
  line.dataset["kind"] = state?.kind ?? "off";
  words.textContent = wordsFor(state);
}

function wordsFor(state: LineState | undefined): string {
  if (state === undefined) return "Not signed in";
  if (state.kind === "connecting") return "Connecting …";
  return state.kind === "registered" ? "Ready for calls" : state.words;
}
