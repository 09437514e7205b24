import { Tabs, type TabsListProps } from '@mantine/core';

/** A row of tabs; where it is wider than the screen, it begins with the chosen one in its middle. */
export function TabList(props: TabsListProps) {
  return <Tabs.List ref={showChosen} {...props} />;
}

// Not scrollIntoView, which would scroll the page too.
function showChosen(list: HTMLDivElement | null) {
  const chosen = list?.querySelector('[aria-selected="true"]');
  if (list && chosen) list.scrollLeft += middleOf(chosen) - middleOf(list);
}

function middleOf(element: Element) {
  const { left, width } = element.getBoundingClientRect();
  return left + width / 2;
}
