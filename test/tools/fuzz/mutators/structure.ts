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
import type { Dice } from "../../simulation/core/dice.ts";
import { callable, DOMAIN } from "../domain.ts";
import { type Mutator, oneOf, type Pool } from "./mutator.ts";

const METHODS =
  "INVITE ACK BYE CANCEL REGISTER OPTIONS MESSAGE INFO REFER NOTIFY SUBSCRIBE PUBLISH UPDATE PRACK FOO".split(" ");
const STATUSES = [100, 180, 183, 199, 200, 202, 299, 300, 302, 401, 404, 407, 408, 480, 486, 487, 503, 600, 603, 699];

const otherMethod: Mutator = (text, dice) =>
  mapStart(text, (start) => start.replace(/^[A-Z]+ /, `${oneOf(dice, METHODS)} `));

const otherCSeqMethod: Mutator = (text, dice) =>
  mapHeader(text, "cseq", (value) => value.replace(/\S+$/, oneOf(dice, METHODS)));

const bothMethods: Mutator = (text, dice) => {
  const method = oneOf(dice, METHODS);
  const renamed = mapStart(text, (start) => start.replace(/^[A-Z]+ /, `${method} `));
  return mapHeader(renamed, "cseq", (value) => value.replace(/\S+$/, method));
};

const otherStatus: Mutator = (text, dice) =>
  mapStart(text, (start) => start.replace(/^(SIP\/2\.0) \d+/, `$1 ${oneOf(dice, STATUSES.map(String))}`));

const TAG = /;tag=[^;>\s]*/;
const BRANCH = /;branch=[^;>,\s]*/;
const TOKEN = /sip:[\w-]{40,}@|;(?:dialog|hop)=[\w-]{20,}|z9hG4bK[\w.-]{20,}/;

/** Replaces the match of a pattern by its match in another sender's message. */
function exchange(pattern: RegExp): Mutator {
  return (text, dice, pool) => {
    const everywhere = new RegExp(pattern.source, "g");
    const others = pool.heard(dice).match(everywhere) ?? [];
    const own = text.match(everywhere) ?? [];
    const which = oneOf(dice, own);
    const other = oneOf(dice, others);
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

const toggledToTag: Mutator = (text, dice) =>
  mapHeader(text, "to", (value) =>
    TAG.test(value) ? value.replace(TAG, "") : `${value};tag=${oneOf(dice, ["x", ""])}`,
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
const otherUser: Mutator = (text, dice) => {
  const named = /sip:([\w-]{1,20})@example\.com/g;
  const found = [...text.matchAll(named)];
  const one = found[dice.between(0, found.length - 1)];
  if (one === undefined) return text;
  return `${text.slice(0, one.index)}sip:${oneOf(dice, callable)}@${DOMAIN}${text.slice(one.index + one[0].length)}`;
};

const otherTarget: Mutator = (text, dice, pool) => {
  const others = pool.heard(dice).match(/sip:[^>\s;]+(?:;gr=[^>\s]+)?/g) ?? [];
  return withUri(text, oneOf(dice, [...others, `sip:${oneOf(dice, callable)}@${DOMAIN}`]));
};

function takeField(name: string): Mutator {
  return (text, dice, pool) => {
    const line = partsOf(pool.heard(dice)).lines.find((other) => nameOf(other) === name);
    if (line === undefined) return text;
    const parts = partsOf(text);
    const lines = parts.lines.filter((other) => nameOf(other) !== name);
    return joinParts({ ...parts, lines: [line, ...lines] });
  };
}

/** Via elements of a response or request: one less, one more, in another order. */
const bentVias: Mutator = (text, dice, pool) =>
  withList(text, "via", (vias) => {
    const foreign = viasIn(pool, dice);
    return (
      [vias.slice(1), vias.toReversed(), [...foreign, ...vias], [...vias, ...foreign], foreign][dice.between(0, 4)] ??
      vias
    );
  });

function viasIn(pool: Pool, dice: Dice): readonly string[] {
  const { lines } = partsOf(pool.heard(dice));
  return lines.filter((line) => nameOf(line) === "via").map((line) => line.slice(line.indexOf(":") + 1).trim());
}

/** One letter of a token that this server sealed or signed. */
const bentToken: Mutator = (text, dice) => {
  const token = TOKEN.exec(text);
  if (token === null) return text;
  const at = token.index + dice.between(0, token[0].length - 2);
  return text.slice(0, at) + oneOf(dice, ["A", "b", "-", "_", ""]) + text.slice(at + 1);
};

const bentLength: Mutator = (text, dice) =>
  mapHeader(text, "content-length", (value) => String(Number(value) + dice.between(-3, 3)));

const otherDocument: Mutator = (text, dice) =>
  withBody(
    text,
    oneOf(dice, [
      "",
      "v=0\r\n",
      "v=0\r\nm=audio 99999999999 RTP/AVP \0\r\n",
      "--b\r\n\r\n--b",
      "\u{1f600}\u2028",
      "<x/>",
    ]),
  );

const longDocument: Mutator = (text, dice) => withBody(text, "x".repeat(dice.chance(0.5) ? 5000 : 120_000));

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
