// A phone with JsSIP that connects with a token of your login. SIP asks for no password.
import { UA, WebSocketInterface } from "jssip";

/** A socket whose every connection has a fresh token: JsSIP reconnects by itself, and a token is soon too old for that. */
class TokenSocket extends WebSocketInterface {
  readonly #fetchToken: () => Promise<string>;
  #current: WebSocketInterface | undefined;

  constructor(url: string, fetchToken: () => Promise<string>) {
    super(url);
    this.#fetchToken = fetchToken;
  }

  override connect(): void {
    this.#fetchToken().then(
      (token) => {
        const socket = new WebSocketInterface(`${this.url}?token=${encodeURIComponent(token)}`);
        socket.onconnect = () => this.onconnect();
        socket.ondisconnect = (...reason) => this.ondisconnect(...reason);
        socket.ondata = (data) => this.ondata(data);
        this.#current = socket;
        socket.connect();
      },
      (error: unknown) => this.ondisconnect(true, undefined, String(error)), // JsSIP tries again
    );
  }

  override disconnect(): void {
    this.#current?.disconnect();
  }

  override send(message: string): boolean {
    return this.#current?.send(message) ?? false;
  }

  override isConnected(): boolean {
    return this.#current?.isConnected() ?? false;
  }

  override isConnecting(): boolean {
    return this.#current?.isConnecting() ?? false;
  }
}

/**
 * Signs in as `user`, the name that the token has for its user; rejects if that fails.
 *
 * @param fetchToken resolves with a token that is valid now, refreshed where needed
 */
export function connect(url: string, user: string, domain: string, fetchToken: () => Promise<string>): Promise<UA> {
  const phone = new UA({
    sockets: new TokenSocket(url, fetchToken),
    uri: `sip:${user}@${domain}`,
    register_expires: 540,
  });
  return new Promise((resolve, reject) => {
    const fail = (reason: string) => {
      phone.stop();
      reject(new Error(reason));
    };
    phone.on("registered", () => resolve(phone));
    phone.on("registrationFailed", ({ cause }) => fail(`sign-in failed: ${cause ?? "no response"}`));
    phone.on("disconnected", ({ error }) => {
      if (error && !phone.isRegistered()) fail("no connection: is the token for this user, issuer and audience?");
    });
    phone.start();
  });
}
