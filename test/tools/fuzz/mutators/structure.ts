// Changes of an attacker who knows SIP and poses as another user: still well formed, but false.
import {
  joinParts,
  mapHeader,
  mapStart,
  nameOf,
  partsOf,
  withBody,
  withList,
  withUri,
} from "../../conformance/faults/edit.ts";
import type { Random } from "../../simulation/core/random.ts";
import { callable, DOMAIN } from "../domain.ts";
import { type Mutator, oneOf, type Pool } from "./mutator.ts";

const METHODS =
  "INVITE ACK BYE CANCEL REGISTER OPTIONS MESSAGE INFO REFER NOTIFY SUBSCRIBE PUBLISH UPDATE PRACK FOO".split(" ");
const STATUSES = [100, 180, 183, 199, 200, 202, 299, 300, 302, 401, 404, 407, 408, 480, 486, 487, 503, 600, 603, 699];

const otherMethod: Mutator = (text, random) =>
  mapStart(text, (start) => start.replace(/^[A-Z]+ /, `${oneOf(random, METHODS)} `));

const otherCSeqMethod: Mutator = (text, random) =>
  mapHeader(text, "cseq", (value) => value.replace(/\S+$/, oneOf(random, METHODS)));

const bothMethods: Mutator = (text, random) => {
  const method = oneOf(random, METHODS);
  const renamed = mapStart(text, (start) => start.replace(/^[A-Z]+ /, `${method} `));
  return mapHeader(renamed, "cseq", (value) => value.replace(/\S+$/, method));
};

const otherStatus: Mutator = (text, random) =>
  mapStart(text, (start) => start.replace(/^(SIP\/2\.0) \d+/, `$1 ${oneOf(random, STATUSES.map(String))}`));

const TAG = /;tag=[^;>\s]*/;
const BRANCH = /;branch=[^;>,\s]*/;
const TOKEN = /sip:[\w-]{40,}@|;(?:dialog|hop)=[\w-]{20,}|z9hG4bK[\w.-]{20,}/;

/** Replaces the match of a pattern by its match in another sender's message. */
function exchange(pattern: RegExp): Mutator {
  return (text, random, pool) => {
    const everywhere = new RegExp(pattern.source, "g");
    const others = pool.heard(random).match(everywhere) ?? [];
    const own = text.match(everywhere) ?? [];
    const which = oneOf(random, own);
    const other = oneOf(random, others);
    return which === "" || other === "" ? text : text.replace(which, other);
  };
}

const swappedTags: Mutator = (text) => {
  const tags = text.match(new RegExp(TAG.source, "g")) ?? [];
  const [first, second] = tags;
  if (first === undefined || second === undefined) return text;
  let turn = 0;
  return text.replace(new RegExp(TAG.source, "g"), () => ((turn += 1) % 2 === 1 ? second : first));
};

const toggledToTag: Mutator = (text, random) =>
  mapHeader(text, "to", (value) =>
    TAG.test(value) ? value.replace(TAG, "") : `${value};tag=${oneOf(random, ["x", ""])}`,
  );

const turnedRound: Mutator = (text) => {
  const { start, lines, body } = partsOf(text);
  const turned = lines.map((line) => {
    const name = nameOf(line);
    if (name === "from") return line.replace(/^[^:]*/, "To");
    return name === "to" ? line.replace(/^[^:]*/, "From") : line;
  });
  return joinParts({ start, lines: turned, body });
};

/** Identities, addresses and ids of other senders. */
const otherUser: Mutator = (text, random) => {
  const named = /sip:([\w-]{1,20})@example\.com/g;
  const found = [...text.matchAll(named)];
  const one = found[random.between(0, found.length - 1)];
  if (one === undefined) return text;
  return `${text.slice(0, one.index)}sip:${oneOf(random, callable)}@${DOMAIN}${text.slice(one.index + one[0].length)}`;
};

const otherTarget: Mutator = (text, random, pool) => {
  const others = pool.heard(random).match(/sip:[^>\s;]+(?:;gr=[^>\s]+)?/g) ?? [];
  return withUri(text, oneOf(random, [...others, `sip:${oneOf(random, callable)}@${DOMAIN}`]));
};

function takeField(name: string): Mutator {
  return (text, random, pool) => {
    const line = partsOf(pool.heard(random)).lines.find((other) => nameOf(other) === name);
    if (line === undefined) return text;
    const parts = partsOf(text);
    const lines = parts.lines.filter((other) => nameOf(other) !== name);
    return joinParts({ ...parts, lines: [line, ...lines] });
  };
}

/** Via elements of a response or request: one less, one more, in another order. */
const bentVias: Mutator = (text, random, pool) =>
  withList(text, "via", (vias) => {
    const foreign = viasIn(pool, random);
    return (
      [vias.slice(1), vias.toReversed(), [...foreign, ...vias], [...vias, ...foreign], foreign][random.between(0, 4)] ??
      vias
    );
  });

function viasIn(pool: Pool, random: Random): readonly string[] {
  const { lines } = partsOf(pool.heard(random));
  return lines.filter((line) => nameOf(line) === "via").map((line) => line.slice(line.indexOf(":") + 1).trim());
}

/** One letter of a token that this server sealed or signed. */
const bentToken: Mutator = (text, random) => {
  const token = TOKEN.exec(text);
  if (token === null) return text;
  const at = token.index + random.between(0, token[0].length - 2);
  return text.slice(0, at) + oneOf(random, ["A", "b", "-", "_", ""]) + text.slice(at + 1);
};

const bentLength: Mutator = (text, random) =>
  mapHeader(text, "content-length", (value) => String(Number(value) + random.between(-3, 3)));

const otherDocument: Mutator = (text, random) =>
  withBody(
    text,
    oneOf(random, [
      "",
      "v=0\r\n",
      "v=0\r\nm=audio 99999999999 RTP/AVP \0\r\n",
      "--b\r\n\r\n--b",
      "\u{1f600}\u2028",
      "<x/>",
    ]),
  );

const longDocument: Mutator = (text, random) => withBody(text, "x".repeat(random.chance(0.5) ? 5000 : 120_000));

export const structureMutators: readonly Mutator[] = [
  otherMethod,
  otherCSeqMethod,
  bothMethods,
  bothMethods,
  otherStatus,
  otherStatus,
  exchange(TAG),
  exchange(BRANCH),
  exchange(TOKEN),
  exchange(TOKEN),
  swappedTags,
  toggledToTag,
  toggledToTag,
  turnedRound,
  otherUser,
  otherUser,
  otherTarget,
  takeField("call-id"),
  takeField("route"),
  takeField("record-route"),
  takeField("contact"),
  takeField("authorization"),
  takeField("from"),
  bentVias,
  bentVias,
  bentToken,
  bentLength,
  otherDocument,
  longDocument,
];
