// The phone page as a person has it before them: found by what is written on it.
import type { Page } from "playwright-core";
import type { Room } from "./room.ts";

export interface PhonePage {
  readonly page: Page;
  readonly press: (button: string) => Promise<void>;
  readonly dial: (target: string) => Promise<void>;
  /** Resolves when these words are on the page. */
  readonly says: (words: string | RegExp) => Promise<void>;
  /** What it tells its person in a sentence, as soon as it does. */
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
