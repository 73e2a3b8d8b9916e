// The phone page as a person has it before them: found by what is written on it.
import type { Browser, Page } from "playwright-core";
import { watchConnections } from "./media.ts";
import type { Service } from "./service.ts";

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
export async function openPhone(browser: Browser, { http }: Service, user?: string): Promise<PhonePage> {
  const context = await browser.newContext();
  await watchConnections(context);
  const page = await context.newPage();
  page.setDefaultTimeout(8_000);
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
