import { Menu, Popover, type PopoverProps } from '@mantine/core';
import { type ReactNode, cloneElement, useEffect, useState } from 'react';
import type { ButtonElement } from './on-demand.tsx';

/** Opens once the button is there and has the focus, so that it gets it back in the end. */
function useOpened() {
  const [opened, setOpened] = useState(false);
  useEffect(() => setOpened(true), []);
  return [opened, setOpened] as const;
}

interface OpenedMenuProps {
  button: ButtonElement;
  /** The items. */
  children: ReactNode;
}

/** A menu that is open from the start, below its button. */
export function OpenedMenu({ button, children }: OpenedMenuProps) {
  const [opened, setOpened] = useOpened();
  return (
    <Menu opened={opened} onChange={setOpened} position="bottom-end" shadow="md">
      <Menu.Target>{cloneElement(button, { autoFocus: true })}</Menu.Target>
      <Menu.Dropdown>{children}</Menu.Dropdown>
    </Menu>
  );
}

interface OpenedPopoverProps extends Pick<PopoverProps, 'width' | 'position'> {
  button: ButtonElement;
  label: string;
  children: ReactNode | ((close: () => void) => ReactNode);
}

/** A dialog beside its button that is open from the start. */
export function OpenedPopover({ button, label, children, ...place }: OpenedPopoverProps) {
  const [opened, setOpened] = useOpened();
  const target = cloneElement(button, { autoFocus: true, onClick: () => setOpened(!opened) });
  return (
    <Popover opened={opened} onChange={setOpened} shadow="md" trapFocus {...place}>
      <Popover.Target>{target}</Popover.Target>
      <Popover.Dropdown aria-label={label}>
        {typeof children === 'function' ? children(() => setOpened(false)) : children}
      </Popover.Dropdown>
    </Popover>
  );
}
