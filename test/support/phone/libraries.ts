// The libraries that browsers use, on the signaling in memory: the tests see what the libraries really send.
import JsSIP, { type UA } from "jssip";
import {
  type Emitter,
  EmitterImpl,
  Registerer,
  RegistererState,
  type Transport,
  TransportState,
  UserAgent,
} from "sip.js";
import { DOMAIN, type Network } from "./network.ts";

export interface LibraryPhone {
  /** Registers, or refreshes: true if that succeeded. */
  register(): Promise<boolean>;
  /** Texts that the library sent. */
  readonly sent: readonly string[];
  /** First lines of the responses to it. */
  readonly answers: readonly string[];
  stop(): void;
}

export interface Secrets {
  readonly password?: string;
  /** The form in which JsSIP takes it: the whole value of Authorization. */
  readonly authorization_jwt?: string;
  /** User name of the digest; without it that of the address. */
  readonly authorization_user?: string;
}

/** One connection of a library, with the messages on it. */
function createLine(network: Network, flow: string, deliver: (text: string) => void) {
  const [sent, answers]: [string[], string[]] = [[], []];
  let onOk: () => void = () => undefined;
  return {
    sent,
    answers,
    send(text: string): void {
      sent.push(text);
      void network.signaling.receive({ flow, text, source: "192.0.2.7" }).then((answer) => {
        if (answer === undefined) return;
        answers.push(answer.slice(0, answer.indexOf("\r\n")));
        deliver(answer);
        if (answer.startsWith("SIP/2.0 200 ")) onOk();
      });
    },
    /** Called for each 200. */
    whenOk: (then: () => void) => void (onOk = then),
  };
}

export function jsSip(network: Network, user: string, secrets: Secrets): LibraryPhone & { readonly agent: UA } {
  const line = createLine(network, `jssip-${user}`, (text) => socket.ondata(text));
  const socket = {
    via_transport: "WS",
    url: "wss://example.com",
    sip_uri: "sip:example.com;transport=ws",
    connect: () => queueMicrotask(() => socket.onconnect()),
    disconnect: () => undefined,
    isConnected: () => true,
    isConnecting: () => false,
    send: (text: string) => (line.send(text), true),
    onconnect: () => undefined,
    ondisconnect: () => undefined,
    ondata: (_text: unknown): void => undefined,
  };
  const ua = new JsSIP.UA({ sockets: socket, uri: `sip:${user}@${DOMAIN}`, register: false, ...secrets });
  const isConnected = new Promise((resolve) => ua.once("connected", resolve));
  ua.start();
  return {
    ...line,
    agent: ua,
    async register() {
      await isConnected;
      return new Promise((resolve) => {
        line.whenOk(() => resolve(true)); // JsSIP has no event for a refresh
        ua.once("registrationFailed", () => resolve(false));
        ua.register();
      });
    },
    stop: () => ua.stop(),
  };
}

export async function sipJs(
  network: Network,
  user: string,
  password: string,
  authorizationUsername = user,
): Promise<LibraryPhone & { readonly agent: UserAgent }> {
  let agent: UserAgent | undefined;
  const line = createLine(network, `sipjs-${user}`, (text) => agent?.transport.onMessage?.(text));

  class LineTransport implements Transport {
    readonly protocol = "WSS";
    state = TransportState.Disconnected;
    readonly stateChange: Emitter<TransportState> = new EmitterImpl();
    onConnect: Transport["onConnect"] = undefined;
    onDisconnect: Transport["onDisconnect"] = undefined;
    onMessage: Transport["onMessage"] = undefined;

    connect(): Promise<void> {
      this.state = TransportState.Connected;
      this.onConnect?.();
      return Promise.resolve();
    }

    disconnect(): Promise<void> {
      this.state = TransportState.Disconnected;
      this.onDisconnect?.();
      return Promise.resolve();
    }

    dispose(): Promise<void> {
      return this.disconnect();
    }

    isConnected(): boolean {
      return this.state === TransportState.Connected;
    }

    send(text: string): Promise<void> {
      line.send(text);
      return Promise.resolve();
    }
  }

  const uri = UserAgent.makeURI(`sip:${user}@${DOMAIN}`);
  agent = new UserAgent({
    ...(uri && { uri }),
    transportConstructor: LineTransport,
    authorizationUsername,
    authorizationPassword: password,
    logBuiltinEnabled: false,
  });
  const registerer = new Registerer(agent);
  await agent.start();
  return {
    ...line,
    agent,
    register: () =>
      new Promise((resolve, reject) => {
        const requestDelegate = {
          // The registerer has processed the response when the microtasks of this turn are done.
          onAccept: () => queueMicrotask(() => resolve(registerer.state === RegistererState.Registered)),
          onReject: () => resolve(false),
        };
        registerer.register({ requestDelegate }).catch(reject);
      }),
    stop: () => void agent.stop(),
  };
}
