import {
  type CSSVariablesResolver,
  type MantineColorsTuple,
  createTheme,
  defaultVariantColorsResolver,
} from '@mantine/core';

/** Teal, dark enough at 7 and 8 for text on white (WCAG AA) and light enough at 3 and 4 on black. */
const accent: MantineColorsTuple = [
  '#e6f7f6',
  '#d0ecea',
  '#a3d9d5',
  '#72c5bf',
  '#49b3ac',
  '#2fa8a0',
  '#1c9c94',
  '#0b7a73',
  '#036660',
  '#00514c',
];

/** Mantine's dark greys with the hue of our own surfaces. */
const dark: MantineColorsTuple = [
  '#dfe5e8',
  '#bac4ca',
  '#8f9ba2',
  '#727e86',
  '#454f55',
  '#363f44',
  '#293035',
  '#1f2326',
  '#191d1f',
  '#131618',
];

export const theme = createTheme({
  primaryColor: 'accent',
  primaryShade: { light: 7, dark: 4 },
  colors: { accent, dark },
  autoContrast: true,
  // Mantine takes the light theme's shade for the contrast; this variable follows the theme.
  variantColorResolver(input) {
    const colours = defaultVariantColorsResolver(input);
    const isPrimary = input.variant === 'filled' && [undefined, 'accent'].includes(input.color);
    return isPrimary ? { ...colours, color: 'var(--mantine-primary-color-contrast)' } : colours;
  },
  luminanceThreshold: 0.35,
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  fontFamily:
    '"Inter Variable", "Segoe UI", system-ui, -apple-system, Roboto, "Helvetica Neue", "Noto Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SF Mono", Menlo, Consolas, monospace',
  components: {
    // A row of tabs that is wider than a phone scrolls; two rows would look like two kinds of tabs.
    Tabs: {
      styles: {
        list: { flexWrap: 'nowrap', overflowX: 'auto', scrollbarWidth: 'none' },
        tab: { flex: 'none' },
      },
    },
  },
  headings: { fontWeight: '650', sizes: { h1: { fontSize: '1.5rem', lineHeight: '1.25' } } },
});

/**
 * Mantine's red and dimmed texts are too pale to read in small print (WCAG AA asks for a contrast of 4.5), and its
 * dark red ground shouts.
 */
export const cssVariables: CSSVariablesResolver = () => {
  const texts = (red: string, dimmed: string) => ({
    '--mantine-color-error': red,
    '--mantine-color-red-text': red,
    '--mantine-color-dimmed': dimmed,
  });
  return {
    variables: {},
    light: texts('#c92a2a', '#55616a'),
    dark: {
      ...texts('#ff8787', '#a5b1b9'),
      '--mantine-color-red-light': '#3b2325',
      '--mantine-color-red-light-color': '#ffb3b3',
    },
  };
};
