// Pieces that have broken parsers: inserted anywhere, or in place of a word.
import type { Mutator } from "./mutator.ts";
import { oneOf, place } from "./mutator.ts";

const fragments: readonly string[] = [
  "\r\n",
  "\r",
  "\n",
  "\n\r",
  "\r\r\n",
  "\r\n\r\n",
  "\r\n ",
  "\r\n\t",
  "\0",
  "\\\0",
  "\\",
  '"',
  '\\"',
  "<",
  ">",
  "<>",
  ",",
  ",,",
  ";",
  ";;",
  ":",
  " ",
  "\t",
  "=",
  "@",
  "@@",
  "%",
  "%0d%0a",
  "%0d%0aRoute:%20<sip:evil.example>",
  "%00",
  "%25",
  "%c3%28",
  "%e0%80%80",
  "\u2028",
  "\u0085",
  "\x1b[2J\x1b]0;x\x07",
  "\u202e",
  "\ud83d\ude00",
  "é",
  "__proto__",
  "constructor",
  "toString",
  "sip:",
  "sips:bob@example.com",
  "tel:+15551212;phone-context=+1",
  "urn:service:sos",
  "sip:example.com",
  "sip:@example.com",
  "sip:bob@example.com",
  "sip:bob%40evil@example.com",
  "sip:bob@example.com:5060",
  "sip:bob@example.com;lr",
  "sip:bob@example.com?Route=%3Csip:evil%3E&body=x",
  "<sip:example.com;lr>",
  "<sip:example.com>",
  "<sip:evil.example;lr>",
  "<sip:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA@example.com;lr>",
  "sip:tgruu.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA@example.com;gr",
  "[::1]",
  "[::ffff:192.0.2.1]",
  "[",
  ":65535",
  ":65536",
  ":0",
  ";tag=",
  ";tag=x",
  ";lr",
  ";ob",
  ";gr",
  ";gr=x",
  ";branch=",
  ";branch=z9hG4bK",
  ";received=1",
  ";rport",
  ";expires=0",
  ";expires=4294967296",
  ";q=0",
  ";q=1.001",
  ";q=-1",
  ";reg-id=0",
  ";reg-id=2147483648",
  ';+sip.instance="<x>"',
  ';+sip.instance="<urn:uuid:\\"\r\n>"',
  "*",
  "anonymous@anonymous.invalid",
  "SIP/2.0",
  "SIP/3.0",
  "sip/2.0",
  "SIP/2.0/WS a.invalid;branch=z9hG4bKx",
  "SIP / 2.0 / WS a.invalid",
  "A".repeat(300),
  "A".repeat(17_000),
  "a,".repeat(400),
  ";a=b".repeat(300),
  '"'.repeat(99),
  "<".repeat(99),
];

const insert: Mutator = (text, random) => {
  const at = place(text, random);
  return text.slice(0, at) + oneOf(random, fragments) + text.slice(at);
};

const WORD = /[^\s<>;,:=@"]+/g;

const replaceWord: Mutator = (text, random) => {
  const words = [...text.slice(0, 4000).matchAll(WORD)];
  const word = words[random.between(0, words.length - 1)];
  if (word === undefined) return text;
  return text.slice(0, word.index) + oneOf(random, fragments) + text.slice(word.index + word[0].length);
};

/** A word in place of another, from this message or from an earlier one. */
const swapWords: Mutator = (text, random, pool) => {
  const words = [...text.slice(0, 4000).matchAll(WORD)];
  const word = words[random.between(0, words.length - 1)];
  const others = (random.chance(0.5) ? text : pool.heard(random)).slice(0, 4000).match(WORD) ?? [];
  if (word === undefined) return text;
  return text.slice(0, word.index) + oneOf(random, others) + text.slice(word.index + word[0].length);
};

export const fragmentMutators: readonly Mutator[] = [insert, insert, replaceWord, replaceWord, swapWords];
