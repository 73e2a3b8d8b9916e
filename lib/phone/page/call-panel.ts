// The keypad and the form for a transfer, which lie over the stage one at a time.
import { make, part } from "./part.ts";

export type Panel = "keypad" | "transfer";

const panels = { keypad: part("keypad", HTMLElement), transfer: part("transfer", HTMLElement) };
const buttons = { keypad: part("open-keypad", HTMLButtonElement), transfer: part("open-transfer", HTMLButtonElement) };
const pressed = part("keys-pressed", HTMLOutputElement);
const keys = part("keys", HTMLElement);
const form = part("transfer-form", HTMLFormElement);
const target = part("transfer-to", HTMLInputElement);

export interface PanelActions {
  readonly press: (key: string) => void;
  readonly transfer: (target: string) => void;
}

export function onPanelAction({ press, transfer }: PanelActions): void {
  keys.replaceChildren(...Array.from("123456789*0#", keyButton));
  keys.addEventListener("click", ({ target: clicked }) => {
    const key = clicked instanceof HTMLButtonElement ? clicked.value : "";
    if (key === "") return;
    pressed.value += key;
    press(key);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const whom = target.value.trim();
    if (whom === "") return target.focus();
    showPanel(undefined);
    transfer(whom);
  });
  for (const name of ["keypad", "transfer"] as const) {
    buttons[name].addEventListener("click", () => showPanel(panels[name].hidden ? name : undefined));
  }
}

/** Shows one panel, or none. */
export function showPanel(shown: Panel | undefined): void {
  for (const name of ["keypad", "transfer"] as const) {
    panels[name].hidden = name !== shown;
    buttons[name].setAttribute("aria-pressed", String(name === shown));
  }
  pressed.value = "";
  target.value = "";
  if (shown === "transfer") target.focus();
}

function keyButton(key: string): HTMLButtonElement {
  const button = make("button", "key", key);
  button.type = "button";
  button.value = key;
  return button;
}
