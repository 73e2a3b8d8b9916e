// The emulated services. A new one is a folder here and a line in `services`.
import type { Reading, ResourceKinds } from "../assembly/resource-kind.ts";
import type { EndpointService } from "../aws-endpoint.ts";
import { apiGateway } from "./api-gateway/service.ts";
import { dynamodb } from "./dynamodb/service.ts";
import { eventBridge } from "./eventbridge/service.ts";
import { secretsManager } from "./secrets-manager/service.ts";
import type { EmulatedService, RunningService, ServiceContext } from "./service.ts";
import { sqs } from "./sqs/service.ts";

/** By the name that the SDK has for the client. */
export const services = {
  dynamodb,
  sqs,
  eventbridge: eventBridge,
  secretsmanager: secretsManager,
  apigatewaymanagementapi: apiGateway,
} as const satisfies Readonly<Record<string, EmulatedService>>;

const all: Readonly<Record<string, EmulatedService>> = services;

type Services = typeof services;
export type RunningServices = { readonly [Name in keyof Services]: Awaited<ReturnType<Services[Name]["start"]>> };

/** URL of each service. */
export type Endpoints = { readonly [Name in keyof Services]: string };

/** @param aws address of the AWS APIs */
export function endpointsAt(aws: string, stack: Reading): Endpoints {
  const urls: Record<string, string> = {};
  for (const [name, { endpointPath }] of Object.entries(all)) urls[name] = aws + (endpointPath?.(stack) ?? "");
  return requireAll(urls, hasUrls);
}

/** Variables by which the SDK in a function finds the endpoints. */
export function endpointVariables(endpoints: Endpoints): Readonly<Record<string, string>> {
  const urls: Readonly<Record<string, string>> = endpoints;
  return Object.fromEntries(Object.entries(all).map(([name, service]) => [service.endpointVariable, urls[name] ?? ""]));
}

/** The services as the AWS endpoint finds them. */
export function endpointServices(running: RunningServices): readonly EndpointService[] {
  const apis: Readonly<Record<string, RunningService>> = running;
  return Object.entries(all).flatMap(([name, { signingName, targetPrefix }]) => {
    const service = apis[name];
    return service === undefined ? [] : [{ signingName, targetPrefix, api: service.api }];
  });
}

/** Every resource type that a service runs. */
export const serviceResources: ResourceKinds = Object.assign(
  {},
  ...Object.values(all).map(({ resources }) => resources),
);

/** Starts all services, in order. @param started is called for each, so that it can be closed if a later one fails */
export async function startServices(
  context: ServiceContext,
  started: (service: RunningService) => void,
): Promise<RunningServices> {
  const running: Record<string, RunningService> = {};
  for (const [name, service] of Object.entries(all)) {
    const one = await service.start(context);
    running[name] = one;
    started(one);
  }
  return requireAll(running, isRunning);
}

function requireAll<Value, All extends Readonly<Record<string, Value>>>(
  values: Readonly<Record<string, Value>>,
  isComplete: (values: Readonly<Record<string, Value>>) => values is All,
): All {
  if (isComplete(values)) return values;
  throw new Error("a service is missing");
}

const hasAll = (values: object): boolean => Object.keys(all).every((name) => name in values);
const hasUrls = (urls: Readonly<Record<string, string>>): urls is Endpoints => hasAll(urls);
const isRunning = (running: Readonly<Record<string, RunningService>>): running is RunningServices => hasAll(running);
