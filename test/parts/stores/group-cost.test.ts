// The price of a call to a large group, counted on the rows that DynamoDB would be sent. SECURITY.md states it.
import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { fromContext } from "../../../lib/aws/dynamodb/response-context.ts";
import { toItem } from "../../../lib/aws/client/attribute-values.ts";
import type { Change } from "../../../lib/sip/state/change.ts";
import type { ResponseContext } from "../../../lib/sip/state/response-context.ts";
import { createNetwork, DOMAIN, secretsOf } from "../../support/phone/network.ts";
import { itemSize, WRITE_UNIT } from "./item-size.ts";

/** Dollars per million (SECURITY.md): a message that is received, with its Lambda, log, reads and reply; one that is posted. */
const RECEIVED = 3;
const POSTED = 1;
const WRITTEN = 0.625;

/** Of one sender (`lib/sip/policy/rates.ts`). */
const CALLS_PER_HOUR = 20 * 3600;

test("A group call costs what SECURITY.md says, and each phone adds the same", async () => {
  const [thirty, sixty] = [await refusedBy(30), await refusedBy(60)];
  expect(sixty.units).toBeLessThanOrEqual(2 * thirty.units);

  const messages = 2 * sixty.received + sixty.posted;
  const perCall = (sixty.received * RECEIVED + sixty.posted * POSTED + sixty.units * WRITTEN) / 1e6;
  const [hour, day] = [perCall * CALLS_PER_HOUR, perCall * CALLS_PER_HOUR * 24];
  const row = [
    `${messages} messages in and out and ${sixty.units} write units a call`,
    (Math.round((messages * CALLS_PER_HOUR) / 1e5) * 1e5).toLocaleString("en-US"),
    `$${hour.toFixed(0)}`,
    `$${Math.round(day / 10) * 10}`,
  ];
  const security = readFileSync(new URL("../../../SECURITY.md", import.meta.url), "utf8");
  expect(security).toContain(`${row.join(" | ")} |`);
});

/** Alice calls a group, and each of its phones sends 486. */
async function refusedBy(count: number) {
  let [units, received, posted] = [0, 0, 0];
  const network = createNetwork({}, (ports) => ({
    async commit(changes) {
      for (const change of changes) units += unitsOf(change, network.state.rows.contexts);
      return ports.commit(changes);
    },
    post: (flow, text) => ((posted += 1), ports.post(flow, text)),
  }));
  const members = Array.from({ length: count }, (_, at) => `member${at}`);
  for (const user of members) network.state.addSubscriber({ aor: `sip:${user}@${DOMAIN}`, ha1: secretsOf(user) });
  const team = `sip:team@${DOMAIN}`;
  network.state.addSubscriber({ aor: team, ha1: {}, group: members.map((user) => `sip:${user}@${DOMAIN}`) });
  const alice = await network.online("alice");
  const phones = [];
  for (const user of members) phones.push(await network.online(user));

  [units, received, posted] = [0, 1, 0];
  await alice.request("INVITE", team);
  for (const phone of phones) {
    received += 1;
    await phone.answer(await phone.takeRequest("INVITE"), 486);
  }
  await alice.takeFinal("INVITE");
  return { units, received, posted };
}

function unitsOf(change: Change, contexts: ReadonlyMap<string, ResponseContext>): number {
  if (change.kind === "context") {
    const { row, apart } = fromContext(change.context);
    return unitsIn(row) + (apart === undefined ? 0 : unitsIn(apart));
  }
  const stored = change.kind === "branch" ? contexts.get(change.read.id) : undefined;
  return stored === undefined ? 1 : unitsIn(fromContext(stored).row);
}

function unitsIn(row: object): number {
  return Math.ceil(itemSize(toItem(row)) / WRITE_UNIT);
}
