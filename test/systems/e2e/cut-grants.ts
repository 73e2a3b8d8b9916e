// The deployment with one action taken out of every policy: how calls to AWS are made to fail.
import { aChangedAssembly } from "../../support/assembly.ts";

export function withoutGrant(action: string): string {
  return aChangedAssembly((template) => template.replaceAll(`"${action}"`, `"${action}Never"`));
}
