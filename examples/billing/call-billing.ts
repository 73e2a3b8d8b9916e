// Bills for calls, beside a deployment with `records: { eventBus }`.
import { fileURLToPath } from "node:url";
import { AttributeType, TableV2 } from "aws-cdk-lib/aws-dynamodb";
import { type EventBus, Rule } from "aws-cdk-lib/aws-events";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import { Runtime } from "aws-cdk-lib/aws-lambda";
import { NodejsFunction, OutputFormat } from "aws-cdk-lib/aws-lambda-nodejs";
import { Construct } from "constructs";

/**
 * @example
 * const eventBus = new EventBus(this, "Bus");
 * new SipSignaling(this, "Sip", { domain: "example.com", records: { eventBus } });
 * new CallBilling(this, "Billing", eventBus);
 */
export class CallBilling extends Construct {
  readonly bills: TableV2;

  constructor(scope: Construct, id: string, eventBus: EventBus) {
    super(scope, id);
    this.bills = new TableV2(this, "Bills", { partitionKey: { name: "callId", type: AttributeType.STRING } });
    const bill = new NodejsFunction(this, "Bill", {
      entry: fileURLToPath(new URL("bill.ts", import.meta.url)),
      runtime: Runtime.NODEJS_24_X,
      environment: { BILLS_TABLE: this.bills.tableName },
      // The SDK of the lock file instead of Lambda's.
      bundling: { externalModules: [], format: OutputFormat.ESM, mainFields: ["module", "main"] },
    });
    this.bills.grant(bill, "dynamodb:PutItem");
    const rule = new Rule(this, "Ended", {
      eventBus,
      eventPattern: { source: ["sip-serverless"], detailType: ["call.ended"] },
    });
    rule.addTarget(new LambdaFunction(bill));
  }
}
