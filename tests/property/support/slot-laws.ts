import { demand, demandEqual, law } from './law.ts';
import { plans, Stage } from './stage.ts';
import type { Subject } from './subject.ts';

export const boundHolds = law(
  'functions at work, killed ones included, all hold slots, and no slot is given above the size',
  plans({ resizes: true }),
  async (subject, plan) => {
    let before = { running: 0, size: plan.size };
    const stage = new Stage(subject, plan, ({ pool, working }) => {
      const now = { running: pool.running(), size: pool.size };
      demand(working <= now.running, () => `${working} functions at work in ${now.running} slots`);
      const most = Math.max(before.size, now.size, before.running);
      demand(
        now.running <= most,
        () => `running() went from ${before.running} to ${now.running} above ${most}`,
      );
      before = now;
    });
    await stage.play();
  },
);

export const countsAddUp = law(
  'running() + free() is the size, and waiting() callers queue only while there is no slot',
  plans({ resizes: true }),
  async (subject, plan) => {
    const stage = new Stage(subject, plan, ({ pool, tickets, isInLink }) => {
      demandEqual(pool.running() + pool.free(), pool.size, 'running() + free()');
      const called = tickets.filter(({ state }) => state === 'called').length;
      demand(pool.waiting() <= called, () => `${pool.waiting()} wait, ${called} have called`);
      const isHandedOn = isInLink || pool.waiting() === 0 || pool.free() <= 0;
      demand(isHandedOn, () => `${pool.waiting()} wait beside a free slot`);
    });
    await stage.play();
    stage.demandRest();
  },
);

export const callOrderHolds = law(
  'slots are given in call order, also to those who call in the turn in which another is released',
  plans({ resizes: true }),
  async (subject, plan) => {
    const stage = new Stage(subject, plan);
    await stage.play();
    const inOrder = [...stage.starts].sort((a, b) => a - b);
    demandEqual(stage.starts, inOrder, 'order of starts');
  },
);

export const noSlotIsLost = law(
  'aborts and kills at any moment neither lose a slot nor make one',
  plans(),
  async (subject, plan) => {
    const stage = new Stage(subject, plan);
    await stage.play();
    stage.demandRest();
  },
);

/** Grows and shrinks `pool` and demands that exactly those are admitted for whom there is room. */
class ExactGrowth extends Stage {
  constructor(subject: Subject, plan: ConstructorParameters<typeof Stage>[1]) {
    super(subject, plan);
    const resize = this.pool.resize.bind(this.pool);
    this.pool.resize = (size) => {
      const { pool } = this;
      const [running, waiting] = [pool.running(), pool.waiting()];
      resize(size);
      const admitted = Math.max(0, Math.min(size - running, waiting));
      const now = [pool.running(), pool.waiting(), pool.free()];
      const expected = [running + admitted, waiting - admitted, size - running - admitted];
      this.witness(() => demandEqual(now, expected, `running, waiting and free after resize(${size})`));
    };
  }
}

export const growthIsExact = law(
  'a resize admits exactly max(0, min(free, waiting)) callers, in the call',
  plans({ resizes: true }),
  (subject, plan) => new ExactGrowth(subject, plan).play(),
);

export const slotThenLinks = law(
  'the slot is free before the links run',
  plans({ peaceful: true }),
  async (subject, plan) => {
    const stage = new Stage(subject, plan);
    stage.onLink = ({ pool }) =>
      stage.witness(() => demand(pool.free() >= 1, () => 'a link ran while the slot was taken'));
    await stage.play();
  },
);

export const contextIsTheSpawners = law(
  'a task sees the stores of its spawner and itself as the current green thread, whoever gave it its slot',
  plans({ resizes: true }),
  async (subject, plan) => {
    const stage = new Stage(subject, plan);
    await stage.play();
    demandEqual(stage.strays, [], 'tasks in a wrong context');
  },
);
