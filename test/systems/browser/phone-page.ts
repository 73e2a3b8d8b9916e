// The phone page as its user sees it: the tests find controls by their names.
import type { Page } from "playwright-core";
import { newContext, type Room } from "./room.ts";

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
  /** Resolves when its alert is this sentence and no other. */
  readonly alert: (words: string) => Promise<void>;
}

/** Opens a phone; with `user` it signs in by itself. */
export async function openPhone(room: Room, user?: string): Promise<PhonePage> {
  const page = await room.page();
  const { http } = room.service;
  await page.goto(user === undefined ? http : `${http}?user=${user}&auto=1`);

  const fill = (label: string, text: string) =>
    page.evaluate(([name, words]) => hand.fill(name, words), [label, text] as const);
  const enter = async (label: string, text: string) => {
    await fill(label, text);
    await page.keyboard.press("Enter");
  };
  const phone: PhonePage = {
    page,
    press: (button) => page.evaluate((name) => hand.press(name), button),
    write: async (target, text) => {
      if (!(await page.getByLabel("To", { exact: true }).isVisible())) await phone.press("Texts");
      await enter("To", target);
      await enter("Text", text);
    },
    isPressed: (button) => page.evaluate((name) => hand.isPressed(name), button),
    dial: (target) => enter("Who do you want to call?", target),
    says: (words) => page.evaluate((wanted) => hand.says(wanted), words),
    told: () => page.evaluate(() => hand.told()),
    alert: (words) => page.getByRole("alert").getByText(words, { exact: true }).waitFor(),
  };
  if (user !== undefined) await phone.says("Ready for calls");
  return phone;
}

/** Resolves when the text is on the page, however briefly: a look now and then could miss it. */
export function isShown(page: Page, text: string): Promise<void> {
  return page.evaluate(
    (wanted) =>
      new Promise<void>((resolve) => {
        const look = () => {
          if (document.body.innerText.includes(wanted)) resolve();
        };
        const changes = { subtree: true, childList: true, characterData: true, attributes: true };
        new MutationObserver(look).observe(document.body, changes);
        look();
      }),
    text,
  );
}

/** A page whose second request of a method overtakes the first, if it sends one before the response to that: 1.5 s later. */
export async function overtaken({ browser, service }: Room, method: string): Promise<Page> {
  const context = await newContext(browser);
  const page = await context.newPage();
  const isRequest = new RegExp(`^${method} `);
  const isResponse = new RegExp(`^SIP/2\\.0 [^]*^CSeq: *\\d+ ${method}`, "m");
  const overtakes = Promise.withResolvers<void>();
  let requests = 0;
  await page.routeWebSocket(service.ws, (socket) => {
    const server = socket.connectToServer();
    socket.onMessage(async (message) => {
      if (isRequest.test(String(message))) {
        requests += 1;
        if (requests === 1) await Promise.race([overtakes.promise, page.waitForTimeout(1_500)]);
      }
      server.send(message);
    });
    server.onMessage((message) => {
      if (isResponse.test(String(message))) overtakes.resolve();
      socket.send(message);
    });
  });
  return page;
}
