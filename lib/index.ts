export { SipSignaling } from "./cdk/sip-signaling.ts";
export type { SipSignalingProps } from "./cdk/props.ts";
