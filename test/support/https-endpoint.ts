// An HTTP media endpoint (RFC 9725) on this machine, with a certificate of its own and without media: it answers every offer.
import type { IncomingHttpHeaders } from "node:http";
import { createServer } from "node:https";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { certificateFor } from "../../lib/local/command/certificate.ts";
import { temporaryFolder } from "../../lib/local/temporary-folder.ts";
import { ANSWER } from "./phone/http-endpoint.ts";

export interface EndpointRequest {
  /** `POST /whip` */
  readonly title: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface EndpointReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface HttpsEndpoint {
  /** `localhost:8443` */
  readonly host: string;
  /** File with its certificate. */
  readonly certificates: string;
  readonly requests: EndpointRequest[];
  /** The reply to the next requests; the usual one if it returns undefined. */
  reply: (request: EndpointRequest) => EndpointReply | undefined;
  close(): Promise<void>;
}

export async function startHttpsEndpoint(): Promise<HttpsEndpoint> {
  const tls = await certificateFor([]);
  const certificates = join(temporaryFolder(), "endpoint.pem");
  writeFileSync(certificates, tls.cert);
  let count = 0;

  function usual({ title }: EndpointRequest): EndpointReply {
    if (!title.startsWith("POST ")) return { status: 200 };
    const headers = { "Content-Type": "application/sdp", Location: `/session/${(count += 1)}` };
    return { status: 201, headers, body: ANSWER };
  }

  const server = createServer(tls, (incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", () => {
      const { method, url, headers } = incoming;
      const request = { title: `${method} ${url}`, headers, body: Buffer.concat(chunks).toString() };
      endpoint.requests.push(request);
      const { status, headers: fields, body } = endpoint.reply(request) ?? usual(request);
      response.writeHead(status, fields).end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const endpoint: HttpsEndpoint = {
    host: `localhost:${typeof address === "object" && address !== null ? address.port : 0}`,
    certificates,
    requests: [],
    reply: () => undefined,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return endpoint;
}
