import { useLocalStorage } from '@mantine/hooks';

/** Whose likes and plays these are, as on the command line: `me` before another was chosen. */
export const defaultListener = 'me';

/** The current listener of this browser, and how to change it. */
export function useListener() {
  return useLocalStorage({
    key: 'consonance-listener',
    defaultValue: defaultListener,
    getInitialValueInEffect: true,
  });
}
