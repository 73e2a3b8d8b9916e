// What the page is told by its server: `config.json`.

/** Somebody this machine may sign in as with one click: a local cloud's own people, never real ones. */
export interface Subscriber {
  readonly user: string;
  readonly password: string;
}

export interface PhoneConfig {
  /** Where to connect: `wss://…`, or a path on the server the page comes from. */
  readonly ws: string;
  readonly domain: string;
  readonly subscribers: readonly Subscriber[];
}
