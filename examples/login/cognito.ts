// A Cognito user pool whose users have a SIP address: `sip:<user name>@example.com`.
import { Stack, type StackProps } from "aws-cdk-lib";
import { UserPool } from "aws-cdk-lib/aws-cognito";
import type { Construct } from "constructs";
import { SipSignaling } from "sip-serverless";

export class PhonesStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);
    const userPool = new UserPool(this, "Users", { selfSignUpEnabled: false, signInAliases: { username: true } });
    const client = userPool.addClient("Page", { authFlows: { userSrp: true } });
    new SipSignaling(this, "Sip", {
      domain: "example.com",
      allowedOrigins: ["https://phone.example.com"],
      tokens: { userPool, client },
    });
  }
}
