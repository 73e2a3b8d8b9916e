// The widget of the dashboard: an event asks for the overview of the shown time, for one call, or for its documentation.
import { callsIn } from "../../operations/calls.ts";
import { ladderOf } from "../../operations/ladder/ladder.ts";
import { svgLadder } from "../../operations/ladder/svg.ts";
import { type LogLine, readLine } from "../../operations/line.ts";
import { livePhones } from "../../operations/phones.ts";
import { escaped, overviewHtml } from "../../operations/widget.ts";
import { leanDynamoDb } from "../client/dynamodb.ts";
import { scanTable } from "../client/dynamodb-scan.ts";
import { type LogQuery, queryLog } from "../client/log-query.ts";
import { now } from "../clock.ts";
import { registrationRecord } from "../dynamodb/registration.ts";
import { schema } from "../dynamodb/schema.ts";
import { required, variables } from "../environment.ts";

/** The parts of an event that count. */
export interface WidgetEvent {
  readonly describe?: unknown;
  readonly callId?: unknown;
  readonly widgetContext?: { readonly timeRange?: { readonly start?: unknown; readonly end?: unknown } };
}

export type Widget = (event: WidgetEvent, arn: string) => Promise<string>;

/** A search is billed by the bytes of its time, and a dashboard may show weeks. */
const LONGEST_MILLISECONDS = 3 * 3_600_000;
/** A call is searched this far before the shown time: it may have begun there. */
const CALL_MILLISECONDS = 24 * 3_600_000;

const DESCRIPTION =
  "### Phones and calls\nThe registered phones, and the calls of the last three hours of the shown time. It has no parameters.";

export function createWidget(environment: NodeJS.ProcessEnv): Widget {
  const table = required(environment, schema.registrations.variable);
  const logGroups = required(environment, variables.logGroups).split(",");
  const db = leanDynamoDb();

  async function lines(search: Omit<LogQuery, "logGroups">): Promise<readonly LogLine[]> {
    const found = await queryLog({ logGroups, ...search });
    return found.map(({ at, text }) => readLine(at, text)).filter((line) => line !== undefined);
  }

  async function phones() {
    const found = [];
    for await (const registration of scanTable(db, table)) found.push(registrationRecord.decode(registration));
    return found.flatMap((registration) => livePhones(registration, now()));
  }

  return async ({ describe, callId, widgetContext: { timeRange } = {} }, arn) => {
    if (describe === true) return DESCRIPTION;
    const until = timeIn(timeRange?.end) ?? now() * 1000;
    if (typeof callId === "string") return callHtml(await lines({ from: until - CALL_MILLISECONDS, until, callId }));
    const from = Math.max(timeIn(timeRange?.start) ?? 0, until - LONGEST_MILLISECONDS);
    const [found, registered] = await Promise.all([lines({ from, until }), phones()]);
    return overviewHtml({ calls: callsIn(found), phones: registered, endpoint: arn });
  };
}

function callHtml(lines: readonly LogLine[]): string {
  const ladder = ladderOf(lines);
  return ladder === undefined ? `<p>${escaped("This call has left the log.")}</p>` : svgLadder(ladder);
}

function timeIn(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}
