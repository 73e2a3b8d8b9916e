// A Chromium that makes calls without a user: its microphone and camera are synthetic, and it asks for no permission.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type Browser, chromium } from "playwright-core";

const root = fileURLToPath(new URL("../../..", import.meta.url));

/** `CHROME_PATH`, the Chromium of an npm package where it has one for this machine, or an installed one. */
export async function launchChromium(): Promise<Browser> {
  const { executablePath, env } = await findChromium();
  return chromium.launch({
    executablePath,
    env: { ...process.env, ...env },
    args: [
      "--headless=new",
      "--no-sandbox",
      "--use-fake-device-for-media-stream=device-count=3,fps=5", // each picture costs an encoder
      "--use-fake-ui-for-media-stream",
      "--audio-buffer-size=4096", // sound is mixed less often
      "--enable-blink-features=ComputedAccessibilityInfo", // names of controls
      "--disable-gpu", // it would be emulated
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--no-first-run",
    ],
  });
}

interface Executable {
  readonly executablePath: string;
  readonly env?: Readonly<Record<string, string>>;
}

async function findChromium(): Promise<Executable> {
  const chosen = process.env["CHROME_PATH"];
  if (chosen !== undefined) return { executablePath: chosen };
  if (process.platform === "linux" && process.arch === "x64") return unpackedChromium();
  const installed = usualPlaces.find((path) => existsSync(path));
  if (installed !== undefined) return { executablePath: installed };
  throw new Error("No Chrome was found: install one, or set CHROME_PATH to its executable.");
}

const usualPlaces = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  `${process.env["PROGRAMFILES"]}\\Google\\Chrome\\Application\\chrome.exe`,
  `${process.env["PROGRAMFILES(X86)"]}\\Google\\Chrome\\Application\\chrome.exe`,
  "/usr/bin/google-chrome-stable",
  "/usr/bin/google-chrome",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
];

/**
 * Unpacks the binary once per version, with the libraries and fonts that a minimal machine lacks. The package unpacks
 * into the folder for temporary files, without protection against a second run at the same time; so it gets a folder of
 * its own, and the finished folder is moved to its place in one step.
 */
async function unpackedChromium(): Promise<Executable> {
  const manifest: { version: string } = JSON.parse(
    await readFile(join(root, "node_modules/@sparticuz/chromium/package.json"), "utf8"),
  );
  const cache = join(root, "node_modules", ".cache");
  const home = join(cache, `chromium-${manifest.version}`);
  if (!existsSync(home)) {
    await mkdir(cache, { recursive: true });
    const draft = await mkdtemp(join(cache, "unpacking-"));
    const env = { PATH: process.env["PATH"], TMPDIR: draft, AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x" }; // with its libraries
    await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", UNPACK], { cwd: root, env });
    try {
      await rename(draft, home);
    } catch (error) {
      if (!existsSync(home)) throw error;
      await rm(draft, { recursive: true }); // another run was first
    }
  }
  return {
    executablePath: join(home, "chromium"),
    env: {
      LD_LIBRARY_PATH: join(home, "al2023", "lib"),
      ...(!existsSync("/etc/fonts") && { FONTCONFIG_PATH: join(home, "fonts") }),
    },
  };
}

const UNPACK = 'await (await import("@sparticuz/chromium")).default.executablePath()';
