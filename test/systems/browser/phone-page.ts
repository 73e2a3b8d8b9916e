// The phone page as its user sees it: the tests find controls by their names.
import type { Page } from "playwright-core";
import type { Room } from "./room.ts";

export interface PhonePage {
  readonly page: Page;
  readonly press: (button: string) => Promise<void>;
  readonly dial: (target: string) => Promise<void>;
  /** Writes a text from a phone without a call. */
  readonly write: (target: string, text: string) => Promise<void>;
  /** The pressed state of a toggle button. */
  readonly isPressed: (button: string) => Promise<boolean>;
  /** Resolves when these words are on the page. */
  readonly says: (words: string | RegExp) => Promise<void>;
  /** The sentence of its alert, as soon as one is shown. */
  readonly told: () => Promise<string>;
}

/** Opens a phone; with `user` it signs in by itself. */
export async function openPhone(room: Room, user?: string): Promise<PhonePage> {
  const page = await room.page();
  const { http } = room.service;
  await page.goto(user === undefined ? http : `${http}?user=${user}&auto=1`);

  const phone: PhonePage = {
    page,
    press: (button) => page.getByRole("button", { name: button, exact: true }).click(),
    write: async (target, text) => {
      if (!(await page.getByLabel("To", { exact: true }).isVisible())) await phone.press("Texts");
      await page.getByLabel("To", { exact: true }).fill(target);
      await page.keyboard.press("Enter");
      await page.getByLabel("Text", { exact: true }).fill(text);
      await page.keyboard.press("Enter");
    },
    isPressed: async (button) => {
      const found = page.getByRole("button", { name: button, exact: true });
      return (await found.getAttribute("aria-pressed")) === "true";
    },
    dial: async (target) => {
      await page.getByLabel("Who do you want to call?").fill(target);
      await page.keyboard.press("Enter");
    },
    says: (words) => page.getByText(words).first().waitFor(),
    told: () => page.getByRole("alert").innerText(),
  };
  if (user !== undefined) await phone.says("Ready for calls");
  return phone;
}
