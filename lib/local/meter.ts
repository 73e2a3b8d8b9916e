// Records everything that would be billed, in order: calls to AWS APIs, invocations, messages on the gateway.

export interface Call {
  /** Epoch milliseconds. */
  readonly at: number;
  /** Label of the function, `operator`, or the service that acted (`apigateway`, `sqs`, `client`). */
  readonly caller: string;
  /** Name in SigV4 scopes, such as `dynamodb`; `apigateway` for the gateway, `lambda` for invocations. */
  readonly service: string;
  /** The API's name for it: `UpdateItem`, `Invoke`, `POST`; on the gateway `CONNECT`, `MESSAGE`, `DISCONNECT`, `REPLY`. */
  readonly action: string;
  /** Logical ids of tables, queues and secrets; label of a function; a connection id. Several: separated by commas. */
  readonly resource: string;
  /** DynamoDB only: read or write units, as it would bill them. */
  readonly requestUnits?: number;
}

export interface Meter {
  readonly calls: readonly Call[];
  /** Drops the calls so far. */
  reset(): void;
}

/** The meter as the services write to it. */
export interface RecordingMeter extends Meter {
  record(call: Omit<Call, "at">): void;
}

/** @param limit calls to keep, so that a cloud that runs for days does not grow; the oldest are dropped first */
export function createMeter(limit = 100_000): RecordingMeter {
  const calls: Call[] = [];
  return {
    calls,
    reset: () => void calls.splice(0),
    record: (call) => {
      if (calls.length >= limit) calls.splice(0, limit / 2);
      calls.push({ at: Date.now(), ...call });
    },
  };
}
