// One screen at a time, and the keyboard focus goes with it.
import { part } from "./part.ts";

export type Screen = "sign-in" | "dialer" | "call";

const phone = part("phone", HTMLElement);
const screens = {
  "sign-in": part("sign-in", HTMLElement),
  dialer: part("dialer", HTMLElement),
  call: part("call", HTMLElement),
} as const satisfies Record<Screen, HTMLElement>;
const notice = part("notice", HTMLElement);

export function showScreen(screen: Screen): void {
  if (phone.dataset["screen"] === screen) return;
  phone.dataset["screen"] = screen;
  for (const [name, element] of Object.entries(screens)) element.hidden = name !== screen;
  // A call must not be answered by the key somebody was typing, so it takes the focus to itself and to no button.
  if (screen === "call") screens.call.focus();
  else [...screens[screen].querySelectorAll("input")].find(({ value }) => value === "")?.focus();
}

/** A sentence for the person, read out at once by screen readers. No words: nothing to say. */
export function tell(words: string | undefined, tone: "bad" | "calm" = "bad"): void {
  notice.hidden = words === undefined;
  notice.textContent = words ?? "";
  notice.dataset["tone"] = tone;
}
