// The worked examples of RFC 7616 §3.9: the RFC's response is right only with the HA1 beside it.
import type { DigestCredentials } from "../../../lib/sip/auth/digest.ts";

export interface DigestExample {
  readonly source: string;
  readonly algorithm: string;
  readonly password: string;
  readonly account: { readonly user: string; readonly password: string; readonly domain: string };
  /** Lower-case hexadecimal; not in the RFC, checked by its response. */
  readonly ha1: string;
  readonly credentials: DigestCredentials;
}

const mufasa = { user: "Mufasa", password: "Circle of Life", domain: "http-auth@example.org" } as const;
const doe = { user: "Jäsøn Doe", password: "Secret, or not?", domain: "api@example.org" } as const;

const mufasaAsks = {
  username: mufasa.user,
  realm: mufasa.domain,
  uri: "/dir/index.html",
  nonce: "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
  protection: { nc: "00000001", cnonce: "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ" },
} as const;

const doeAsks = {
  username: doe.user,
  realm: doe.domain,
  uri: "/doe.json",
  nonce: "5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK",
  protection: { nc: "00000001", cnonce: "NTg6RKcb9boFIAS3KrFK9BGeh+iDa/sm6jUMp2wds69v" },
} as const;

export const digestExamples: readonly DigestExample[] = [
  {
    source: "RFC 7616 §3.9.1",
    algorithm: "MD5",
    password: mufasa.password,
    account: mufasa,
    ha1: "3d78807defe7de2157e2b0b6573a855f",
    credentials: { ...mufasaAsks, algorithm: "MD5", response: "8ca523f5e9506fed4657c9700eebdbec" },
  },
  {
    source: "RFC 7616 §3.9.1",
    algorithm: "SHA-256",
    password: mufasa.password,
    account: mufasa,
    ha1: "7987c64c30e25f1b74be53f966b49b90f2808aa92faf9a00262392d7b4794232",
    credentials: {
      ...mufasaAsks,
      algorithm: "SHA-256",
      response: "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
    },
  },
  {
    // The RFC printed a truncated SHA-512, which is a different function from SHA-512/256.
    source: "RFC 7616 §3.9.2, corrected by erratum 4897",
    algorithm: "SHA-512-256",
    password: doe.password,
    account: doe,
    ha1: "2d3d9f12c9f3d30011259dc5fecee005ae24de40e3e1f61806d03e65f1e6024f",
    credentials: {
      ...doeAsks,
      algorithm: "SHA-512-256",
      response: "3798d4131c277846293534c3edc11bd8a5e4cdcbff78b05db9d95eeb1cec68a5",
    },
  },
];
