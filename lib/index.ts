export { SipSignaling } from "./cdk/sip-signaling.ts";
export type { SipSignalingProps } from "./cdk/props.ts";
export type { IssuerTokens, UserPoolTokens } from "./cdk/tokens.ts";
export type { TurnProps } from "./cdk/turn.ts";
export { defaultRatePolicy } from "./sip/policy/rates.ts";
