// Messages say how the command is called again: by npm in a checkout, by npx from the installed package.

/** Set by `bin/sip-serverless.ts`. */
export const CALLED_BY = "SIP_SERVERLESS_CALLED_BY";

export function commandName(verb: "start" | "subscriber"): string {
  if (process.env[CALLED_BY] === "npx") return `npx sip-serverless ${verb}`;
  return verb === "start" ? "npm start --" : "npm run subscriber --";
}
