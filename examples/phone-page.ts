// The phone page with its deployment: users sign in at the login page of their Cognito user pool.
import { Stack, type StackProps } from "aws-cdk-lib";
import { Certificate } from "aws-cdk-lib/aws-certificatemanager";
import { OAuthScope, UserPool } from "aws-cdk-lib/aws-cognito";
import type { Construct } from "constructs";
import { SipSignaling } from "sip-serverless";

export class PhonesStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);
    const userPool = new UserPool(this, "Users", { signInAliases: { username: true } });
    const login = userPool.addDomain("Login", { cognitoDomain: { domainPrefix: "example-phones" } });
    const client = userPool.addClient("Page", {
      oAuth: {
        flows: { authorizationCodeGrant: true },
        scopes: [OAuthScope.OPENID],
        callbackUrls: ["https://phone.example.com/"],
      },
    });
    const arn = "arn:aws:acm:us-east-1:111122223333:certificate/1a2b"; // CloudFront's are in us-east-1
    new SipSignaling(this, "Sip", {
      domain: "example.com",
      tokens: { userPool, client },
      phone: {
        domainName: "phone.example.com",
        certificate: Certificate.fromCertificateArn(this, "Certificate", arn),
        signIn: { clientId: client.userPoolClientId, token: "id", origins: [login.baseUrl()] },
      },
    });
  }
}
