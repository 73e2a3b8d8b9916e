import { describe, expect, jest, test } from "@jest/globals";
import * as fc from "../../support/properties.ts";
import { escapeXml, parseXml } from "../../../lib/sip/syntax/xml.ts";

describe("an XML document", () => {
  test.each([
    ["an element", "<a/>"],
    ["a declaration, comments and white space around it", '<?xml version="1.0"?>\n<!-- x --> <a></a>\n<!-- y -->'],
    ["attributes in both quotes", `<a b="1'" c='2"'/>`],
    ["the entities of XML and numbers", "<a>&amp;&lt;&gt;&quot;&apos;&#65;&#x41;</a>"],
    ["a CDATA section", "<a><![CDATA[<b>&]]></a>"],
    ["a prefix that is declared above its use", '<p:a xmlns:p="u"><b><p:c p:d="1"/></b></p:a>'],
  ])("is read with %s", (_what, text) => {
    expect(parseXml(text)?.root.local).toBe("a");
  });

  test.each([
    ["nothing", ""],
    ["a text", "a"],
    ["an end that is missing", "<a>"],
    ["ends in another order", "<a><b></a></b>"],
    ["two roots", "<a/><a/>"],
    ["text behind the root", "<a/>b"],
    ["a document type", "<!DOCTYPE a><a/>"],
    ["an entity that is not declared", "<a>&b;</a>"],
    ["a loose ampersand in an attribute", '<a b="&"/>'],
    ["an attribute twice", '<a b="1" b="2"/>'],
    ["attributes that touch", '<a b="1"c="2"/>'],
    ["an attribute without quotes", "<a b=1/>"],
    ["a prefix that is not declared", "<p:a/>"],
    ["a prefix that was declared elsewhere", '<a><b xmlns:p="u"/><p:c/></a>'],
    ["a comment without an end", "<a><!-- </a>"],
    ["41 levels", "<a>".repeat(41) + "</a>".repeat(41)],
  ])("is refused with %s", (_what, text) => {
    expect(parseXml(text)).toBeUndefined();
  });

  test("gives the elements below its root with the declarations they need", () => {
    const document = parseXml('<r xmlns="d" xmlns:p="u"><a i="1">x<p:b/></a><p:c xmlns:p="v"/>text</r>');
    expect(document?.children.map((child) => [child.local, child.namespace, child.written()])).toEqual([
      ["a", "d", '<a xmlns="d" xmlns:p="u" i="1">x<p:b/></a>'],
      ["c", "v", '<p:c xmlns="d" xmlns:p="v"/>'],
    ]);
    expect(document?.children[0]?.written({ i: "2" })).toBe('<a xmlns="d" xmlns:p="u" i="2">x<p:b/></a>');
  });

  test("takes no more steps for the elements below many declarations", () => {
    const declarations = Array.from({ length: 100 }, (_, count) => ` xmlns:n${count}="u"`).join("");
    const entries = jest.spyOn(Map.prototype, "set");
    const lists = jest.spyOn(Array.prototype, "filter");
    const document = parseXml(`<n1:r${declarations}>${"<n99:a/>".repeat(1000)}</n1:r>`);
    const copied = entries.mock.calls.length;
    const filtered = lists.mock.contexts.reduce<number>(
      (sum, list) => sum + (Array.isArray(list) ? list.length : 0),
      0,
    );
    jest.restoreAllMocks();
    expect(document?.children).toHaveLength(1000);
    expect([copied, filtered].map((steps) => steps <= 1100)).toEqual([true, true]);
  });

  test("that a child is written as is well-formed by itself, whatever its parts are", () => {
    const part = fc.constantFrom("<a>", "</a>", "<b/>", '<p:c xmlns:p="u">', "</p:c>", "x", "&amp;", "<!-- y -->");
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
        const children = parseXml(`<r xmlns="d">${parts.join("")}</r>`)?.children ?? [];
        for (const child of children) expect(parseXml(child.written())?.root.namespace).toBe(child.namespace);
      }),
    );
  });

  test("is never thrown at, whatever the text is", () => {
    const text = fc.string({ unit: fc.constantFrom(...Array.from("<>/!-[]&;= \"'abx:?D")), maxLength: 40 });
    fc.assert(fc.property(text, (any) => expect(() => parseXml(any)).not.toThrow()));
  });

  test("holds any text that is escaped", () => {
    fc.assert(
      fc.property(fc.string(), (any) => {
        expect(parseXml(`<a b="${escapeXml(any)}">${escapeXml(any)}</a>`)).toBeDefined();
      }),
    );
  });
});
