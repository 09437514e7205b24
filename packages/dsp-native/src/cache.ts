/** Plans of one kind that are kept: more than the front ends that a program uses at once. */
const limit = 8;

/**
 * `make` with the results of the last calls kept, found by the values of `keys` in their options, which
 * `make` refuses unless they are numbers, strings or booleans. The one that was not used for longest is
 * released.
 */
export function cached<Options, Plan extends { release(): void }>(
  make: (options: Options) => Plan,
  keys: readonly (keyof Options & string)[],
): (options: Options) => Plan {
  const plans = new Map<string, Plan>();
  return (options) => {
    const key = keys.map((name) => `${typeof options[name]} ${String(options[name])}`).join();
    const plan = plans.get(key) ?? make(options);
    plans.delete(key);
    plans.set(key, plan);
    if (plans.size > limit) {
      const [oldest, unused] = plans.entries().next().value!;
      plans.delete(oldest);
      unused.release();
    }
    return plan;
  };
}
