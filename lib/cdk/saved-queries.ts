import { type ILogGroup, QueryDefinition, QueryString } from "aws-cdk-lib/aws-logs";
import { Names } from "aws-cdk-lib/core";
import { Construct } from "constructs";

/** Queries of CloudWatch Logs Insights by their names. Fields are those of docs/operations.md. */
export const savedQueries = {
  "Calls by hour": {
    filter: 'sip.method = "INVITE" and ispresent(sip.to.uri.original) and ispresent(devices)',
    stats: "count(*) as calls by bin(1h)",
    sort: "calls desc",
  },
  "Final responses": {
    parse: '@message /"(?<status>[2-6][0-9][0-9]) INVITE > /',
    filter: "ispresent(status) and status not in [401, 407] and (ispresent(devices) or ispresent(reason))",
    stats: "count(*) as calls by status",
    sort: "calls desc",
  },
  "Refused requests": {
    fields: ["@timestamp", "message", "sip.from.uri.original", "reason", "because", "sip.call_id"],
    filter: 'level = "WARN"',
  },
  "Reasons by number": {
    filter: "ispresent(reason)",
    stats: "count(*) as requests by reason",
    sort: "requests desc",
  },
  "Failed logins": {
    filter: 'reason in ["login-failed", "login-locked"]',
    stats: "count(*) as logins, latest(because) as latest by user.name",
    sort: "logins desc",
  },
  "One call": {
    fields: ["@timestamp", "message", "flow", "sent.0", "sent.1", "reason", "because", "ms"],
    filter: 'sip.call_id = "CALL-ID"',
  },
  "Slow messages": {
    filter: "ispresent(ms)",
    stats: "pct(ms, 50) as median, pct(ms, 99) as p99, max(ms) as longest, sum(cold) as coldStarts by message",
    sort: "p99 desc",
  },
  "Calls to AWS by hour": {
    filter: "ispresent(aws.reads) or ispresent(aws.writes) or ispresent(aws.posts)",
    stats:
      "sum(aws.reads) as reads, sum(aws.writes) as writes, sum(aws.timers) as timers, sum(aws.posts) as posts by bin(1h)",
  },
  Errors: {
    fields: ["@timestamp", "message", "error.name", "error.message", "@requestId"],
    filter: 'level = "ERROR"',
  },
} as const satisfies Readonly<Record<string, Query>>;

export type SavedQueryName = keyof typeof savedQueries;

interface Query {
  readonly fields?: readonly string[];
  /** A pattern that makes a field out of the line. */
  readonly parse?: string;
  readonly filter: string;
  readonly stats?: string;
  readonly sort?: string;
}

/** The questions of an operator, saved in the console of CloudWatch. They cost nothing until they are run. */
export class SavedQueries extends Construct {
  readonly queries: readonly QueryDefinition[];

  constructor(scope: Construct, id: string, logGroups: readonly ILogGroup[]) {
    super(scope, id);
    const folder = Names.uniqueResourceName(scope, { maxLength: 100 });
    const entries: readonly (readonly [string, Query])[] = Object.entries(savedQueries);
    this.queries = entries.map(([name, query]) => {
      return new QueryDefinition(this, name.replaceAll(" ", ""), {
        queryDefinitionName: `${folder}/${name}`,
        logGroups: [...logGroups],
        queryString: toQueryString(query),
      });
    });
  }
}

/** The query as CloudWatch Logs Insights reads it. */
export function queryText(name: SavedQueryName): string {
  return toQueryString(savedQueries[name]).toString();
}

function toQueryString({ fields, parse, filter, stats, sort }: Query): QueryString {
  const order = sort ?? (stats === undefined ? "@timestamp desc" : undefined);
  return new QueryString({
    ...(fields && { fields: [...fields] }),
    ...(parse !== undefined && { parseStatements: [parse] }),
    filterStatements: [filter],
    ...(stats !== undefined && { stats }),
    ...(order !== undefined && { sort: order }),
  });
}
