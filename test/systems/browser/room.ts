// The environment of browser tests: one service, one Chromium, and pages that are reused, since opening one takes
// longer than most tests.
import type { Browser, BrowserContext, Page } from "playwright-core";
import { launchChromium } from "./chromium.ts";
import { giveHand } from "./hand.ts";
import { watchConnections } from "./media.ts";
import { PATIENCE_MS } from "./patience.ts";
import type { Service } from "./service.ts";

export interface Room<Kind extends Service = Service> {
  readonly service: Kind;
  readonly browser: Browser;
  /** An empty page that no other phone of this test uses. */
  page(): Promise<Page>;
  /**
   * Empties all pages, and waits until the server has noticed. Otherwise a phone of one test could still be registered
   * in the next: it would be rung too, and its silence would be the result.
   */
  clear(): Promise<void>;
  close(): Promise<void>;
}

const size = { width: 1280, height: 720 };

/**
 * Ends the phone of the page, and empties what the browser keeps for it, which only a page of the same origin can: otherwise
 * the calls of one test would be listed in the next. Each page that is left does so after its own last write.
 */
async function leave(page: Page, url: string): Promise<void> {
  if (page.viewportSize()?.height !== size.height) await page.setViewportSize(size);
  if (page.url() === "about:blank") await page.goto(`${url}icon.svg`);
  await page.evaluate(() => {
    Storage.prototype.setItem = () => undefined; // a page that is left in a call keeps it
    sessionStorage.clear();
    localStorage.clear();
  });
  await page.goto("about:blank");
}

/** A busy machine is slow; without animations there is less to draw. */
export async function newContext(browser: Browser): Promise<BrowserContext> {
  const context = await browser.newContext({ reducedMotion: "reduce", viewport: size });
  context.setDefaultTimeout(PATIENCE_MS);
  await Promise.all([watchConnections(context), giveHand(context)]);
  return context;
}

export async function openRoom<Kind extends Service>(starting: Promise<Kind>): Promise<Room<Kind>> {
  const [service, browser] = await Promise.all([starting, launchChromium()]);
  const context = await newContext(browser);
  const idle: Page[] = [];

  return {
    service,
    browser,
    page: async () => idle.pop() ?? context.newPage(),
    clear: async () => {
      const others = browser.contexts().filter((other) => other !== context);
      await Promise.all(others.map((other) => other.close()));
      const used = context.pages().filter((page) => !idle.includes(page));
      await Promise.all(used.map((page) => leave(page, service.http)));
      idle.push(...used);
      while (service.connections().length > 0) await new Promise((resolve) => setTimeout(resolve, 5));
      await service.settled();
    },
    close: async () => {
      await browser.close();
      await service.close();
    },
  };
}
