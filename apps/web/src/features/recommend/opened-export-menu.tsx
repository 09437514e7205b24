import type { ButtonElement } from '../../components/on-demand.tsx';
import { OpenedMenu } from '../../components/opened.tsx';
import { type ExportMenuItemsProps, ExportMenuItems } from './export-menu-items.tsx';

interface OpenedExportMenuProps extends ExportMenuItemsProps {
  button: ButtonElement;
}

export default function OpenedExportMenu({ button, what }: OpenedExportMenuProps) {
  return (
    <OpenedMenu button={button}>
      <ExportMenuItems what={what} />
    </OpenedMenu>
  );
}
