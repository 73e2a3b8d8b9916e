// The result of a check.
import type { Deployment } from "../deployment.ts";

export interface Finding {
  readonly check: string;
  /** `advice`: it works, and could be better. Only a fault makes the command fail. */
  readonly verdict: "ok" | "advice" | "fault" | "not tried";
  readonly found: string;
  /** The remedy of a fault, or the advice. */
  readonly remedy?: string;
}

/** A deployment that is tried out. */
export interface Patient extends Deployment {
  /** Time after which a connection or an answer counts as missing. */
  readonly patienceMilliseconds: number;
  /** Aborts when the user interrupts the command. */
  readonly interrupted: AbortSignal;
}

export type Check = (patient: Patient) => Promise<readonly Finding[]>;

export function ok(check: string, found: string): Finding {
  return { check, verdict: "ok", found };
}

export function advice(check: string, found: string, remedy: string): Finding {
  return { check, verdict: "advice", found, remedy };
}

export function fault(check: string, found: string, remedy: string): Finding {
  return { check, verdict: "fault", found, remedy };
}

export function notTried(check: string, found: string, remedy?: string): Finding {
  return { check, verdict: "not tried", found, ...(remedy !== undefined && { remedy }) };
}

/** The name of the error that a service answered. */
export function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : String(error);
}
