// The size of an item as DynamoDB bills it (aws: DynamoDB item sizes and formats): names and values in bytes, and the
// overhead of their types.
import type { AttributeValue } from "@aws-sdk/client-dynamodb";

/** Bytes that one write unit pays for. */
export const WRITE_UNIT = 1024;

export type Item = Readonly<Record<string, AttributeValue>>;

/** Bytes. */
export function itemSize(item: Item): number {
  return Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + valueSize(value), 0);
}

/** Overhead of a list or map, and of each of its elements. */
const CONTAINER = 3;
const ELEMENT = 1;

function valueSize(value: AttributeValue): number {
  if (value.S !== undefined) return Buffer.byteLength(value.S);
  if (value.B !== undefined) return value.B.length;
  if (value.N !== undefined) return numberSize(value.N);
  if (value.BOOL !== undefined || value.NULL !== undefined) return 1;
  if (value.L !== undefined) return value.L.reduce((sum, element) => sum + ELEMENT + valueSize(element), CONTAINER);
  if (value.M !== undefined) return CONTAINER + ELEMENT * Object.keys(value.M).length + itemSize(value.M);
  throw new TypeError(`no row of this store has a ${Object.keys(value).join()}`);
}

/** A byte for every two significant digits, and one more. */
function numberSize(number: string): number {
  const significant = number.replace(/^-|\./g, "").replace(/^0+|0+$/g, "");
  return Math.ceil(significant.length / 2) + 1;
}
