// One request to an HTTP endpoint over TLS, with bounds on its time and on the length of the answer. Its errors name no URL,
// header or body: those hold tokens and identities.
import { isIP } from "node:net";
import type { OutgoingHttpHeaders } from "node:http";
import { guardedLookup, notPublic } from "./addresses.ts";

export interface EndpointRequest {
  readonly url: URL;
  readonly method: string;
  readonly headers: OutgoingHttpHeaders;
  readonly body: string;
}

export interface EndpointResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Connecting {
  /** The addresses that a connection may go to. */
  readonly isAllowed: (address: string) => boolean;
  /** Certificates to trust beside those of the platform, in PEM. */
  readonly ca?: string;
}

/** Octets of an answer; a longer one is not read to its end. */
const MAX_RESPONSE = 65_536;

/** Rejects with Node's error, with {@link TOO_LONG}, or with the error of the signal. */
export function requestOnce(
  { url, method, headers, body }: EndpointRequest,
  { isAllowed, ca }: Connecting,
  signal: AbortSignal,
): Promise<EndpointResponse> {
  const hostname = url.hostname.replace(/^\[(.*)\]$/, "$1");
  if (isIP(hostname) !== 0 && !isAllowed(hostname)) return Promise.reject(notPublic()); // no name is looked up for it
  const { request } = process.getBuiltinModule("node:https"); // an import would load all of undici
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        method,
        hostname,
        port: url.port,
        path: url.pathname + url.search,
        headers: { ...headers, "content-length": Buffer.byteLength(body) },
        lookup: guardedLookup(isAllowed),
        agent: false,
        signal,
        ...(ca !== undefined && { ca }),
      },
      (incoming) => {
        const chunks: Buffer[] = [];
        let length = 0;
        incoming.on("error", reject);
        incoming.on("data", (chunk: Buffer) => {
          length += chunk.length;
          if (length > MAX_RESPONSE) sent.destroy(new Error("the answer is too long"));
          else chunks.push(chunk);
        });
        incoming.on("end", () =>
          resolve({
            status: incoming.statusCode ?? 0,
            headers: single(incoming.headers),
            body: Buffer.concat(chunks).toString("utf8"),
          }),
        );
      },
    );
    sent.on("error", reject);
    sent.end(body);
  });
}

function single(headers: NodeJS.Dict<string | string[]>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}
