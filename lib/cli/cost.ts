// `cost`: of the messages in the log, or as a forecast from numbers of users and calls.
import { forecast, spentOn } from "../operations/cost.ts";
import { milliseconds } from "./since.ts";
import { CommandError } from "./command-error.ts";
import type { Deployment } from "./deployment.ts";
import { type Output, printResult } from "./output.ts";

export interface CostOptions {
  readonly since: string;
}

export interface ForecastOptions {
  readonly users: string;
  readonly callsPerDay: string;
}

export function printForecast({ users, callsPerDay }: ForecastOptions, output: Output): void {
  const found = forecast(readCount("--users", users), readCount("--calls-per-day", callsPerDay));
  const { phones, calls, fixed, total } = found;
  const parts = [`phones ${dollars(phones)}`, `calls ${dollars(calls)}`, `fixed ${dollars(fixed)}`].join(", ");
  printResult(output, found, `${dollars(total)} a month of 30 days in us-east-1, free tiers left out: ${parts}`);
}

export async function printCost(deployment: Deployment, { since }: CostOptions, output: Output): Promise<void> {
  const spent = spentOn(await deployment.log({ from: Date.now() - milliseconds(since) }));
  const sentence = `${dollars(spent.dollars)} in the last ${since}: ${spent.lines} invocations, at prices of us-east-1, without the minutes of connections`;
  printResult(output, spent, sentence);
}

function readCount(option: string, text: string): number {
  if (/^\d{1,12}$/.test(text)) return Number(text);
  throw new CommandError(`${option} is a whole number.`, 2);
}

function dollars(amount: number): string {
  return `$${amount < 0.01 && amount > 0 ? amount.toFixed(6) : amount.toFixed(2)}`;
}
