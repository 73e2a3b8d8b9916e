export { createTicket } from "./aws/door/ticket.ts";
export { SipSignaling } from "./cdk/sip-signaling.ts";
export type { SipSignalingProps, TurnProps } from "./cdk/props.ts";
export { defaultRatePolicy } from "./sip/transport/rate-policy.ts";
