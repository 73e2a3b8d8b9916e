// A row with a missing attribute, or one of another type, is never decoded as something else: every attribute of every
// table, one at a time.
import { deflateRawSync } from "node:zlib";
import { describe, expect, test } from "@jest/globals";
import { CorruptRowError } from "../../../lib/errors.ts";
import { toFlowRecord } from "../../../lib/aws/dynamodb/flow.ts";
import { fromRegistration, toRegistration } from "../../../lib/aws/dynamodb/registration.ts";
import { fromContext, toContext } from "../../../lib/aws/dynamodb/response-context.ts";
import { type LongParts, longPartsOf, toLongParts } from "../../../lib/aws/dynamodb/long-parts.ts";
import { toResourceState } from "../../../lib/aws/dynamodb/resource-state.ts";
import { toHttpSession } from "../../../lib/aws/dynamodb/http-session.ts";
import { toSubscriber } from "../../../lib/aws/dynamodb/subscriber.ts";
import { toSubscription } from "../../../lib/aws/dynamodb/subscription.ts";
import { aContext, away, flowRow, fullest, NOW, waitingCall } from "./samples.ts";

/** Parts of the policy of an HTTP callee that may be absent, and names in it that are data. */
const HTTP_OPTIONAL = ["secret", "end", "end.path", "headers", "form", "callers", "limit", "callerLimit", "statuses"];
const HTTP_DATA = ["headers.x-room", "form.session", "statuses.403"];

const tables = [
  {
    name: "Registrations",
    key: "aor",
    decode: toRegistration,
    row: {
      ...fromRegistration({
        aor: "key",
        version: 1,
        bindings: [fullest.binding],
        held: [fullest.held],
        away: [away],
        waiting: [waitingCall],
        watched: ["presence"],
      }),
      expiresAt: NOW,
    },
    optional: [
      "held",
      "waiting",
      "asleep",
      "away",
      "watched",
      "away[0].flow",
      "waiting[0].message",
      "held[0].sentOn",
      "held[0].state",
      "bindings[0].instance",
      "bindings[0].regId",
      "bindings[0].path",
      "bindings[0].wakesItself",
      "bindings[0].connectedAt",
      "bindings[0].replaced",
    ],
    unread: ["expiresAt"],
  },
  {
    name: "Flows",
    key: "flow",
    decode: toFlowRecord,
    row: flowRow("key", fullest.flow),
    optional: ["instance", "lastDigest", "calls", "watched", "idleSince"],
    unread: [],
  },
  {
    name: "Transactions",
    key: "id",
    decode: toContext,
    row: fromContext({ id: "key", ...fullest.context }).row,
    optional: [
      "watched",
      "provisional",
      "provisional.at",
      "final",
      "unheard",
      "unheard.response",
      "cancelReason",
      "turnEndsAt",
      "call",
      "call.contact",
      "call.routes",
      "call.ringingAt",
      "call.ended",
    ],
    unread: ["pending"],
  },
  {
    name: "Transactions",
    key: "id",
    decode: toLong,
    row: { id: "key", long: longPartsOf(aContext("key", fullest.context)) },
    optional: [
      "long.waiting[0].end.aor",
      "long.waiting[0].end.instance",
      "long.waiting[0].routes",
      "long.waiting[0].dialed",
      "long.forwarding",
      "long.forwarding.busy",
      "long.forwarding.noAnswer",
      "long.forwarding.unreachable",
      "long.message",
      "long.answerBy",
      "long.startedAt",
      "long.turnSeconds",
      "long.forwardedAfter",
      "long.caller.aor",
      "long.caller.instance",
      "long.branches[0].target.aor",
      "long.branches[0].target.instance",
      "long.branches[0].routes",
      "long.branches[0].dialed",
      "long.branches[0].rungAt",
    ],
    unread: ["long"],
  },
  {
    name: "Subscribers",
    key: "aor",
    decode: toSubscriber,
    row: { aor: "key", ...fullest.subscriber },
    optional: [
      "ha1",
      "ha1.MD5",
      "ha1.SHA-256",
      "ha1.SHA-512-256",
      "ha1b",
      "ha1b.MD5",
      "ha1b.SHA-256",
      "ha1b.SHA-512-256",
      "aliasOf",
      "group",
      "routing",
      "forwarding",
      "forwarding.always",
      "forwarding.busy",
      "forwarding.noAnswer",
      "forwarding.unreachable",
      "forwarding.closed",
      "groupOrder",
      "groupSeconds",
      "groupWeights",
      "groupWeights.sip:z@example.com",
      "alsoRing",
      "maxDevices",
      "hours",
      "ringSeconds",
      "busyInCall",
      "doNotDisturb",
      "blocked",
      "watchers",
      "contacts",
      "http",
      ...[...HTTP_OPTIONAL, ...HTTP_DATA].map((name) => `http.${name}`),
    ],
    unread: [],
  },
  {
    name: "Events",
    key: "resource",
    decode: toSubscription,
    row: { resource: "key", version: 1, ...fullest.subscription },
    optional: ["watcher.aor", "watcher.instance", "routes", "eventId", "isNew", "unansweredSince", "lostAt", "list"],
    unread: [],
  },
  {
    name: "Events",
    key: "resource",
    decode: toResourceState,
    row: { resource: "key", version: 1, ...fullest.resourceState },
    optional: [
      "isRegistered",
      "isWithdrawn",
      "unreported",
      "pacedUntil",
      "heldUntil",
      "calls",
      "calls[0].callId",
      "calls[0].localTag",
      "calls[0].remoteTag",
      "calls[0].remoteUser",
      "calls[0].remoteTarget",
      "calls[0].localTarget",
      "contacts",
      "contacts[0].instance",
      "contacts[0].regId",
      "contacts[0].temporaryGruu",
      "contacts[0].gruuCseq",
      "listed",
      "listed[0].ended",
      "members",
      "members[0].at",
      "members[0].isFull",
      "joinedUntil",
      "timerAt",
      "timerLinks",
      "watchers",
      "fullSince",
      "publications[0].isDormant",
    ],
    unread: [],
  },
  {
    name: "Transactions",
    key: "id",
    decode: toHttpSession,
    row: { id: "key", ...fullest.httpSession, answer: deflateRawSync(fullest.httpSession.answer) },
    optional: [
      "url",
      "answer",
      "answeredAt",
      "isAcked",
      "offer",
      "ice",
      "endedAt",
      "toldAt",
      ...[...HTTP_OPTIONAL, ...HTTP_DATA].map((name) => `callee.${name}`),
    ],
    unread: ["answer"],
  },
];

