// `sip-serverless/tickets`: one-time tickets by which a backend lets a signed-in user connect. Loads nothing of the CDK.
export { createTicket } from "./aws/authorizer/ticket.ts";
