// Stands in for `@aws-sdk/middleware-endpoint-discovery` in the bundles: DynamoDB's client configures it, no operation of
// DynamoDB uses it, and the original brings a cache and its data structures along.

export const NODE_ENDPOINT_DISCOVERY_CONFIG_OPTIONS = {
  environmentVariableSelector: () => undefined,
  configFileSelector: () => undefined,
  default: undefined,
};

export function resolveEndpointDiscoveryConfig<Config extends object>(config: Config): Config {
  return config;
}