/** As the attribute holds them: JSON has no bytes. */
function toLong(row: Readonly<Record<string, unknown>>): { readonly long: LongParts } {
  const text = JSON.stringify(row["long"], (_name, value: unknown) => (value instanceof Uint8Array ? [[]] : value));
  return { long: toLongParts({ id: "key", long: deflateRawSync(text) }) };
}

type Json = unknown;
type Place = readonly (string | number)[];

describe.each(tables)("A row of $name", ({ name, key, decode, row, optional, unread }) => {
  const places = placesIn(row).filter((place) => place[0] !== key && !unread.some((path) => path === spelled(place)));
  const named = places.filter((place) => typeof place.at(-1) === "string");
  const isOptional = (place: Place) => optional.some((path) => path === spelled(place));

  test("is read back as it was written", () => {
    expect(() => decode(row)).not.toThrow();
  });

  test.each(named.filter((place) => !isOptional(place)).map((place) => [spelled(place), place] as const))(
    "without %s is corrupt",
    (path, place) => {
      expect(failureOf(() => decode(changed(row, place, () => undefined)))).toContain(`${name} "key": ${path} is not `);
    },
  );

  test.each(named.filter(isOptional).map((place) => [spelled(place), place] as const))(
    "without %s is read, with an empty value",
    (_path, place) => {
      const decoded = decode(changed(row, place, () => undefined));
      expect([[], {}]).toContainEqual(at(decoded, place) ?? []);
    },
  );

  test.each(places.map((place) => [spelled(place), place] as const))(
    "with %s of another type is corrupt",
    (path, place) => {
      // An element is named by its list.
      const attribute = path.replace(/\[\d+\]$/, "");
      for (const wrong of [mistaken(at(row, place)), new Uint8Array([255]), null]) {
        expect(failureOf(() => decode(changed(row, place, () => wrong)))).toContain(
          `${name} "key": ${attribute} is not `,
        );
      }
    },
  );
});

describe("A word outside its list is corrupt:", () => {
  test.each<[string, Place]>([
    ["state", ["state"]],
    ["branches", ["branches", 0]],
  ])("%s", (path, place) => {
    const row = changed(fromContext({ id: "key", ...fullest.context }).row, place, () => "sleeping");
    expect(failureOf(() => toContext(row))).toContain(`Transactions "key": ${path} is not `);
  });

  test("long.forwarding.routing", () => {
    const long = longPartsOf(aContext("key", fullest.context));
    const row = changed({ long }, ["long", "forwarding", "routing"], () => "sleeping");
    expect(failureOf(() => toLong(row))).toContain('Transactions "key": long.forwarding.routing is not ');
  });
});

/** Every attribute and element, at any depth. */
function placesIn(value: Json, at: Place = []): Place[] {
  if (typeof value !== "object" || value === null || value instanceof Uint8Array || value instanceof Set) return [];
  const names = Array.isArray(value) ? value.map((_element, index) => index) : Object.keys(value);
  const places: Place[] = [];
  for (const name of names) {
    const place = [...at, name];
    places.push(place, ...placesIn(Reflect.get(value, name), place));
  }
  return places;
}

/** `branches[0].target.flow` */
function spelled(place: Place): string {
  return place
    .map((name) => (typeof name === "number" ? `[${name}]` : `.${name}`))
    .join("")
    .slice(1);
}

function at(value: Json, place: Place): Json {
  return place.reduce<Json>((inside, name) => Reflect.get(Object(inside), name), value);
}

/** A copy in which the value at one place is replaced; undefined removes the attribute. */
function changed(row: object, place: Place, change: () => Json): Record<string, unknown> {
  const sets = Object.entries(row).filter(([, value]) => value instanceof Set);
  const copy: Record<string, unknown> = { ...structuredClone({ ...row }), ...Object.fromEntries(sets) };
  const [last, parent] = [place.at(-1) ?? "", Object(at(copy, place.slice(0, -1)))];
  const value = change();
  if (value === undefined) Reflect.deleteProperty(parent, last);
  else Reflect.set(parent, last, value);
  return copy;
}

function mistaken(value: Json): Json {
  if (typeof value === "string") return 7;
  if (Array.isArray(value)) return {};
  return typeof value === "object" ? [] : "7";
}

function failureOf(decode: () => unknown): string {
  try {
    decode();
  } catch (error) {
    if (error instanceof CorruptRowError) return error.message;
    throw error;
  }
  return "read without complaint";
}
