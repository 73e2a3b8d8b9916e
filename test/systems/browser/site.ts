// The pages that the browser loads: the phone page, and bare pages with a single script.
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import type { RequestListener } from "node:http";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { type PageFile, pageFiles } from "../../../lib/phone/page-files.ts";
import type { PhoneConfig } from "../../../lib/phone/phone-config.ts";
import { createPhone } from "../../../lib/phone/serve.ts";

export type BarePage = (typeof barePages)[number];

const barePages = ["jssip", "sipjs", "jssip-device", "sipjs-device"] as const;
const pages = fileURLToPath(new URL("pages/", import.meta.url));
const example = fileURLToPath(new URL("../../../examples/web/", import.meta.url));

/** Scripts by their paths. Each is bundled when it is first asked for: a test needs one or two of them. */
const sources = new Map([
  ...barePages.map((name): [string, string] => [`/${name}.js`, `${pages}${name}.ts`]),
  ["/web/app.js", `${example}app.ts`],
]);

/** Of every script: they do not change while a browser of a test runs. */
const TAG = '"script"';

/** The phone page at `/`, the README's clients at `/jssip` and `/sipjs`, the tests' devices beside them, `examples/web`. */
export async function createSite(options: PhoneConfig): Promise<RequestListener> {
  const phone = createPhone(options, sharedPageFiles);
  const examplePage = await readFile(`${example}index.html`);
  const scripts = new Map<string, Promise<Uint8Array>>();

  return (request, response) => {
    const path = (request.url ?? "/").split("?", 1)[0] ?? "/";
    const send = (type: string, body: string | Uint8Array) =>
      response.writeHead(200, { "Content-Type": type }).end(body);
    const source = sources.get(path);
    if (source !== undefined) {
      const headers = { "Cache-Control": "no-cache", ETag: TAG }; // a browser compiles what it keeps only once
      if (request.headers["if-none-match"] === TAG) {
        response.writeHead(304, headers).end();
        return;
      }
      const script = scripts.get(path) ?? sharedBundle(source);
      scripts.set(path, script);
      script.then(
        (contents) => response.writeHead(200, { ...headers, "Content-Type": "text/javascript" }).end(contents),
        (error: Error) => response.destroy(error),
      );
    } else if (sources.has(`${path}.js`)) {
      send("text/html", `<!doctype html><title>Client</title><body><script type="module" src="${path}.js"></script>`);
    } else if (path === "/web/") {
      send("text/html", examplePage);
    } else {
      phone(request, response);
    }
  };
}

/** Bundled once in a run of jest: its files share them in the folder of the run. */
function sharedPageFiles(): readonly PageFile[] {
  const shared = read("phone-page.json");
  if (shared !== undefined) return JSON.parse(shared.toString());
  const files = pageFiles().map(({ name, type, body }) => ({ name, type, body: Buffer.from(body).toString() }));
  share("phone-page.json", JSON.stringify(files));
  return files;
}

async function sharedBundle(source: string): Promise<Uint8Array> {
  const name = `${basename(source)}.js`;
  const shared = read(name);
  if (shared !== undefined) return shared;
  const script = await bundle(source);
  share(name, script);
  return script;
}

const folder = process.env["TEST_RUN"] && join(process.env["TEST_RUN"], "site");

function read(name: string): Buffer | undefined {
  return folder !== undefined && existsSync(join(folder, name)) ? readFileSync(join(folder, name)) : undefined;
}

/** Whole at once, because another worker may read it. */
function share(name: string, contents: string | Uint8Array): void {
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  const draft = join(folder, `${process.pid}-${name}`);
  writeFileSync(draft, contents);
  renameSync(draft, join(folder, name));
}

async function bundle(source: string): Promise<Uint8Array> {
  const { outputFiles } = await build({
    entryPoints: [source],
    bundle: true,
    write: false,
    format: "esm",
    target: "es2022",
    logLevel: "error",
  });
  const [file] = outputFiles;
  if (file === undefined) throw new Error(`esbuild made nothing of ${source}`);
  return file.contents;
}
