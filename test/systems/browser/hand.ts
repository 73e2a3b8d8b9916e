// A user's acts and looks at a page, each in one question to it: a click by Playwright takes forty messages.
import type { BrowserContext } from "playwright-core";
import { PATIENCE_MS } from "./patience.ts";

/** Each act waits until it is possible, as in Playwright, and rejects if the time is over. */
export interface Hand {
  /** Clicks a button that is shown, enabled and not covered. */
  press(button: string): Promise<void>;
  /** Whether a toggle button is pressed. */
  isPressed(button: string): Promise<boolean>;
  /** Puts text into a field in place of its own. */
  fill(label: string, text: string): Promise<void>;
  /** Resolves when a line of the page has these words, in any case, or is of this pattern. */
  says(words: string | RegExp): Promise<void>;
  /** The sentence of the alert. */
  told(): Promise<string>;
}

declare global {
  // oxlint-disable-next-line no-var -- only `var` adds to globalThis
  var hand: Hand;
  interface Element {
    /** Accessible name, as screen readers get it; `chromium.ts` enables it. */
    readonly computedName: string;
  }
}

/** Gives every page of the context its `hand`. */
export async function giveHand(context: BrowserContext): Promise<void> {
  await context.addInitScript((patienceMs) => {
    const { setTimeout, clearTimeout, performance } = globalThis; // a test may replace them

    /** The next change of the page, or a while: styles and layout change by themselves. */
    const change = () =>
      new Promise<void>((resolve) => {
        const end = () => {
          observer.disconnect();
          clearTimeout(timer);
          resolve();
        };
        const observer = new MutationObserver(end);
        const timer = setTimeout(end, 50);
        observer.observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
      });

    async function until<Found>(what: string, look: () => Found | undefined): Promise<Found> {
      const deadline = performance.now() + patienceMs;
      for (;;) {
        const found = look();
        if (found !== undefined) return found;
        if (performance.now() > deadline)
          throw new Error(`${what}: not on the page, which says\n${document.body.innerText}`);
        await change();
      }
    }

    /** The one control that is shown with this name. A switch is a button with another role. */
    function named<Tag extends "button" | "input">(tag: Tag, name: string): HTMLElementTagNameMap[Tag] | undefined {
      const all = [...document.querySelectorAll<HTMLElementTagNameMap[Tag]>(`${tag}:not([role])`)];
      const [control, ...others] = all.filter((one) => one.computedName === name && one.checkVisibility());
      if (others.length > 0) throw new Error(`${name}: the name of ${others.length + 1} controls`);
      return control;
    }

    function isReached(control: Element): boolean {
      control.scrollIntoView({ block: "nearest", behavior: "instant" });
      const { left, top, width, height } = control.getBoundingClientRect();
      return control.contains(document.elementFromPoint(left + width / 2, top + height / 2));
    }

    const lines = () => document.body.innerText.split("\n").map((line) => line.trim());

    globalThis.hand = {
      async press(name) {
        const found = await until(name, () => {
          const one = named("button", name);
          return one && !one.disabled && isReached(one) ? one : undefined;
        });
        found.focus();
        found.click();
      },
      isPressed: async (name) => (await until(name, () => named("button", name))).ariaPressed === "true",
      async fill(label, text) {
        const field = await until(label, () => {
          const one = named("input", label);
          return one?.disabled === false ? one : undefined;
        });
        field.focus();
        field.select();
        document.execCommand(text === "" ? "delete" : "insertText", false, text);
      },
      async says(words) {
        const isSaid = (line: string) =>
          typeof words === "string" ? line.toLowerCase().includes(words.toLowerCase()) : words.test(line);
        await until(String(words), () => lines().some(isSaid) || undefined);
      },
      told: () => until("an alert", () => document.querySelector<HTMLElement>('[role="alert"]')?.innerText),
    };
  }, PATIENCE_MS);
}
