// The deployment with other settings: shorter times, and limits that a test can count exactly.
import type { Settings } from "../../../../lib/sip/policy/settings.ts";
import { aChangedAssembly } from "../../../support/assembly.ts";

interface Parts {
  readonly Resources: Record<
    string,
    { readonly Type: string; readonly Properties: { Environment?: { Variables: Record<string, unknown> } } }
  >;
}

/** A copy of the test assembly whose functions have these settings, and other changes to their variables. */
export function assemblyWith(
  settings: Partial<Settings>,
  change: (variables: Record<string, unknown>) => void = () => undefined,
): string {
  return aChangedAssembly((text) => {
    const template: Parts = JSON.parse(text);
    for (const { Type, Properties } of Object.values(template.Resources)) {
      const variables = Type === "AWS::Lambda::Function" ? Properties.Environment?.Variables : undefined;
      if (variables === undefined) continue;
      if ("SIP_SETTINGS" in variables) variables["SIP_SETTINGS"] = JSON.stringify(settings);
      change(variables);
    }
    return JSON.stringify(template);
  });
}
