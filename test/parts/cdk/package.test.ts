import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { ReadyNews } from "../../../lib/local/command/ready-file.ts";
import { connectPhone, onlinePhone } from "../../support/phone/socket.ts";
import { type InstalledPackage, installPackage } from "./installed-package.ts";

// The published package works when it is installed: as an ES module and by `require`, from JavaScript and from
// TypeScript, and by its command.

const checkout = new URL("../../../lib/index.ts", import.meta.url).href;
/** Loading the CDK takes seconds of CPU, and the machine may be busy. */
const PATIENCE = 180_000;
let app: InstalledPackage;

beforeAll(async () => {
  app = await installPackage();
}, 240_000);
afterAll(() => app.remove());

describe("the package", () => {
  test("is smaller than 3 MB", () => {
    expect(app.size).toBeLessThan(3_000_000);
  });

  test("holds compiled code and types, no sources and no tests", () => {
    const strange = app.files.filter(
      (path) => !/^(dist\/(esm|cjs|lambdas)\/|[A-Z]+(\.md)?$|package\.json$)/.test(path),
    );
    expect(strange).toEqual([]);
    expect(app.files.filter((path) => /\.test\.|(?<!\.d)\.c?ts$/.test(path.replace(/\.d\.cts$/, "")))).toEqual([]);
  });
});

test(
  "the template is the same from the checkout, by import and by require",
  async () => {
    await app.write({ "synthesize.mjs": synthesizeThreeTimes });
    await app.run(process.execPath, "synthesize.mjs", checkout);
    const template = (name: string) => readFile(join(app.folder, name, "Phones.template.json"), "utf8");
    const expected = await template("checkout");
    expect(expected).toContain("AWS::ApiGatewayV2::Api");
    expect(await template("import")).toBe(expected);
    expect(await template("require")).toBe(expected);
  },
  PATIENCE,
);

const synthesizeThreeTimes = `
import { createRequire } from "node:module";
import { App, Stack } from "aws-cdk-lib";
import { SipSignaling } from "sip-serverless";
import { SipSignaling as FromCheckout } from "${checkout}";

const { SipSignaling: ByRequire } = createRequire(import.meta.url)("sip-serverless");
process.env.CDK_VALIDATION = "false";
for (const [outdir, Construct] of Object.entries({ checkout: FromCheckout, import: SipSignaling, require: ByRequire })) {
  const app = new App({ outdir, analyticsReporting: false });
  new Construct(new Stack(app, "Phones"), "Sip", { domain: "example.com", allowedOrigins: [] });
  app.synth();
}
`;

test(
  "TypeScript finds the types of every entry, in ES modules and in CommonJS",
  async () => {
    const compilerOptions = { module: "nodenext", strict: true, noEmit: true, skipLibCheck: true, types: ["node"] };
    await app.write({
      "app.mts": typedApp,
      "app.cts": typedApp,
      "tsconfig.json": JSON.stringify({ compilerOptions, files: ["app.mts", "app.cts"] }),
    });
    const compiler = fileURLToPath(new URL("../../../node_modules/.bin/tsc", import.meta.url));
    await expect(
      app.run(compiler, "--singleThreaded").catch((error: { stdout?: string }) => error.stdout),
    ).resolves.toBe("");
  },
  PATIENCE,
);

const typedApp = `
import { App, Stack } from "aws-cdk-lib";
import { SipSignaling, type SipSignalingProps } from "sip-serverless";
import { createSubscribers, type RoutingPolicy } from "sip-serverless/subscribers";
import { createTicket } from "sip-serverless/tickets";

const props: SipSignalingProps = { domain: "example.com", maxBindings: 3 };
const sip = new SipSignaling(new Stack(new App(), "Phones"), "Sip", props);
const policy: RoutingPolicy = { group: ["sip:bob@example.com"] };
export const ticket: string = createTicket("secret", "sip:alice@example.com", Date.now() / 1000);
export const done: Promise<void> = createSubscribers({ table: sip.url }).setPolicy("sip:sales@example.com", policy);
// @ts-expect-error a prop that does not exist
new SipSignaling(sip, "Wrong", { domian: "example.com" });
`;

test("tickets and subscribers load nothing of the CDK", async () => {
  const script = `
    const { createTicket } = require("sip-serverless/tickets");
    const { createSubscribers } = require("sip-serverless/subscribers");
    const isCdk = (path) => /aws-cdk-lib|constructs/.test(path);
    console.log(typeof createTicket, typeof createSubscribers, Object.keys(require.cache).filter(isCdk).length);
  `;
  expect(await app.run(process.execPath, "--eval", script)).toBe("function function 0\n");
});

test(
  "npx sip-serverless start serves the phone page to the users of --subscribers and to no others, and ends with npx",
  async () => {
    await app.write({ "people.csv": "dave,secret\nerin,secret\n" });
    const options = ["--port", "0", "--ready-file", "ready.json", "--quiet", "--subscribers", "people.csv"];
    const command = spawn("npx", ["sip-serverless", "start", ...options], { cwd: app.folder, env: app.env });
    const errors: string[] = [];
    command.stderr.on("data", (chunk: Buffer) => errors.push(String(chunk)));
    const ended = once(command, "close");
    try {
      const { phone, ws, domain } = await readyFile(join(app.folder, "ready.json"), command);
      expect(await (await fetch(phone)).text()).toContain("phone.js");
      expect(Number((await fetch(`${phone}phone.js`)).headers.get("content-length"))).toBeGreaterThan(10_000);
      for (const user of ["dave", "erin"]) {
        const online = await onlinePhone(ws, { user, domain, password: "secret" });
        await online.close();
      }
      const alice = await connectPhone(ws, { user: "alice", domain });
      expect((await alice.register()).status).toBe(401);
      await alice.close();
      expect(errors).toEqual([]);
    } finally {
      command.kill("SIGTERM");
      await ended;
    }
    const text = await readFile(join(app.folder, "ready.json"), "utf8").catch(() => undefined);
    expect(text).toBeUndefined(); // removed by the server as it ends
  },
  PATIENCE,
);

/** The file that the server writes once it serves. Rejects if the command ends without it. */
async function readyFile(file: string, command: ChildProcess): Promise<Pick<ReadyNews, "phone" | "ws" | "domain">> {
  while (command.exitCode === null) {
    const text = await readFile(file, "utf8").catch(() => undefined);
    if (text !== undefined) return JSON.parse(text);
    await setTimeout(100);
  }
  throw new Error(`the server ended with ${command.exitCode}`);
}

test("a verb that does not exist is refused with the list of verbs", async () => {
  const command = join(app.folder, "node_modules", ".bin", "sip-serverless");
  await expect(app.run(command, "dance")).rejects.toThrow(/unknown command 'dance'/);
});
