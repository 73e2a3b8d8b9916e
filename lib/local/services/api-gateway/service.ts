// API Gateway: the WebSocket API of the stack, and `@connections` behind it.
import type { EmulatedService, RunningService } from "../service.ts";
import { CONNECTIONS, createManagementApi } from "./api.ts";
import { createGateway, type RunningGateway } from "./gateway.ts";
import { createIntegrations } from "./integration.ts";
import { type ApiSpec, apiResources, readApi } from "./spec.ts";

export interface RunningApiGateway extends RunningService {
  readonly spec: ApiSpec;
  readonly gateway: RunningGateway;
}

export const apiGateway: EmulatedService<RunningApiGateway> = {
  signingName: "execute-api",
  endpointVariable: "AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI",
  endpointPath: (stack) => `/${readApi(stack).stage}`,
  resources: apiResources,
  start: ({ stack, functions, limits, throttling, delay, random, meter, log }) => {
    throttling.offer(CONNECTIONS);
    const spec = readApi(stack);
    const integrations = createIntegrations({ functions, timeoutMs: limits.integrationTimeoutMs, log });
    const gateway = createGateway({ api: spec, limits, integrations, random, meter, log });
    return Promise.resolve({
      api: createManagementApi({ api: spec, gateway, limits, throttling, delay }),
      spec,
      gateway,
      isBusy: () => gateway.pending() > 0,
      drain: () => gateway.close(CLOSE_GRACE_MS),
    });
  },
};

/** Time for clients to receive the close frame and for `$disconnect` to be handled. */
const CLOSE_GRACE_MS = 700;
