// The quota of concurrent executions of functions, for tools.
import { GetAccountSettingsCommand, LambdaClient, type LambdaClientConfig } from "@aws-sdk/client-lambda";

export interface Concurrency {
  /** Functions of the account, in this Region, that can run at the same time. */
  readonly all: number;
  /** Those of them that are not reserved for some functions. */
  readonly unreserved: number;
}

/** Rejects with the SDK's error. */
export async function readConcurrency(config: LambdaClientConfig = {}): Promise<Concurrency> {
  const { AccountLimit: limit = {} } = await new LambdaClient(config).send(new GetAccountSettingsCommand({}));
  const { ConcurrentExecutions: all = 0, UnreservedConcurrentExecutions: unreserved = all } = limit;
  return { all, unreserved };
}
