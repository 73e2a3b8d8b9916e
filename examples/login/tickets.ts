// A Lambda of your backend: gives a signed-in user a ticket, which opens one connection within 60 s. For clients that
// cannot hold a token. Deploy it with `sip.grantMakeTickets(fn)` and SIGNING_SECRET_ARN: sip.signingSecretArn.
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { createTicket } from "sip-serverless/tickets";

const secrets = new SecretsManagerClient();

/** @param user the name under which your own session knows the user */
export async function ticketFor(user: string): Promise<string> {
  const command = new GetSecretValueCommand({ SecretId: process.env["SIGNING_SECRET_ARN"] });
  const { SecretString = "" } = await secrets.send(command); // read again: the key rotates
  return createTicket(SecretString, `sip:${user}@example.com`, Date.now() / 1000);
}

// The page connects to `${url}?ticket=${ticket}`, and fetches a new ticket for each connection.
