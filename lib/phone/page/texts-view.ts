// Texts that came and went, and the form to write one.
import { make, part } from "./part.ts";

const MOST_LINES = 100;

const section = part("texts", HTMLElement);
const lines = part("text-lines", HTMLOListElement);
const form = part("text-form", HTMLFormElement);
const to = part("text-to", HTMLInputElement);
const text = part("text", HTMLInputElement);

export interface Text {
  readonly peer: string;
  readonly text: string;
  readonly isOurs: boolean;
}

export function onWrite(act: (target: string, text: string) => void): void {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const missing = [to, text].find(({ value }) => value.trim() === "");
    if (missing) missing.focus();
    else act(to.value.trim(), text.value);
  });
}

/** Who wrote is who is written to next, if nobody else has been thought of. */
export function addText({ peer, text: words, isOurs }: Text): void {
  const line = make("li", "text", make("span", "peer", isOurs ? `to ${peer}` : peer), make("span", "words", words));
  line.dataset["ours"] = isOurs ? "yes" : "no";
  lines.append(line);
  if (lines.childElementCount > MOST_LINES) lines.firstElementChild?.remove();
  lines.scrollTop = lines.scrollHeight;
  section.dataset["empty"] = "no";
  if (!isOurs && to.value.trim() === "") to.value = peer;
}

/** The text has gone. */
export function clearText(): void {
  text.value = "";
}
