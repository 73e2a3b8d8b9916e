// Pictures of the phone page and the live page for the docs: every state at several sizes, light and dark, on one sheet each,
// and the one of the README. `npm run screenshots` writes docs/images; `npm run screenshots -- folder scene …` some of them
// to another folder.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { RequestListener } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { findDeployment } from "../../../lib/cli/find-deployment.ts";
import { liveSource } from "../../../lib/cli/live.ts";
import { createLivePage } from "../../../lib/live-page/serve.ts";
import type { LocalCloud } from "../../../lib/local/local-cloud.ts";
import { synthesize } from "../../../lib/local/synthesize.ts";
import { createLocalService, LIVE_PATH, OPERATIONS_PATH } from "../../../lib/operations/local-service.ts";
import { startCloudService } from "../../systems/browser/cloud-service.ts";
import { openRoom, type Room } from "../../systems/browser/room.ts";
import { visitScenes } from "../../systems/browser/scenes.ts";
import { createSite } from "../../systems/browser/site.ts";
import { showPortraits } from "./portraits.ts";

const subscribers = ["alice", "bob", "carol"].map((user) => ({ user, password: user }));
const [folder = "docs/images", ...wanted] = process.argv.slice(2);
const names =
  wanted.length > 0
    ? wanted
    : [
        "sign-in",
        "error",
        "dialer",
        "contacts",
        "ringing",
        "incoming",
        "voice",
        "video",
        "keypad",
        "transfer",
        "conversation",
        "settings",
        "live",
      ];
const sizes = [
  [1280, 800],
  [1920, 1080],
  [390, 844],
  [320, 568],
  [844, 390],
] as const;

const assembly = mkdtempSync(join(tmpdir(), "sip-screenshots-"));
try {
  await synthesize({
    outdir: assembly,
    context: { domain: "example.com", origins: "http://127.0.0.1:*,http://localhost:*" },
  });
  mkdirSync(folder, { recursive: true });
  const phone = await createSite({ ws: "/sip", domain: "example.com", subscribers });
  let started: LocalCloud | undefined;
  const operations = createLocalService(() => started);
  const live = createLivePage(LIVE_PATH, async () => liveSource(await findDeployment({ local: started?.http ?? "" })));
  const page: RequestListener = (request, response) => {
    const { url = "/" } = request;
    const isOperator = url.startsWith(OPERATIONS_PATH);
    const answer = url.startsWith(LIVE_PATH) ? live : isOperator ? operations.answer : phone;
    answer(request, response);
  };
  const room = await openRoom(startCloudService({ assembly, page, log: operations.tell }));
  started = room.service.cloud;
  for (const context of room.browser.contexts()) await context.addInitScript(showPortraits);
  const sheet = await room.browser.newPage();
  const take = async (name: string, page: Page): Promise<void> => {
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      const pictures: string[] = [];
      for (const [width, height] of sizes) {
        await page.setViewportSize({ width, height });
        await page.waitForTimeout(300); // for a picture of this size
        const png = await page.screenshot({ type: "png" });
        pictures.push(png.toString("base64"));
      }
      writeFileSync(join(folder, `${name}-${colorScheme}.jpg`), await onOneSheet(sheet, pictures, colorScheme));
      if (name === "phone-video" && colorScheme === "light") {
        const [wide = "", , tall = ""] = pictures;
        writeFileSync(join(folder, "phone.jpg"), await forReadme(sheet, wide, tall));
      }
    }
  };
  await visitScenes(room, async (scene, page) => {
    if (names.includes(scene)) await take(`phone-${scene}`, page);
    if (scene === "video" && names.includes("live")) await take("live", await livePage(room));
  });
  await room.close();
} finally {
  rmSync(assembly, { recursive: true });
}

/** The live page with a ladder, while alice and bob talk. */
async function livePage(room: Room): Promise<Page> {
  const page = await room.browser.newPage();
  await page.goto(`${room.service.http}${LIVE_PATH.slice(1)}`);
  await page.locator("section[aria-label=Calls] tbody button").first().click();
  return page;
}

async function onOneSheet(sheet: Page, pictures: readonly string[], scheme: "light" | "dark"): Promise<Buffer> {
  const images = pictures.map((base64) => `<img src="data:image/png;base64,${base64}">`);
  const [wide, wider, tall, small, low] = images;
  await sheet.setViewportSize({ width: 1840, height: 1000 });
  await sheet.setContent(
    `<style>
      body { margin: 0; padding: 20px; background: ${scheme === "light" ? "#c9cfcb" : "#3a403d"}; display: grid; gap: 20px; width: max-content }
      div { display: flex; gap: 20px; align-items: start } img { border-radius: 12px; display: block }
      .wide { height: 480px } .tall { height: 600px } .small { height: 420px } .low { height: 300px }
    </style>
    <div>${wide?.replace("<img", '<img class="wide"')}${wider?.replace("<img", '<img class="wide"')}</div>
    <div>${tall?.replace("<img", '<img class="tall"')}${small?.replace("<img", '<img class="small"')}${low?.replace("<img", '<img class="low"')}</div>`,
  );
  return sheet.locator("body").screenshot({ type: "jpeg", quality: 72 });
}

/** The same call on a computer and on a mobile phone. */
async function forReadme(sheet: Page, wide: string, tall: string): Promise<Buffer> {
  await sheet.setViewportSize({ width: 1360, height: 800 });
  await sheet.setContent(
    `<style>
      body { margin: 0; padding: 40px; width: 1280px; height: 720px; background: linear-gradient(120deg, #dfe7e3, #c3d2cb); position: relative }
      img { position: absolute; display: block; border-radius: 14px; box-shadow: 0 18px 50px #0005 }
      .wide { left: 40px; top: 40px; width: 1090px } .tall { right: 40px; bottom: 36px; width: 290px; border: 6px solid #14201c; border-radius: 34px }
    </style>
    <img class="wide" src="data:image/png;base64,${wide}"><img class="tall" src="data:image/png;base64,${tall}">`,
  );
  return sheet.locator("body").screenshot({ type: "jpeg", quality: 82 });
}
