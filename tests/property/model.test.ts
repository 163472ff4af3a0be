import { describe, test } from 'vitest';
import { agreesWithReference } from './support/model-law.ts';

describe('GreenPool beside a naive pool', () => {
  test(agreesWithReference.name, () => agreesWithReference.holds(300));
});
