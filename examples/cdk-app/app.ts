import { App, CfnOutput, Stack } from "aws-cdk-lib";
import { SipSignaling } from "sip-serverless";

const app = new App();
const stack = new Stack(app, "Phones");
const sip = new SipSignaling(stack, "Sip", {
  domain: "example.com",
  allowedOrigins: ["https://phone.example.com", "http://localhost:*"],
});
new CfnOutput(stack, "Url", { value: sip.url });
new CfnOutput(stack, "SubscribersTable", { value: sip.subscribersTableName });
