import { setTimeout } from 'node:timers/promises';
import type { Sliced } from '@consonance/recommender';

const sliceMilliseconds = 5;
/** One turn of the event loop is too little: a request takes several, and would wait for a slice in each. */
const pauseMilliseconds = 5;

/** Does long work in the background: requests are answered between its slices. */
export async function inSlices<T>(work: Sliced<T>): Promise<T> {
  for (;;) {
    const end = performance.now() + sliceMilliseconds;
    do {
      const { done, value } = work.next();
      if (done) return value;
    } while (performance.now() < end);
    await setTimeout(pauseMilliseconds);
  }
}
