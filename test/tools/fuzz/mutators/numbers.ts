// Numbers that no sane client writes.
import type { Mutator } from "./mutator.ts";
import { oneOf } from "./mutator.ts";

const values: readonly string[] = [
  "0",
  "-1",
  "+1",
  "1",
  "00000000000000000001",
  "255",
  "256",
  "65536",
  "2147483647",
  "2147483648",
  "4294967295",
  "4294967296",
  "9007199254740993",
  "18446744073709551616",
  "9".repeat(400),
  "1e9",
  "0x10",
  "1.5",
  "1,5",
  "NaN",
  "Infinity",
  "",
  " ",
  "٣",
  "1 1",
];

const inflate: Mutator = (text, random) => {
  const numbers = [...text.slice(0, 4000).matchAll(/\d+/g)];
  const number = numbers[random.between(0, numbers.length - 1)];
  if (number === undefined) return text;
  const digits = number[0];
  const near = [Number(digits) + 1, Number(digits) - 1].map(String);
  const value = random.chance(0.3) ? oneOf(random, near) : oneOf(random, values);
  return text.slice(0, number.index) + value + text.slice(number.index + digits.length);
};

/** Fields and parameters with numbers that an element uses. */
const COUNTED =
  /^((?:CSeq|Max-Forwards|Content-Length|l|Expires|Max-Breadth|Min-SE|Session-Expires|RSeq|RAck|Timestamp|Retry-After)[ \t]*:[ \t]*)\d+/gim;

const inflateField: Mutator = (text, random) => {
  const fields = [...text.slice(0, 4000).matchAll(COUNTED)];
  const found = fields[random.between(0, fields.length - 1)];
  if (found === undefined) return inflate(text, random, { heard: () => "", stored: () => "" });
  const [whole, name = ""] = found;
  return text.slice(0, found.index) + name + oneOf(random, values) + text.slice(found.index + whole.length);
};

export const numberMutators: readonly Mutator[] = [inflate, inflateField];
