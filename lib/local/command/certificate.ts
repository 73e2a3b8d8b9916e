// A certificate for this machine, made on the fly: browsers give microphone and camera only to https pages, except on
// localhost, and a phone in the same network is not localhost.
import { X509Certificate } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { hostname, networkInterfaces } from "node:os";
import { join } from "node:path";
import { generate, type SubjectAltNameEntry } from "selfsigned";

/** In PEM. */
export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

/** Addresses of this machine in its networks. */
export function ownAddresses(): readonly string[] {
  const all = Object.values(networkInterfaces()).flatMap((addresses = []) => addresses);
  return all.filter(({ internal, family }) => !internal && family === "IPv4").map(({ address }) => address);
}

/** @param folder keeps the certificate between runs, so that a phone that has accepted it need not do so again */
export async function certificateFor(addresses: readonly string[], folder?: string): Promise<Certificate> {
  const files = folder === undefined ? undefined : { key: join(folder, "key.pem"), cert: join(folder, "cert.pem") };
  if (files !== undefined && existsSync(files.key) && existsSync(files.cert)) {
    const kept = { key: readFileSync(files.key, "utf8"), cert: readFileSync(files.cert, "utf8") };
    if (isGoodFor(kept, addresses)) return kept;
  }
  const made = await create(addresses);
  if (files !== undefined && folder !== undefined) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(files.key, made.key, { mode: 0o600 });
    writeFileSync(files.cert, made.cert);
  }
  return made;
}

function isGoodFor({ cert }: Certificate, addresses: readonly string[]): boolean {
  const certificate = new X509Certificate(cert);
  const lasts = Date.parse(certificate.validTo) > Date.now() + DAY_MS;
  return lasts && addresses.every((address) => certificate.checkIP(address) !== undefined);
}

async function create(addresses: readonly string[]): Promise<Certificate> {
  const altNames: SubjectAltNameEntry[] = [
    ...["localhost", hostname()].map((value) => ({ type: 2 as const, value })),
    ...["127.0.0.1", ...addresses].map((ip) => ({ type: 7 as const, ip })),
  ];
  const { private: key, cert } = await generate([{ name: "commonName", value: "sip-serverless on this machine" }], {
    keyType: "ec",
    notAfterDate: new Date(Date.now() + 300 * DAY_MS), // browsers refuse more than 398 days
    extensions: [
      { name: "basicConstraints", cA: false },
      { name: "keyUsage", digitalSignature: true },
      { name: "extKeyUsage", serverAuth: true },
      { name: "subjectAltName", altNames },
    ],
  });
  return { key, cert };
}

const DAY_MS = 86_400_000;
