// The value of the variable with the deployment's token settings.
import { readNumber, readString, readStrings, readWords } from "../decode.ts";
import { variables } from "../environment.ts";
import { fieldsOfSetting } from "../settings.ts";
import { tokenAlgorithms, type TokenSettings } from "./token-settings.ts";

export function parseTokenSettings(json: string): TokenSettings {
  const tokens = fieldsOfSetting(variables.tokens, json);
  return {
    issuer: readString(tokens, "issuer"),
    audience: readStrings(tokens, "audience"),
    claim: readString(tokens, "claim"),
    algorithms: readWords(tokens, "algorithms", tokenAlgorithms),
    clockToleranceSeconds: readNumber(tokens, "clockToleranceSeconds"),
  };
}
