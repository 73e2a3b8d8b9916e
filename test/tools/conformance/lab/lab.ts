// The tools of one check: phones of accounts it has to itself, the clock, and the trace. Whatever it leaves behind is
// cleared away: calls end, bindings go, connections close.
import { claim, Failed, skip } from "../check.ts";
import { random } from "../sip/write.ts";
import { type Connection, type Frame, type Handshake, type Handshaken, openConnection } from "./connection.ts";
import type { Features } from "./features.ts";
import type { Pace } from "./pace.ts";
import { type Account, createPhone, type Phone } from "./phone.ts";
import { createTrace, type Trace } from "./trace.ts";

export type Role = "alice" | "bob" | "carol";

export const roles: readonly Role[] = ["alice", "bob", "carol"];

/** The server under test, and how patient to be with it. */
export interface Target {
  readonly url: string;
  readonly domain: string;
  /** Further HTTP headers of the handshake. */
  readonly headers: Readonly<Record<string, string>>;
  readonly isInsecure: boolean;
  /** How long any awaited message may take. */
  readonly timeoutMs: number;
  /** How fast it is, and so how long to watch before saying that nothing came. */
  readonly pace: Pace;
  /** A subscriber whose calls the server redirects (RFC 3261 §8.3). */
  readonly redirect?: Account;
  /** A group whose two members ring in turn. */
  readonly group?: { readonly user: string; readonly members: readonly [Account, Account] };
  /** A user whose calls the server forwards, all of them and at once. */
  readonly forwarding?: { readonly user: string; readonly to: Account };
}

export interface ConnectOptions {
  readonly name?: string;
  /** Null is a device without one; default a new one. */
  readonly instance?: string | null;
}

export interface Lab {
  readonly target: Target;
  readonly domain: string;
  readonly features: Features;
  readonly trace: Trace;
  /** Opens a bare connection. */
  handshake(change?: Partial<Handshake>, onFrame?: (frame: Frame) => void): Promise<Handshaken>;
  /** Connected, not registered. */
  connect(who: Role | Account, options?: ConnectOptions): Promise<Phone>;
  /** Connected and registered. */
  online(who: Role | Account, options?: ConnectOptions): Promise<Phone>;
  /** Two phones, registered. */
  pair(): Promise<{ readonly alice: Phone; readonly bob: Phone }>;
  /** Connected, without an account of the server. */
  stranger(): Promise<Phone>;
  /** AOR of a user whose phone need not be connected. */
  aorOf(who: Role): string;
  /** Waits as long as a message may be on its way. */
  quiet(): Promise<void>;
  wait(ms: number): Promise<void>;
  /** Fails if the server no longer answers on this connection. */
  stillAnswers(phone: Phone): Promise<void>;

  close(): Promise<void>;
}

export interface LabOptions {
  readonly target: Target;
  readonly features: Features;
  readonly accounts: readonly Account[];
  /** No later check has these accounts, so their bindings may stay. */
  readonly isLast?: boolean;
}

export function createLab({ target, features, accounts, isLast = false }: LabOptions): Lab {
  const trace = createTrace();
  const callIds = new Set<string>();
  const phones: { readonly phone: Phone; readonly account: Account | undefined }[] = [];
  const connections: Connection[] = [];
  const names = new Map<string, number>();

  const accountOf = (who: Role | Account): Account => {
    const account = typeof who === "string" ? accounts[roles.indexOf(who)] : who;
    if (account === undefined) throw new Error(`this check was not given ${typeof who === "string" ? who : who.user}`);
    return account;
  };

  const nameOf = (base: string): string => {
    const count = (names.get(base) ?? 0) + 1;
    names.set(base, count);
    return count === 1 ? base : `${base}-${count}`;
  };

  async function handshake(
    change: Partial<Handshake>,
    onFrame: (frame: Frame) => void,
    name: string,
  ): Promise<Handshaken> {
    const { url, headers, timeoutMs, isInsecure } = target;
    const wish = { url, headers, timeoutMs, isInsecure, protocols: ["sip"], ...change };
    const result = await openConnection(wish, name, trace, onFrame);
    if (result.ok) connections.push(result.connection);
    return result;
  }

  async function connectAs(account: Account | undefined, base: string, instance: string | null): Promise<Phone> {
    const name = nameOf(base);
    let phone: Phone | undefined;
    const result = await handshake({}, (frame) => phone?.receive(frame), name);
    if (!result.ok) throw new Failed(`${name} could not connect: ${result.reason}`);
    const { domain, timeoutMs: patienceMs } = target;
    phone = createPhone({ name, domain, account, instance, patienceMs, callIds, pace: target.pace }, result.connection);
    phones.push({ phone, account });
    return phone;
  }

  const lab: Lab = {
    target,
    domain: target.domain,
    features,
    trace,
    handshake: (change = {}, onFrame = () => undefined) => handshake(change, onFrame, nameOf("client")),

    connect(who, { name = typeof who === "string" ? who : who.user, instance = newInstance() } = {}) {
      return connectAs(accountOf(who), name, instance);
    },

    async online(who, options) {
      const phone = await lab.connect(who, options);
      const { status } = await phone.register({}, { timeoutMs: Math.max(target.timeoutMs, SETUP_TIMEOUT_MS) });
      claim(status === 200, `${phone.name} could not register: ${status}`);
      return phone;
    },

    async pair() {
      const [alice, bob] = await Promise.all([lab.online("alice"), lab.online("bob")]);
      return { alice, bob };
    },

    stranger: () => connectAs(undefined, "stranger", newInstance()),
    aorOf: (who) => `sip:${accountOf(who).user}@${target.domain}`,
    quiet: () => lab.wait(target.pace.quietMs()),
    wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),

    async stillAnswers(phone) {
      if (!phone.connection.isOpen()) throw new Failed(`the connection of ${phone.name} is closed`);
      await phone.request("OPTIONS", `sip:${target.domain}`).final();
    },

    async close() {
      for (const { phone } of phones) endCalls(phone);
      const used = new Set(phones.map(({ account }) => account).filter((account) => account !== undefined));
      const cleared = [...used].filter((account) => !isLast || !accounts.includes(account));
      await Promise.all(cleared.map(clearBindings));
      for (const connection of connections) connection.cut();
    },
  };

  /** One REGISTER takes all bindings of an account away, from a phone that is still there or else from a new one. */
  async function clearBindings(account: Account): Promise<void> {
    const own = phones.filter((one) => one.account === account).map(({ phone }) => phone);
    if (!own.some((phone) => phone.hasRegistered())) return;
    const phone =
      own.find(({ connection, hasRegistered }) => connection.isOpen() && hasRegistered()) ??
      (await connectAs(account, account.user, newInstance()));
    await phone.register({ contacts: ["*"], callId: random(8), lines: ["Expires: 0"] });
  }

  return lab;
}

/** The preparation of a check is given its time, however impatient the check is. */
const SETUP_TIMEOUT_MS = 30_000;

/** Stops ringing, and stops the other phones. */
function endCalls(phone: Phone): void {
  if (!phone.connection.isOpen()) return;
  for (const invite of phone.unanswered()) phone.answer(invite, 480);
  for (const invite of phone.unfinished()) invite.cancel();
}

function newInstance(): string {
  return `urn:uuid:${crypto.randomUUID()}`;
}

/** For checks whose subject a server need not offer: the value, or the check is skipped. */
export function offered<T>(value: T | undefined, why: string): T {
  return value === undefined ? skip(why) : value;
}
