/** An element of an XML document. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** All text directly in it. */
  readonly text: string;
}

const TOKEN =
  /<\?xml [^?]*\?>|<\/(?<closed>\w+)>|<(?<opened>\w+)(?<attributes>(?: \w+="[^"<]*")*)(?<empty>\/?)>|(?<text>[^<]+)/y;
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"' };

/**
 * Reads an XML document as a parser does that forgives nothing: throws at a character that XML 1.0 has no place for, at
 * an `&` that begins no entity, and at tags that do not match. Knows no comments, namespaces or CDATA.
 */
export function parseXml(document: string): XmlElement {
  const forbidden = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u.exec(document);
  if (forbidden !== null) throw new Error(`a forbidden character at ${forbidden.index}`);
  const root = { name: '', attributes: {}, children: [] as XmlElement[], text: '' };
  const open = [root];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < document.length) {
    const at = TOKEN.lastIndex;
    const { closed, opened, attributes = '', empty, text } = TOKEN.exec(document)?.groups ?? fail(at);
    const parent = open.at(-1) ?? fail(at);
    if (text !== undefined) parent.text += decode(text);
    else if (closed !== undefined && open.pop()?.name !== closed) fail(at);
    else if (opened !== undefined) {
      const element = { name: opened, attributes: parseAttributes(attributes), children: [], text: '' };
      parent.children.push(element);
      if (empty === '') open.push(element);
    }
  }
  const [only, ...others] = root.children;
  if (only === undefined || others.length > 0 || open.length !== 1) throw new Error('not one element');
  return only;
}

function parseAttributes(text: string): Record<string, string> {
  const pairs = [...text.matchAll(/ (\w+)="([^"]*)"/g)].map(
    ([, name = '', value = '']) => [name, decode(value.replace(/[\t\n\r]/g, ' '))] as const,
  );
  if (new Set(pairs.map(([name]) => name)).size < pairs.length) throw new Error(`twice the same in${text}`);
  return Object.fromEntries(pairs);
}

function decode(text: string): string {
  return text.replace(/&(#\d+;|\w+;)?/g, (_all, entity: string | undefined) => {
    const name = entity?.slice(0, -1) ?? '';
    const character = name.startsWith('#') ? String.fromCodePoint(Number(name.slice(1))) : ENTITIES[name];
    return character ?? fail(text.indexOf('&'));
  });
}

function fail(at: number): never {
  throw new Error(`not well-formed at ${at}`);
}
