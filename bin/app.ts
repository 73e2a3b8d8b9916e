// The deployment: `cdk deploy -c domain=example.com -c origins=https://phone.example.com` (several: separated by commas).
// Further options, all by `-c name=value`:
//   stack           name of the stack; a second deployment in an account and Region needs one (default SipStack)
//   alarmEmail      address that gets mail about failures
//   host, certificate, zoneId    a host name of your own, the ARN of its ACM certificate, its zone of Route 53
//   issuer, audience, claim      tokens of this OpenID Connect issuer instead of passwords
//   where           connect (default): a connection needs a token; register: SIP takes tokens beside passwords
//   phone=yes       deploys the phone page; with client, the ID of a public client, it signs in by the login of the issuer
//   push=mailto:you@example.com  wakes phones without a connection; push services reach you so
//   turn, turnSecretName, turnTtl    TURN servers that phones get credentials for
//   records=yes     call records in a table; metrics or domain-metrics make metrics too; recordDays, days that a record is kept
import { InvalidPropsError } from "../lib/errors.ts";
import { createApp } from "../lib/cdk/app.ts";

try {
  createApp().synth();
} catch (error) {
  if (!(error instanceof InvalidPropsError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
