// Messages say how the command is called again: by npm in a checkout, by npx from the installed package.

/** Set by `bin/sip.ts`. */
export const CALLED_BY = "SIP_SERVERLESS_CALLED_BY";

export function commandName(verb: "start"): string {
  return process.env[CALLED_BY] === "npx" ? `npx sip-serverless ${verb}` : "npm start --";
}
