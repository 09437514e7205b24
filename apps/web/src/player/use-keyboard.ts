import { useEffect } from 'react';
import { player } from './player.ts';

const interactive =
  'a, button, input, textarea, select, summary, canvas, [contenteditable], [role], [tabindex="0"]';

const seekSeconds = 5;

/**
 * Space plays and pauses, the arrows seek, with Shift they change the song; where the focus lies on
 * something that has keys of its own, these win.
 */
export function useKeyboard() {
  useEffect(() => {
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}

function onKey(event: KeyboardEvent) {
  const { key, shiftKey, target } = event;
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (target instanceof Element && target.closest(interactive)) return;
  const forward = key === 'ArrowRight';
  if (key === ' ') player.toggle();
  else if (!forward && key !== 'ArrowLeft') return;
  else if (!shiftKey) player.seek(player.state().position + (forward ? seekSeconds : -seekSeconds));
  else if (forward) player.next();
  else player.previous();
  event.preventDefault();
}
