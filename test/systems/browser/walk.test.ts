// Every state of the page at every size, with a peer that chooses the longest of names and texts.
import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import type { Page } from "playwright-core";
import { accessibilityProblems } from "./accessibility.ts";
import { startMemoryService } from "./memory-service.ts";
import { openRoom, type Room } from "./room.ts";
import { sizes, visitScenes } from "./scenes.ts";

let room: Room;

beforeAll(async () => {
  room = await openRoom(startMemoryService());
});
afterEach(() => room.clear());
afterAll(() => room.close());

/**
 * The problems of the controls of a page: off screen, covered, too small, wider within than without; and a page that is wider
 * or higher than the screen.
 */
function layoutProblems(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const problems: string[] = [];
    const { scrollWidth, scrollHeight } = document.documentElement;
    if (scrollWidth > innerWidth) problems.push(`the page is ${scrollWidth} wide`);
    if (scrollHeight > innerHeight) problems.push(`the page is ${scrollHeight} high`);
    for (const part of document.querySelectorAll(":not(.log, .log *)")) {
      const isScroller = getComputedStyle(part).overflowY === "auto";
      if (isScroller && part.scrollWidth > part.clientWidth + 1) problems.push(`.${part.className} is wider within`);
    }
    const isSeen = (element: Element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
    for (const control of document.querySelectorAll<HTMLElement>("button, a[href], input, select, summary")) {
      if (!isSeen(control)) continue;
      const name = control.getAttribute("aria-label") ?? control.innerText.trim();
      if (control.closest(".controls, .other, .call-bar, .own, .tabs, .writer, .keypad") === null) {
        control.scrollIntoView({ block: "nearest", inline: "nearest" });
      }
      const { left, top, right, bottom, width, height } = control.getBoundingClientRect();
      if (left < -1 || top < -1 || right > innerWidth + 1 || bottom > innerHeight + 1)
        problems.push(`${name} is off screen`);
      const isCut = control instanceof HTMLButtonElement && control.scrollWidth > control.clientWidth + 1;
      if (isCut) problems.push(`the words of ${name} are wider than it`);
      if (control.innerText.trim() === "" && !control.title && control.matches("button, a"))
        problems.push(`${name} shows neither a word nor a tooltip`);
      if (width < 24 || height < 24) problems.push(`${name} is ${width} × ${height}`);
      const hit = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
      if (hit === null || !(control.contains(hit) || hit.contains(control))) {
        problems.push(`${name} is covered by ${hit?.outerHTML.slice(0, 60)}`);
      }
    }
    const own = document.querySelector(".self-view")?.getBoundingClientRect();
    for (const other of document.querySelectorAll(
      ".caption .avatar, .caption h2, .caption p, .caption .timer, .other",
    )) {
      const { left, top, right, bottom } = other.getBoundingClientRect();
      const overlaps = own && left < own.right && right > own.left && top < own.bottom && bottom > own.top;
      if (overlaps && isSeen(other) && right > left)
        problems.push(`the own picture overlaps ${other.className || other.tagName}`);
    }
    return problems;
  });
}

/** Controls that the Tab key leaves out, and those that look the same with and without the focus. */
function focusProblems(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const problems: string[] = [];
    const before = document.activeElement;
    const look = (control: Element) =>
      [control, ...control.querySelectorAll(".icon")].map((element) => {
        const { boxShadow, outline, borderColor } = getComputedStyle(element);
        return [boxShadow, outline, borderColor].join();
      });
    for (const control of document.querySelectorAll<HTMLElement>("button, a[href], input, select, summary")) {
      if (!control.checkVisibility({ visibilityProperty: true }) || control.matches(":disabled")) continue;
      const name = control.getAttribute("aria-label") ?? control.innerText.trim();
      if (control.tabIndex < 0) problems.push(`the Tab key leaves out ${name}`);
      control.blur();
      const plain = look(control).join();
      control.focus({ preventScroll: true, focusVisible: true });
      if (look(control).join() === plain) problems.push(`the focus on ${name} cannot be seen`);
      control.blur();
    }
    if (before instanceof HTMLElement) before.focus({ preventScroll: true });
    return problems;
  });
}

/** With the rules of axe-core that judge it: of those, the colours alone differ in the dark. */
const looks = [
  ["light", undefined],
  ["dark", ["color-contrast", "link-in-text-block"]],
] as const;

test("controls stay on screen, uncovered, accessible and with a visible focus, with any name and text of a peer", async () => {
  const problems: string[] = [];
  const watched = new Set<Page>();
  await visitScenes(
    room,
    async (scene, page) => {
      if (!watched.has(page)) {
        page.on("console", (message) => {
          if (message.text().includes("Content Security Policy")) problems.push(message.text());
        });
        watched.add(page);
      }
      for (const size of sizes) {
        await page.setViewportSize(size);
        const found = await layoutProblems(page);
        problems.push(...found.map((problem) => `${scene} at ${size.width}×${size.height}: ${problem}`));
      }
      problems.push(...(await focusProblems(page)).map((problem) => `${scene}: ${problem}`));
      for (const [colorScheme, rules] of looks) {
        await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
        const found = await accessibilityProblems(page, rules);
        problems.push(...found.map((problem) => `${scene} (${colorScheme}): ${problem}`));
      }
    },
    { displayName: "W".repeat(300), text: "w".repeat(600) },
  );
  expect(problems).toEqual([]);
}, 600_000); // a busy machine draws slowly
