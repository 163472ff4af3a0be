import { describe, expect, test } from 'vitest';
import { Event } from '../../../src/primitives/event.ts';
import { settle } from '../../../src/testing/index.ts';
import { useManualClock } from '../../support/time.ts';
import { watch } from '../../support/watch.ts';
import { inScope, listeners, thrown } from './support.ts';

const clock = useManualClock();

describe('Event.send', () => {
  test('wakes all who wait, later and in call order, and is remembered', async () => {
    const event = new Event<number>();
    const log: string[] = [];
    for (const id of ['a', 'b']) void event.wait().then((value) => log.push(`${id} ${value}`));

    event.send(5);
    log.push(`sent ready=${event.ready()}`);

    await settle();
    expect(log).toEqual(['sent ready=true', 'a 5', 'b 5']);
    expect(await event.wait()).toBe(5);
  });

  test('needs no value when there is none', async () => {
    const event = new Event();

    event.send();

    expect(await event.wait()).toBeUndefined();
  });

  test('a second time throws and keeps the first value', async () => {
    const event = new Event<number>();
    event.send(5);

    expect(thrown(() => event.send(6))).toMatchObject({ code: 'ERR_EVENT_SENT' });
    expect(thrown(() => event.sendException(new Error('late')))).toMatchObject({ code: 'ERR_EVENT_SENT' });

    expect(await event.wait()).toBe(5);
  });
});

describe('Event.sendException', () => {
  test('throws the very same error in all who wait, now and later', async () => {
    const event = new Event<number>();
    const error = new Error('boom');
    const now = watch(event.wait());

    event.sendException(error);

    const later = watch(event.wait());
    await settle();
    expect([now.error, later.error, event.ready()]).toEqual([error, error, true]);
  });

  test('that nobody waits for is no unhandled rejection', async () => {
    const unhandled: unknown[] = [];
    const note = (error: unknown): number => unhandled.push(error);
    process.on('unhandledRejection', note);

    new Event().sendException(new Error('boom'));

    await settle();
    process.off('unhandledRejection', note);
    expect(unhandled).toEqual([]);
  });
});

describe('Event.wait', () => {
  test('that times out ends alone', async () => {
    const event = new Event<number>();
    const { signal } = new AbortController();
    const impatient = watch(event.wait({ timeout: 5, signal }));
    const patient = watch(event.wait());

    await clock.now.advance(5);
    event.send(1);

    await settle();
    expect(impatient.error).toMatchObject({ code: 'ERR_TIMEOUT' });
    expect([patient.value, listeners(signal)]).toEqual([1, 0]);
  });

  test('that is killed ends alone', async () => {
    const event = new Event<number>();
    const { scope, result } = inScope(() => watch(event.wait()));

    scope.deliver('killed');
    event.send(1);

    await settle();
    expect([result.error, await event.wait()]).toEqual(['killed', 1]);
  });

  test('takes a kill that nothing has thrown yet, also when the event was sent', async () => {
    const event = new Event<number>();
    event.send(1);
    const { scope, result } = inScope(async () => {
      await Promise.resolve();
      return [await event.wait().catch((reason) => reason), await event.wait()];
    });

    scope.deliver('killed');

    expect(await result).toEqual(['killed', 1]);
  });
});

describe('Event.reset', () => {
  test('lets the event be sent again', async () => {
    const event = new Event<number>();
    event.send(5);

    event.reset();

    expect(event.ready()).toBe(false);
    event.send(7);
    expect(await event.wait()).toBe(7);
  });

  test('does not change what those who were told in the same turn get', async () => {
    const event = new Event<number>();
    const told = watch(event.wait());

    event.send(1);
    event.reset();
    event.send(2);

    await settle();
    expect(told.value).toBe(1);
  });

  test('of a fresh event throws', () => {
    expect(thrown(() => new Event().reset())).toMatchObject({ code: 'ERR_EVENT_NOT_SENT' });
  });
});
