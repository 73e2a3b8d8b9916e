import { texts } from "../texts.ts";

/** The sentence for a target that JsSIP does not take as an address. Throws every other error again. */
export function addressProblem(target: string, domain: string, error: unknown): string {
  if (!(error instanceof TypeError)) throw error;
  return texts.dialer.notAnAddress(target, domain);
}
