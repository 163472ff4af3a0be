import { describe, expect, test } from 'vitest';
import { Screen } from '../../../../src/cli/progress/screen.ts';

class Terminal {
  columns = 80;
  text = '';

  write(text: string | Uint8Array): void {
    this.text += String(text);
  }
}

const ERASE = '\r\x1b[K';

describe('Screen.print', () => {
  test('without a status line only the text is written', () => {
    const terminal = new Terminal();

    new Screen(terminal).print('hello');

    expect(terminal.text).toBe('hello\n');
  });

  test('goes above the status line, which stays', () => {
    const terminal = new Terminal();
    const screen = new Screen(terminal);

    screen.setStatus('50%');
    screen.print('hello');

    expect(terminal.text).toBe(`50%${ERASE}hello\n50%`);
  });
});

describe('Screen.setStatus', () => {
  test('replaces the line before, and an empty one removes it', () => {
    const terminal = new Terminal();
    const screen = new Screen(terminal);

    screen.setStatus('50%');
    screen.setStatus('60%');
    screen.setStatus('');
    screen.setStatus('');

    expect(terminal.text).toBe(`50%${ERASE}60%${ERASE}`);
  });

  test('a line that a narrower terminal has wrapped is erased whole', () => {
    const terminal = new Terminal();
    const screen = new Screen(terminal);

    screen.setStatus('x'.repeat(70));
    terminal.columns = 40;
    screen.setStatus('');

    expect(terminal.text.endsWith('\r\x1b[1A\x1b[J')).toBe(true);
  });
});

describe('Screen.write', () => {
  test('begins a line of its own', () => {
    const terminal = new Terminal();
    const screen = new Screen(terminal);

    screen.setStatus('50%');
    screen.around(() => terminal.write('half'), 'f');
    screen.write(Buffer.from('error\n'));

    expect(terminal.text).toBe(`50%${ERASE}half\nerror\n`);
  });
});

describe('Screen.around', () => {
  test('takes the status line away before somebody else writes', () => {
    const terminal = new Terminal();
    const screen = new Screen(terminal);

    screen.setStatus('50%');
    screen.around(() => terminal.write('result\n'));

    expect(terminal.text).toBe(`50%${ERASE}result\n`);
  });

  test('what ends in the middle of a line is not drawn over', () => {
    const terminal = new Terminal();
    const screen = new Screen(terminal);

    screen.setStatus('50%');
    screen.around(() => terminal.write('half'), 'f');
    screen.around(() => terminal.write(' more'), 'e');
    screen.setStatus('60%');

    expect(terminal.text).toBe(`50%${ERASE}half more\n60%`);
  });
});
