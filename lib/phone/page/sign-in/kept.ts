// The sign-in that is kept without a password, by the digest of it that is valid for this server alone (HA1, RFC 7616
// §3.4.2). A tab keeps it over a reload, until it is closed. The browser keeps it so that a closed page can be opened by a
// push, until the user signs out or turns the wake-up off.

export interface TabSignIn {
  readonly user: string;
  readonly domain: string;
  /** Missing for a user of the login page, which remembers its users itself. */
  readonly digest?: Digest;
}

export interface KeptSignIn extends TabSignIn {
  /** Parameters of the contact URI that name the push subscription. */
  readonly contact: string;
}

export interface Digest {
  readonly realm: string;
  readonly ha1: string;
}

const KEPT = "phone.kept";
const TAB = "phone.tab";
const DEVICE = "phone.device";

export function keepSignIn(kept: KeptSignIn): void {
  localStorage.setItem(KEPT, JSON.stringify(kept));
}

export function keptSignIn(): KeptSignIn | undefined {
  const kept = read(() => localStorage.getItem(KEPT));
  return kept?.contact === undefined ? undefined : { ...kept, contact: kept.contact };
}

export function forgetKept(): void {
  ifAllowed(() => localStorage.removeItem(KEPT));
}

/** Forgets the sign-in of this user, and no other's. False if another one is kept, or no sign-in. */
export function forgetKeptOf({ user, domain }: Pick<TabSignIn, "user" | "domain">): boolean {
  const kept = keptSignIn();
  const isOwn = kept?.user === user && kept.domain === domain;
  if (isOwn) forgetKept();
  return isOwn;
}

export function keepInTab(signIn: TabSignIn): void {
  ifAllowed(() => sessionStorage.setItem(TAB, JSON.stringify(signIn)));
}

/**
 * The sign-in of a page that is loaded again, or opened by a push. The tab's own comes first: another tab may have kept
 * another user's.
 */
export function signInAgain(): TabSignIn | undefined {
  return read(() => sessionStorage.getItem(TAB)) ?? keptSignIn();
}

export function forgetTab(): void {
  ifAllowed(() => sessionStorage.removeItem(TAB));
}

function read(stored: () => string | null): (TabSignIn & Partial<KeptSignIn>) | undefined {
  try {
    const kept: (TabSignIn & Partial<KeptSignIn>) | null = JSON.parse(stored() ?? "null");
    return kept ?? undefined;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof DOMException) return undefined; // damaged or forbidden
    throw error;
  }
}

/** A browser may forbid its storage, or it is full: the page works without. */
function ifAllowed(act: () => void): void {
  try {
    act();
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
  }
}

/** The name of this device in its registrations (RFC 5626 §4.1). */
export interface Device {
  readonly id: string;
  /** The name stays over a reload, and a push wakes the device by it. A second tab has a name of its own. */
  readonly isLasting: boolean;
}

/** The first tab of a browser has the lasting name, and holds it until it is closed. */
export async function claimDevice(): Promise<Device> {
  const passing: Device = { id: crypto.randomUUID(), isLasting: false };
  if (!("locks" in navigator)) return passing;
  const { promise, resolve } = Promise.withResolvers<Device>();
  void navigator.locks.request(DEVICE, { ifAvailable: true }, (lock) => {
    resolve(lock === null ? passing : { id: lastingName(passing.id), isLasting: true });
    return lock === null ? undefined : new Promise<never>(() => {}); // held as long as the page lives
  });
  return promise;
}

function lastingName(fresh: string): string {
  try {
    const known = localStorage.getItem(DEVICE) ?? fresh;
    localStorage.setItem(DEVICE, known);
    return known;
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    return fresh;
  }
}
