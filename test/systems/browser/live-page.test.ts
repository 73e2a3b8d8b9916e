import { once } from "node:events";
import { createServer, request, type Server } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Browser, Page } from "playwright-core";
import { createLivePage } from "../../../lib/live-page/serve.ts";
import { type LogLine, readLine } from "../../../lib/operations/line.ts";
import { accessibilityProblems } from "./accessibility.ts";
import { launchChromium } from "./chromium.ts";

// The live page on a log and phones of the test.

/** Lines in the form in which the functions write them. */
function aLine(fields: object): LogLine {
  const line = readLine(Date.now(), JSON.stringify({ level: "INFO", flow: "flow-a=", ...fields }));
  if (line === undefined) throw new Error("not a line");
  return line;
}

const sipOf = (callId: string, from: string, to: string) => ({
  call_id: callId,
  cseq: { code: 1 },
  from: { uri: { original: from } },
  to: { uri: { original: to } },
});

function refusedCall(callId: string, from: string, to: string): LogLine {
  return aLine({
    level: "WARN",
    message: `INVITE ${to}`,
    sip: { method: "INVITE", ...sipOf(callId, from, to) },
    sent: ["480 INVITE > flow-a="],
    reason: "not-registered",
    because: "No phone is registered for the address.",
  });
}

const HOSTILE = `"><img src=x onerror="window.harm=1"><script>window.harm=1</script>${"long".repeat(400)}`;
const lines = [refusedCall("first", "sip:alice@example.com", "sip:carol@example.com")];
const following = new Set<(line: LogLine) => void>();

/** A line that is written while the page is open. */
function write(line: LogLine): void {
  for (const tell of following) tell(line);
}

async function* follow(signal: AbortSignal): AsyncGenerator<LogLine> {
  const waiting: LogLine[] = [];
  let wake = () => {};
  following.add((line) => {
    waiting.push(line);
    wake();
  });
  signal.addEventListener("abort", () => wake());
  while (!signal.aborted) {
    yield* waiting.splice(0);
    await new Promise<void>((resolve) => (wake = resolve));
  }
}

let server: Server;
let root: string;
let port: number;
let browser: Browser;
let page: Page;
const troubles: string[] = [];

beforeAll(async () => {
  const phone = { contact: HOSTILE, flow: "flow-a=", instance: undefined, expiresIn: 500, registeredFor: 40 };
  const source = {
    name: "a deployment of the test",
    log: () => Promise.resolve(lines),
    follow,
    phones: () =>
      Promise.resolve([
        { ...phone, address: "sip:alice@example.com" },
        { ...phone, address: HOSTILE },
      ]),
  };
  server = createServer(createLivePage("/live/", () => Promise.resolve(source))).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  port = typeof address === "object" && address !== null ? address.port : 0;
  root = `http://localhost:${port}/live/`;
  browser = await launchChromium();
  page = await browser.newPage();
  page.on("console", (message) => troubles.push(message.text()));
  page.on("pageerror", (error) => troubles.push(String(error)));
  await page.goto(root);
});
afterAll(async () => {
  await browser.close();
  server.closeAllConnections();
  server.close();
  await once(server, "close");
});

test("shows earlier calls and each new one as it happens, and the registered phones", async () => {
  const cells = page.locator("section[aria-label=Calls] tbody tr");
  await cells.filter({ hasText: "carol@example.com" }).waitFor();
  const sip = sipOf("second", "sip:alice@example.com", "sip:bob@example.com");
  write(aLine({ message: "INVITE", sip: { method: "INVITE", ...sip }, sent: ["INVITE > flow-b="], devices: 1 }));
  const second = cells.filter({ hasText: "bob@example.com" });
  await second.filter({ hasText: "ringing" }).waitFor();
  const answer = { call_id: "second", code: 200, cseq: { code: 1, method: "INVITE" } };
  write(aLine({ message: "200 INVITE", flow: "flow-b=", sip: answer, sent: ["200 INVITE > flow-a="], devices: 1 }));
  await second.filter({ hasText: "in a call" }).waitFor();
  expect(await page.locator("section[aria-label=Phones] tbody tr").first().innerText()).toContain("alice@example.com");
});

test("shows the record and the ladder of the chosen call", async () => {
  await page.getByLabel("Failed calls only").check();
  await page.locator("section[aria-label=Calls] tbody button").click();
  const details = page.getByRole("region", { name: "Call", exact: true });
  const text = await details.innerText();
  expect(text).toContain("alice@example.com to carol@example.com");
  expect(text).toContain("No phone is registered for the address.");
  const messages = details.getByRole("list", { name: "Messages" }).getByRole("listitem");
  expect((await messages.allInnerTexts()).filter((line) => /INVITE/.test(line))).toHaveLength(2);
  await page.getByRole("button", { name: "Close" }).click();
  await page.getByLabel("Failed calls only").uncheck();
});

test("the search finds calls by address and by Call-ID", async () => {
  const rows = page.locator("section[aria-label=Calls] tbody tr");
  for (const text of ["bob@", "second"]) {
    await page.getByLabel("Address or Call-ID").fill(text);
    await rows.filter({ hasText: "carol" }).waitFor({ state: "detached" });
    expect(await rows.count()).toBe(1);
  }
  await page.getByLabel("Address or Call-ID").fill("");
});

test("text of clients is shown as text and changes no layout, in any width", async () => {
  write(refusedCall(`hostile${HOSTILE}`, HOSTILE, HOSTILE));
  const rows = page.locator("section[aria-label=Calls] tbody tr");
  await rows.filter({ hasText: "onerror" }).getByRole("button").click();
  for (const width of [320, 390, 844, 1280, 1920]) {
    await page.setViewportSize({ width, height: 800 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
  }
  expect(await page.evaluate(() => "harm" in window)).toBe(false);
  expect(await page.locator("img, script:not([src])").count()).toBe(0);
  expect(troubles).toEqual([]);
});

test("axe-core finds no fault", async () => {
  expect(await accessibilityProblems(page)).toEqual([]);
});

describe("the page is served", () => {
  const statusOf = (path: string, headers: Readonly<Record<string, string>> = {}) =>
    new Promise<number | undefined>((resolve) => {
      request({ port, path, headers: { Host: `localhost:${port}`, ...headers } }, ({ statusCode }) =>
        resolve(statusCode),
      ).end();
    });

  test("to browsers of this machine, and to no page of another origin or host", async () => {
    expect(await statusOf("/live/")).toBe(200);
    expect(await statusOf("/live")).toBe(308);
    expect(await statusOf("/live/phones", { Origin: `http://localhost:${port}` })).toBe(200);
    expect(await statusOf("/live/phones", { Origin: "https://elsewhere.example.net" })).toBe(403);
    expect(await statusOf("/live/phones", { Host: "rebound.example.net" })).toBe(403);
    expect(await statusOf("/live/other")).toBe(404);
  });
});
