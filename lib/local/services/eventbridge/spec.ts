// The buses and rules of a template. Each account has the bus `default`.
import type { Reading, Resolved, ResourceKinds } from "../../assembly/resource-kind.ts";
import { AssemblyError, stringAt } from "../../assembly/template.ts";
import { isObject, type JsonObject, listAt, objectAt, textAt } from "../../json.ts";

export const eventResources: ResourceKinds = {
  "AWS::Events::EventBus": {
    refused: ["EventSourceName", "DeadLetterConfig", "LogConfig", "Policy"],
    nameProperty: "Name",
    names: (_bus, name, { arn }) => ({
      ref: name,
      attributes: { Arn: arn("events", `event-bus/${name}`), Name: name },
    }),
  },
  "AWS::Events::Rule": {
    refused: ["ScheduleExpression", "RoleArn"],
    nameProperty: "Name",
    names: (_rule, name, { arn }) => ({ ref: name, attributes: { Arn: arn("events", `rule/${name}`) } }),
  },
};

export interface BusSpec {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
}

export interface RuleSpec {
  readonly arn: string;
  /** Name of its bus. */
  readonly bus: string;
  readonly pattern: JsonObject;
  /** ARNs of functions. */
  readonly targets: readonly string[];
}

const DEFAULT_BUS = "default";

export function readBuses(stack: Reading): readonly BusSpec[] {
  const { region, account } = stack.template;
  const arn = `arn:aws:events:${region}:${account}:event-bus/${DEFAULT_BUS}`;
  const own = stack.ofType("AWS::Events::EventBus");
  return [
    { logicalId: DEFAULT_BUS, name: DEFAULT_BUS, arn },
    ...own.map(({ logicalId, name, ...bus }) => ({ logicalId, name, arn: bus.arn })),
  ];
}

export function readRules(stack: Reading): readonly RuleSpec[] {
  return stack
    .ofType("AWS::Events::Rule")
    .filter(({ properties }) => properties["State"] !== "DISABLED")
    .map((rule) => ({
      arn: rule.arn,
      bus: textAt(rule.properties, "EventBusName") ?? DEFAULT_BUS,
      pattern: patternOf(rule),
      targets: listAt(rule.properties, "Targets").map((target) => targetOf(target, rule)),
    }));
}

function targetOf(target: ReturnType<typeof listAt>[number], { logicalId }: Resolved): string {
  const unknown = isObject(target) ? Object.keys(target).find((key) => key !== "Arn" && key !== "Id") : undefined;
  if (unknown !== undefined)
    throw new AssemblyError(`${logicalId}: the local cloud does not know ${unknown} of a target`);
  return stringAt(target, "Arn", logicalId);
}

/** Lists of exact values, also below `detail`. */
function patternOf({ logicalId, properties }: Resolved): JsonObject {
  const pattern = objectAt(properties, "EventPattern");
  check(pattern, logicalId);
  return pattern;
}

function check(pattern: JsonObject, logicalId: string): void {
  for (const [key, value] of Object.entries(pattern)) {
    if (isObject(value)) check(value, logicalId);
    else if (!Array.isArray(value) || value.some((item) => typeof item === "object")) {
      throw new AssemblyError(
        `${logicalId}: of event patterns the local cloud knows exact values only, not that of ${key}`,
      );
    }
  }
}
