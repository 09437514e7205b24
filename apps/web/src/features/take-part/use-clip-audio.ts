import { useRef, useState } from 'react';

interface ClipState {
  playing: boolean;
  /** Seconds into the clip, and its length; 0 before the browser knows it. */
  position: number;
  duration: number;
  /** Seconds of the clip that were played; what is heard twice counts once. */
  heardSeconds: number;
  failed: boolean;
}

const silent: ClipState = {
  playing: false,
  position: 0,
  duration: 0,
  heardSeconds: 0,
  failed: false,
};

/** An audio element and what it does; `bind` goes onto the element. */
export function useClipAudio() {
  const audio = useRef<HTMLAudioElement>(null);
  const [state, setState] = useState(silent);

  const read = () => {
    const element = audio.current;
    if (!element) return;
    setState(({ heardSeconds }) => ({
      playing: !element.paused && !element.ended,
      position: element.currentTime,
      duration: Number.isFinite(element.duration) ? element.duration : 0,
      // Loading the clip again after an error forgets what was played.
      heardSeconds: Math.max(heardSeconds, seconds(element.played)),
      failed: element.error !== null,
    }));
  };

  const toggle = () => {
    const element = audio.current;
    if (!element) return;
    if (element.error) element.load();
    // A refusal shows as a pause or an error of the element.
    if (element.paused) element.play().catch(read);
    else element.pause();
  };

  const bind = {
    ref: audio,
    onPlay: read,
    onPlaying: read,
    onPause: read,
    onEnded: read,
    onError: read,
    onTimeUpdate: read,
    onDurationChange: read,
  };
  return { ...state, toggle, bind };
}

function seconds(played: TimeRanges): number {
  let sum = 0;
  for (let range = 0; range < played.length; range++)
    sum += played.end(range) - played.start(range);
  return sum;
}
