// Serves the phone page. A checkout bundles it when the local cloud starts; the package ships it bundled.
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { fileURLToPath } from "node:url";
import type { PhoneConfig, Subscriber } from "./phone-config.ts";

export interface PhoneOptions {
  /** Where the page connects to: `wss://…`, or the path of the gateway on this page's own server, such as `/sip`. */
  readonly ws: string;
  readonly domain: string;
  /** People the page may sign in as with one click; their passwords are given to whoever opens the page. */
  readonly subscribers?: readonly Subscriber[];
}

interface File {
  readonly type: string;
  readonly body: string | Uint8Array;
}

/** A handler for everything the page needs, at the root of its server; anything else is 404. */
export async function createPhone({
  ws,
  domain,
  subscribers = [],
}: PhoneOptions): Promise<(request: IncomingMessage, response: ServerResponse) => void> {
  const config: PhoneConfig = { ws, domain, subscribers };
  const files: ReadonlyMap<string, File> = new Map([
    ["/", { type: "text/html; charset=utf-8", body: await read("index.html") }],
    ["/style.css", { type: "text/css; charset=utf-8", body: await read("style.css") }],
    ["/icon.svg", { type: "image/svg+xml", body: await read("icon.svg") }],
    ["/phone.js", { type: "text/javascript; charset=utf-8", body: await script() }],
    ["/config.json", { type: "application/json", body: JSON.stringify(config) }],
  ]);
  const headers = {
    "Content-Security-Policy": contentSecurityPolicy(ws),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
  };

  return ({ method, url = "/" }, response) => {
    const file = files.get(url.split("?", 1)[0] ?? url);
    if (file === undefined) {
      response.writeHead(404, { ...headers, "Content-Type": "text/plain" }).end("There is only a phone here: /\n");
    } else if (method !== "GET" && method !== "HEAD") {
      response.writeHead(405, { ...headers, Allow: "GET, HEAD" }).end();
    } else {
      const length = Buffer.byteLength(file.body);
      response.writeHead(200, { ...headers, "Content-Type": file.type, "Content-Length": length });
      response.end(method === "HEAD" ? undefined : file.body);
    }
  };
}

const page = fileURLToPath(new URL("page/", import.meta.url));

function read(name: string): Promise<Buffer> {
  return readFile(`${page}${name}`);
}

async function script(): Promise<Uint8Array> {
  if (existsSync(`${page}phone.js`)) return read("phone.js");
  const { bundlePhone } = await import("./bundle.ts"); // esbuild is not there in the package
  return bundlePhone(page);
}

/** The page runs its own code only and talks to the one WebSocket it is made for. */
function contentSecurityPolicy(ws: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "media-src 'self' blob: mediastream:",
    `connect-src 'self' ${URL.canParse(ws) ? new URL(ws).origin : ""}`.trimEnd(),
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}
