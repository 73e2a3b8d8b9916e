// A push service on HTTPS (RFC 8030) with a self-signed certificate. It checks the VAPID token (RFC 8292) by node:crypto and
// opens the content (RFC 8291) by http_ece, which browsers' push services leave to the browser.
import { createECDH, createPublicKey, randomBytes, verify } from "node:crypto";
import { once } from "node:events";
import { Agent, createServer } from "node:https";
import { createRequire } from "node:module";
import { generate } from "selfsigned";
import type { PushAddress } from "../../../../lib/sip/state/push-address.ts";

/** The used part of http_ece, which comes without types. */
const ece: {
  decrypt(
    body: Buffer,
    how: { readonly version: "aes128gcm"; readonly privateKey: object; readonly authSecret: string },
  ): Buffer;
} = createRequire(import.meta.url)("http_ece");

export interface Received {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly path: string;
  /** Of the VAPID token, whose signature is right. */
  readonly claims: Readonly<Record<string, unknown>>;
  /** The opened content; undefined without any. */
  readonly content: string | undefined;
}

export interface PushService {
  readonly origin: string;
  /** In PEM. */
  readonly certificate: string;
  /** Trusts the certificate. */
  readonly agent: Agent;
  readonly received: readonly Received[];
  /** A browser's subscription, as a phone registers it. */
  subscribe(): PushAddress;
  /** The next requests are answered like this, and then 201. */
  answer(...answers: readonly { readonly status: number; readonly headers?: Readonly<Record<string, string>> }[]): void;
  close(): Promise<void>;
}

export async function openPushService(): Promise<PushService> {
  const { private: key, cert } = await generate([{ name: "commonName", value: "localhost" }], {
    extensions: [{ name: "subjectAltName", altNames: [{ type: 2, value: "localhost" }] }],
  });
  const received: Received[] = [];
  const answers: { readonly status: number; readonly headers?: Readonly<Record<string, string>> }[] = [];
  const browsers = new Map<string, { readonly pair: ReturnType<typeof createECDH>; readonly auth: Buffer }>();

  const server = createServer({ key, cert }, (request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => void chunks.push(chunk));
    request.on("end", () => {
      const { headers, url: path = "" } = request;
      const body = Buffer.concat(chunks);
      const browser = browsers.get(path);
      const content =
        body.length === 0 || browser === undefined
          ? undefined
          : ece
              .decrypt(body, {
                version: "aes128gcm",
                privateKey: browser.pair,
                authSecret: browser.auth.toString("base64url"),
              })
              .toString("utf8");
      received.push({ headers, path, claims: claimsIn(headers.authorization ?? ""), content });
      const { status, headers: more = {} } = answers.shift() ?? { status: 201 };
      response.writeHead(status, more).end();
    });
  });
  server.listen(0, "localhost");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new TypeError("the server listens on no port");
  const { port } = address;
  const origin = `https://localhost:${port}`;
  const agent = new Agent({ ca: cert });

  return {
    origin,
    certificate: cert,
    agent,
    received,
    subscribe() {
      const pair = createECDH("prime256v1");
      pair.generateKeys();
      const auth = randomBytes(16);
      const path = `/push/${browsers.size}?token=a%2Fb`;
      browsers.set(path, { pair, auth });
      const param = `${pair.getPublicKey("base64url")}.${auth.toString("base64url")}`;
      return { provider: "webpush", prid: `${origin}${path}`, param };
    },
    answer: (...next) => void answers.push(...next),
    async close() {
      agent.destroy();
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

/** Throws unless the signature of the token is that of the key beside it. */
function claimsIn(authorization: string): Readonly<Record<string, unknown>> {
  const [, token = "", key = ""] = /^vapid t=([^,]+), k=([\w-]+)$/.exec(authorization) ?? [];
  const [head = "", claims = "", signature = ""] = token.split(".");
  const point = Buffer.from(key, "base64url");
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((part) => part.toString("base64url"));
  const publicKey = createPublicKey({ key: { kty: "EC", crv: "P-256", x: x ?? "", y: y ?? "" }, format: "jwk" });
  const isRight = verify(
    "sha256",
    Buffer.from(`${head}.${claims}`),
    { key: publicKey, dsaEncoding: "ieee-p1363" },
    Buffer.from(signature, "base64url"),
  );
  if (!isRight) throw new Error("the VAPID token has a wrong signature");
  return { ...JSON.parse(Buffer.from(claims, "base64url").toString("utf8")), k: key };
}
