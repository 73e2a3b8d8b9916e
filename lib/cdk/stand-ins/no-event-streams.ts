// Stands in for `@smithy/core/event-streams` in the bundles: the SDK's protocols load it for operations that stream
// events, which the functions do not call.

export function eventStreamSerdeProvider(): never {
  throw new Error("event streams are not part of this bundle");
}

/** Called with `new` like the original, and throws. */
export const EventStreamSerde = eventStreamSerdeProvider;

/** The original makes the provider's codec; a client has none here. */
export function resolveEventStreamSerdeConfig<Config>(config: Config): Config {
  return config;
}
