import { useEffect, useLayoutEffect, useRef } from 'react';
import { type Scale, ratingOfKey } from './scale.ts';

interface RatingKeys {
  scale: Scale;
  onPlay: () => void;
  onRate: (rating: number) => void;
  onNext: () => void;
}

/** Where Space and Enter mean something already. */
const withOwnKeys = 'a, button, input';

/** Space plays and pauses, L and D or a digit rates, Enter goes on. */
export function useRatingKeys(keys: RatingKeys) {
  const latest = useRef(keys);
  // At once: a key may come before what is done after the paint.
  useLayoutEffect(() => void (latest.current = keys));
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const { key, target } = event;
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      if (!(target instanceof Element) || target.closest('[role="dialog"]')) return;
      const { scale, onPlay, onRate, onNext } = latest.current;
      const rating = ratingOfKey(scale, key);
      const isOwn = target.closest(withOwnKeys);
      if (rating !== undefined) onRate(rating);
      else if (isOwn) return;
      else if (key === ' ') onPlay();
      else if (key === 'Enter') onNext();
      else return;
      event.preventDefault();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}
