// Finds the URIs that equal a given one (RFC 3261 §19.1.4) without comparing it with each. Equality is not transitive, since
// a parameter that only one side has is ignored, so a key alone does not do: for each parameter the index knows which URIs
// have it, and with which value. Sets of URIs are bits of a BigInt.
import type { SipUri } from "./uri.ts";
import { comparable } from "./uri-comparison.ts";

export interface UriIndex<T> {
  add(uri: SipUri, entry: T): void;
  /** In the order in which they were added. */
  equalTo(uri: SipUri): readonly T[];
  remove(entry: T): void;
}

/** URIs that agree in everything that must be the same on both sides. */
interface Bucket {
  present: bigint;
  readonly withName: Map<string, bigint>;
  readonly withValue: Map<string, bigint>;
}

export function createUriIndex<T>(): UriIndex<T> {
  const buckets = new Map<string, Bucket>();
  const entries = new Map<bigint, T>();
  const places = new Map<T, { readonly bucket: Bucket; readonly bit: bigint }>();
  let next = 1n;

  return {
    add(uri, entry) {
      const { key, others } = comparable(uri);
      const bucket = buckets.get(key) ?? { present: 0n, withName: new Map(), withValue: new Map() };
      buckets.set(key, bucket);
      const bit = next;
      next <<= 1n;
      bucket.present |= bit;
      for (const [name, value] of others) {
        bucket.withName.set(name, (bucket.withName.get(name) ?? 0n) | bit);
        const pair = pairOf(name, value);
        bucket.withValue.set(pair, (bucket.withValue.get(pair) ?? 0n) | bit);
      }
      entries.set(bit, entry);
      places.set(entry, { bucket, bit });
    },
    equalTo(uri) {
      const { key, others } = comparable(uri);
      const bucket = buckets.get(key);
      if (bucket === undefined) return [];
      let equal = bucket.present;
      for (const [name, value] of others) {
        const different = (bucket.withName.get(name) ?? 0n) & ~(bucket.withValue.get(pairOf(name, value)) ?? 0n);
        equal &= ~different;
      }
      const found: T[] = [];
      for (; equal !== 0n; equal &= equal - 1n) {
        const entry = entries.get(equal & -equal); // the lowest bit
        if (entry !== undefined) found.push(entry);
      }
      return found;
    },
    remove(entry) {
      const place = places.get(entry);
      if (place !== undefined) place.bucket.present &= ~place.bit;
    },
  };
}

/** No name of a parameter contains an equals sign. */
function pairOf(name: string, value: string): string {
  return `${name}=${value}`;
}
