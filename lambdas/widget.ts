import middy from "@middy/core";
import type { Context } from "aws-lambda";
import { observed } from "../lib/aws/middleware.ts";
import { createWidget, type WidgetEvent } from "../lib/aws/widget/create-widget.ts";

const widget = createWidget(process.env);

/** The HTML of a widget of the dashboard. */
export const handler = middy<WidgetEvent, string>()
  .use(
    observed<WidgetEvent, string>(
      "widget",
      () => "<p>The log or the table could not be read: see the log of widget.</p>",
    ),
  )
  .handler((event, { invokedFunctionArn }: Context) => widget(event, invokedFunctionArn));
