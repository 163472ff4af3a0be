import { describe, expect, test } from 'vitest';
import { ArgumentTemplate } from '../../../../src/cli/exec/argument-template.ts';

const render = (words: readonly string[], item: unknown, place = { id: 7, slot: 0 }): string[] =>
  new ArgumentTemplate(words).render(item, place);

describe('ArgumentTemplate.render', () => {
  test.each([
    ['{}', 'dir/photo.tar.gz'],
    ['{.}', 'dir/photo.tar'],
    ['{/}', 'photo.tar.gz'],
    ['{//}', 'dir'],
    ['{/.}', 'photo.tar'],
    ['{#}', '7'],
    ['{%}', '1'],
  ])('%s is, as in GNU parallel, %s', (placeholder, text) => {
    expect(render(['x', placeholder], 'dir/photo.tar.gz')).toEqual(['x', text]);
  });

  test.each([
    ['name', { '{.}': 'name', '{/}': 'name', '{//}': '.', '{/.}': 'name' }],
    ['a.d/name', { '{.}': 'a.d/name', '{/}': 'name', '{//}': 'a.d', '{/.}': 'name' }],
    ['/name.x', { '{.}': '/name', '{/}': 'name.x', '{//}': '/', '{/.}': 'name' }],
    ['name.', { '{.}': 'name.', '{/.}': 'name.' }],
    ['line one.\ntwo', { '{.}': 'line one', '{/}': 'line one.\ntwo' }],
  ])('the parts of %j', (item, parts) => {
    for (const [placeholder, text] of Object.entries(parts)) {
      expect(render([placeholder], item)).toEqual([text]);
    }
  });

  test('a word may hold several, and text around them', () => {
    expect(render(['convert', '{}', '--out={//}/{/.}-{#}.png'], 'in/a.jpg')).toEqual([
      'convert',
      'in/a.jpg',
      '--out=in/a-7.png',
    ]);
  });

  test('without a placeholder the item is the last argument', () => {
    expect(render(['echo', '-n'], 'x')).toEqual(['echo', '-n', 'x']);
  });

  test('what an item holds is no template and no shell', () => {
    const item = '-rf "$(x)" \'{#}\' `y` ; \\ \n *';

    expect(render(['echo', '<{}>'], item)).toEqual(['echo', `<${item}>`]);
  });

  test('fields of an object: strings as they are, everything else as JSON', () => {
    const item = { id: 5, 'file-name': 'a b', tags: ['x'], none: null };

    expect(render(['{id}', '{file-name}', '{tags}', '{none}'], item)).toEqual(['5', 'a b', '["x"]', 'null']);
    expect(render(['{}'], item)).toEqual([JSON.stringify(item)]);
  });

  test.each([[{ id: 5 }], ['text'], [null], [[1]]])('%j has no field url: the item fails', (item) => {
    expect(() => render(['{url}'], item)).toThrow(
      expect.objectContaining({ code: 'ERR_NO_FIELD', message: 'the item has no field url' }),
    );
  });

  test('what an object inherits is no field', () => {
    expect(() => render(['{constructor}'], {})).toThrow('the item has no field constructor');
  });

  test('an argument cannot hold a NUL character', () => {
    expect(() => render(['{}'], 'a\0b')).toThrow(expect.objectContaining({ code: 'ERR_ARGUMENT' }));
  });

  test.each(['{print $1}', '{"id":', '{{.Names}}', '{{id}}', 'a } b {', '{a,b}', '${', '\\{'])(
    '%s is no placeholder and stays as it is',
    (word) => {
      expect(render([word, '{}'], 'x')).toEqual([word, 'x']);
    },
  );

  test('a placeholder inside of JSON is found', () => {
    expect(render(['{"id":{id},"all":{"x":{id}}}'], { id: 3 })).toEqual(['{"id":3,"all":{"x":3}}']);
  });
});

describe('new ArgumentTemplate', () => {
  test.each(['{1}', '{a.b}', '{.x}', '{##}', '{-1}', '{///}', '{?}'])(
    '%s looks like a placeholder and is none: refused, with its place',
    (wrong) => {
      expect(() => new ArgumentTemplate(['cmd', `--x=${wrong}`])).toThrow(
        `unknown placeholder ${wrong} in argument 1 of the command (--x=${wrong})`,
      );
    },
  );

  test('knows whether the command itself depends on the item', () => {
    expect(new ArgumentTemplate(['echo', '{}']).fixedCommand).toBe('echo');
    expect(new ArgumentTemplate(['./{}']).fixedCommand).toBeUndefined();
  });
});
