import { notifications } from '@mantine/notifications';
import {
  type ButtonHTMLAttributes,
  type ReactElement,
  type ReactNode,
  Suspense,
  cloneElement,
  startTransition,
  useState,
} from 'react';
import { noAnswer } from '../api/errors.ts';

/** A button of the component library; it passes these on to its element. */
export type ButtonElement = ReactElement<ButtonHTMLAttributes<HTMLButtonElement>>;

interface OnDemandProps {
  button: ButtonElement;
  opens: 'menu' | 'dialog';
  /** Fetches the code of what opens. */
  load: () => Promise<unknown>;
  /** The button with what it opens, opened. */
  children: ReactNode;
}

/** The button alone until it is pressed: no page needs the code of closed menus for its first paint. */
export function OnDemand({ button, opens, load, children }: OnDemandProps) {
  const [wanted, setWanted] = useState(false);
  const open = () =>
    load().then(
      // The button stays until all is drawn.
      () => startTransition(() => setWanted(true)),
      () => notifications.show({ color: 'red', title: 'That did not work', message: noAnswer }),
    );
  // Sooner than pressed; pressing it tells of what fails.
  const prepare = () => void load().catch(() => {});
  const alone = cloneElement(button, {
    'aria-haspopup': opens,
    onClick: () => void open(),
    onPointerEnter: prepare,
    onFocus: prepare,
  });
  return <Suspense fallback={alone}>{wanted ? children : alone}</Suspense>;
}
