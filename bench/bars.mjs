// A bar: one promise of speed or size, judged on the medians of one case. It never fails a run: timing is no test.

/**
 * @typedef {object} Bar
 * @property {string} id   which promise, as B1
 * @property {string} text the promise in words
 * @property {(medianOf: (name: string, field?: string) => number) => { value: number, isMet: boolean }} judge
 */

/** `name` takes at most `times` what `other` takes. @returns {Bar} */
export function atMostSlower(id, name, times, other, field = 'nsPerTask') {
  return {
    id,
    text: `${name}: at most ${times} x ${other}`,
    judge(medianOf) {
      const value = medianOf(name, field) / medianOf(other, field);
      return { value, isMet: value <= times };
    },
  };
}

/** `other` takes at least `times` what `name` takes. @returns {Bar} */
export function atLeastFaster(id, name, times, other, field = 'nsPerTask') {
  return {
    id,
    text: `${name}: ${times === 1 ? 'ahead of' : `at least ${times} x faster than`} ${other}`,
    judge(medianOf) {
      const value = medianOf(other, field) / medianOf(name, field);
      return { value, isMet: value >= times };
    },
  };
}

/** `name` does at least `share` of what `other` does in the same time. @returns {Bar} */
export function atLeastShare(id, name, share, other) {
  return {
    id,
    text: `${name}: at least ${share} of the speed of ${other}`,
    judge(medianOf) {
      const value = medianOf(other) / medianOf(name);
      return { value, isMet: value >= share };
    },
  };
}

/** `name` takes at most `ns` more than `other`. @returns {Bar} */
export function addsAtMost(id, name, ns, other) {
  return {
    id,
    text: `${name}: at most ${ns} ns more than ${other}`,
    judge(medianOf) {
      const value = medianOf(name) - medianOf(other);
      return { value, isMet: value <= ns };
    },
  };
}

/** The dearest of `names` costs at most `times` the cheapest. @returns {Bar} */
export function flat(id, names, times, what, field = 'nsPerTask') {
  return {
    id,
    text: `${what}: flat within ${times} x`,
    judge(medianOf) {
      const costs = names.map((name) => medianOf(name, field));
      const value = Math.max(...costs) / Math.min(...costs);
      return { value, isMet: value <= times };
    },
  };
}

/** What was read at several points of one run differs by at most `times`. @returns {Bar} */
export function steady(id, name, fields, times, what) {
  return {
    id,
    text: `${what}: the same within ${times} x`,
    judge(medianOf) {
      const readings = fields.map((field) => medianOf(name, field));
      const value = Math.max(...readings) / Math.min(...readings);
      return { value, isMet: value <= times };
    },
  };
}

/** `name` uses less than `limit` of `field`. @returns {Bar} */
export function below(id, name, limit, field, unit) {
  return {
    id,
    text: `${name}: under ${limit / unit.size} ${unit.name}`,
    judge(medianOf) {
      const bytes = medianOf(name, field);
      return { value: bytes / unit.size, isMet: bytes < limit };
    },
  };
}
