// An AWS account as tools see it: CloudFormation, Lambda, CloudWatch and its logs answer for a local cloud, by the environment
// variables that lead the SDK there. The resources are those of the template that the cloud runs.
import { readdirSync, readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { text as readAll } from "node:stream/consumers";
import type { LocalCloud } from "../../../lib/local/local-cloud.ts";
import { testAssembly } from "../../support/assembly.ts";

export interface StandInAccount {
  /** Functions that can run at the same time; undefined refuses the question. */
  concurrency: number | undefined;
  /** Whether the alarms notify a topic. */
  hasActions: boolean;
  /** Logical ids, or beginnings of them, of the alarms that are on. */
  on: readonly string[];
  /** Queries of the log. */
  readonly queries: string[];
  close(): void;
}

interface Resource {
  readonly Type: string;
}

/** Until it is closed the SDK of this process finds its services there. */
export async function aStandInAccount(cloud: LocalCloud): Promise<StandInAccount> {
  const account: StandInAccount = { concurrency: 1000, hasActions: true, on: [], queries: [], close };
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port }: Partial<AddressInfo> = Object(server.address());
  const { dynamodb, secretsmanager, apigatewaymanagementapi } = cloud.endpoints;
  const here = `http://127.0.0.1:${port}`;
  const before = { ...process.env };
  const { accessKeyId, secretAccessKey } = cloud.credentials;
  Object.assign(process.env, {
    AWS_REGION: cloud.region,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_ENDPOINT_URL: here,
    AWS_ENDPOINT_URL_DYNAMODB: dynamodb,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsmanager,
    AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI: apigatewaymanagementapi,
  });
  const resources = Object.entries(templateIn(testAssembly));

  function close(): void {
    server.close();
    process.env = before;
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readAll(request);
    const target = String(request.headers["x-amz-target"] ?? new URLSearchParams(body).get("Action") ?? request.url);
    const operation = target.split(/[./]/).at(-1) ?? "";
    const known = operations[operation];
    if (known === undefined) throw new Error(`the stand-in has no ${target}`);
    const { status = 200, type, text } = known(body);
    response.writeHead(status, {
      "Content-Type": type,
      "x-amzn-errortype": status === 200 ? "" : "AccessDeniedException",
    });
    response.end(text);
  }

  const operations: Readonly<Record<string, (body: string) => Answer>> = {
    DescribeStacks: () => xml("DescribeStacks", `<Stacks><member>${outputsOf(cloud)}</member></Stacks>`),
    ListStackResources: () =>
      xml(
        "ListStackResources",
        `<StackResourceSummaries>${resources.map(([id, { Type }]) => memberOf(id, Type, cloud)).join("")}</StackResourceSummaries>`,
      ),
    "account-settings": () =>
      account.concurrency === undefined
        ? { status: 403, type: "application/json", text: '{"message":"no"}' }
        : json({ AccountLimit: { ConcurrentExecutions: account.concurrency } }),
    DescribeAlarms: (body) => {
      const { AlarmNames: names }: { AlarmNames: readonly string[] } = JSON.parse(body);
      const MetricAlarms = names.map((AlarmName) => ({
        AlarmName,
        ActionsEnabled: true,
        AlarmActions: account.hasActions ? ["arn:aws:sns:eu-central-1:1:ops"] : [],
        StateValue: account.on.some((id) => AlarmName.includes(id)) ? "ALARM" : "OK",
      }));
      return json({ MetricAlarms });
    },
    StartQuery: (body) => {
      const { queryString }: { queryString: string } = JSON.parse(body);
      account.queries.push(queryString);
      return json({ queryId: String(account.queries.length - 1) });
    },
    GetQueryResults: (body) => {
      const { queryId }: { queryId: string } = JSON.parse(body);
      return json({ status: "Complete", results: linesFor(account.queries[Number(queryId)] ?? "", cloud) });
    },
  };
  return account;
}

interface Answer {
  readonly status?: number;
  readonly type: string;
  readonly text: string;
}

function json(value: object): Answer {
  return { type: "application/x-amz-json-1.1", text: JSON.stringify(value) };
}

function xml(operation: string, result: string): Answer {
  const text = `<${operation}Response><${operation}Result>${result}</${operation}Result></${operation}Response>`;
  return { type: "text/xml", text };
}

function outputsOf({ outputs }: LocalCloud): string {
  const members = Object.entries(outputs).map(
    ([key, value]) => `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`,
  );
  return `<StackName>SipStack</StackName><Outputs>${members.join("")}</Outputs>`;
}

function memberOf(id: string, type: string, { tables }: LocalCloud): string {
  const physical = tables[id] ?? id;
  return `<member><LogicalResourceId>${id}</LogicalResourceId><PhysicalResourceId>${physical}</PhysicalResourceId><ResourceType>${type}</ResourceType></member>`;
}

function templateIn(assembly: string): Readonly<Record<string, Resource>> {
  const file = readdirSync(assembly).find((name) => name.endsWith(".template.json")) ?? "";
  const { Resources }: { Resources: Readonly<Record<string, Resource>> } = JSON.parse(
    readFileSync(join(assembly, file), "utf8"),
  );
  return Resources;
}

/** The lines that hold each text in double quotes of the query, as fields of a result. */
function linesFor(query: string, { logs }: LocalCloud): readonly object[] {
  const texts = [...query.matchAll(/"(?:[^"\\]|\\.)*"/g)].map(([text]) => text);
  return logs
    .filter(({ text }) => text.startsWith("{") && texts.every((wanted) => text.includes(wanted)))
    .map(({ at, text }) => [
      { field: "@timestamp", value: new Date(at).toISOString().replace("T", " ").replace("Z", "") },
      { field: "@message", value: text },
    ]);
}
