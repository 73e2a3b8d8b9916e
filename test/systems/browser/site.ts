// The pages that the browser loads: the phone page, and bare pages with a single script.
import type { RequestListener } from "node:http";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { PhoneConfig } from "../../../lib/phone/phone-config.ts";
import { createPhone } from "../../../lib/phone/serve.ts";

export type BarePage = (typeof barePages)[number];

const barePages = ["jssip", "sipjs", "jssip-device", "sipjs-device"] as const;
const pages = fileURLToPath(new URL("pages/", import.meta.url));

/** The phone page at `/`, the README's clients at `/jssip` and `/sipjs`, the tests' devices beside them. */
export async function createSite(options: PhoneConfig): Promise<RequestListener> {
  const phone = createPhone(options);
  const scripts = new Map<string, Uint8Array>();
  for (const name of barePages) scripts.set(`/${name}.js`, await bundle(name));

  return (request, response) => {
    const path = (request.url ?? "/").split("?", 1)[0] ?? "/";
    const script = scripts.get(path);
    if (script !== undefined) {
      response.writeHead(200, { "Content-Type": "text/javascript" }).end(script);
    } else if (scripts.has(`${path}.js`)) {
      response.writeHead(200, { "Content-Type": "text/html" });
      response.end(`<!doctype html><title>Client</title><body><script type="module" src="${path}.js"></script>`);
    } else {
      phone(request, response);
    }
  };
}

async function bundle(name: BarePage): Promise<Uint8Array> {
  const { outputFiles } = await build({
    entryPoints: [`${pages}${name}.ts`],
    bundle: true,
    write: false,
    format: "esm",
    target: "es2022",
    logLevel: "error",
  });
  const [file] = outputFiles;
  if (file === undefined) throw new Error(`esbuild made no ${name}.js`);
  return file.contents;
}
