// Rules of EventBridge: events that fit a pattern invoke functions, asynchronously.
import { AssemblyError } from "../../assembly/template.ts";
import { isObject, type Json, type JsonObject } from "../../json.ts";
import type { LocalFunction } from "../../lambda/function.ts";
import type { Log } from "../../log.ts";
import type { RuleSpec } from "./spec.ts";

/** An event as targets get it. */
export type BusEvent = JsonObject & { readonly id: string; readonly detail: JsonObject };

export interface Rules {
  deliver(bus: string, event: BusEvent): void;
  isBusy(): boolean;
}

/** Lambda waits one minute and two before it repeats an asynchronous invocation; here they follow at once. */
const ATTEMPTS = 3;

/** Throws {@link AssemblyError} if EventBridge may not invoke a target: AWS would drop each event silently. */
export function createRules(specs: readonly RuleSpec[], functions: readonly LocalFunction[], log: Log): Rules {
  const rules = specs.map((rule) => ({ rule, targets: rule.targets.map((arn) => targetOf(rule, arn, functions)) }));
  let pending = 0;

  async function invoke(target: LocalFunction, event: BusEvent): Promise<void> {
    pending += 1;
    let isDone = false;
    for (let attempt = 1; attempt <= ATTEMPTS && !isDone; attempt += 1) {
      isDone = (await target.invoke(event, "events")).kind === "result";
    }
    if (!isDone)
      log.write("ERROR", "cloud", `${target.spec.label} failed ${ATTEMPTS} times: event ${event.id} is lost`);
    pending -= 1;
  }

  return {
    deliver(bus, event) {
      for (const { rule, targets } of rules) {
        if (rule.bus !== bus || !fits(rule.pattern, event)) continue;
        for (const target of targets) void invoke(target, event);
      }
    },
    isBusy: () => pending > 0,
  };
}

function targetOf({ arn }: RuleSpec, target: string, functions: readonly LocalFunction[]): LocalFunction {
  const fn = functions.find(({ spec }) => spec.arn === target);
  if (fn === undefined) throw new AssemblyError(`${arn} has the target ${target}, a function of another stack`);
  const isAllowed = fn.spec.invokers.some(
    ({ principal, sourceArn }) =>
      principal === "events.amazonaws.com" && (sourceArn === undefined || sourceArn === arn),
  );
  if (!isAllowed) throw new AssemblyError(`${arn}: EventBridge may not invoke ${fn.spec.label}`);
  return fn;
}

/** Every name of the pattern has one of its values in the event. */
export function fits(pattern: JsonObject, event: Json | undefined): boolean {
  if (!isObject(event)) return false;
  return Object.entries(pattern).every(([name, wanted]) => {
    const value = event[name];
    return Array.isArray(wanted)
      ? value !== undefined && wanted.includes(value)
      : isObject(wanted) && fits(wanted, value);
  });
}
