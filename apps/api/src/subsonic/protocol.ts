/** The form of OpenSubsonic's answers: https://opensubsonic.netlify.app/docs/responses/subsonic-response/ */
import { XMLBuilder } from 'fast-xml-parser';
import packageJson from '../../package.json' with { type: 'json' };

/** https://opensubsonic.netlify.app/docs/responses/error/ */
export const errorCodes = {
  generic: 0,
  missingParameter: 10,
  wrongPassword: 40,
  conflictingMechanisms: 43,
  invalidApiKey: 44,
  notFound: 70,
} as const;

export class SubsonicError extends Error {
  override readonly name = 'SubsonicError';
  readonly code: number;

  constructor(reason: keyof typeof errorCodes, message: string) {
    super(message);
    this.code = errorCodes[reason];
  }
}

export interface Answer {
  contentType: string;
  body: string;
}

/** @param format the parameter `f`; XML unless it is json */
export function answer(content: object, format: string | undefined): Answer {
  return formatted({ status: 'ok', ...envelope, ...content }, format);
}

export function failure(error: SubsonicError, format: string | undefined): Answer {
  const { code, message } = error;
  return formatted({ status: 'failed', ...envelope, error: { code, message } }, format);
}

const envelope = {
  version: '1.16.1',
  type: 'consonance',
  serverVersion: packageJson.version,
  openSubsonic: true,
};

function formatted(response: object, format: string | undefined): Answer {
  if (format === 'json') {
    const body = JSON.stringify({ 'subsonic-response': response });
    return { contentType: 'application/json; charset=utf-8', body };
  }
  const root = { xmlns: 'http://subsonic.org/restapi', ...response };
  const tree = {
    '?xml': { '@version': '1.0', '@encoding': 'UTF-8' },
    'subsonic-response': toXml(root),
  };
  return { contentType: 'text/xml; charset=utf-8', body: xmlBuilder.build(tree) };
}

const xmlBuilder = new XMLBuilder({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  suppressBooleanAttributes: false,
});

/** Objects and lists become elements, all else attributes; in a list, plain values are text. */
function toXml(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toXml);
  if (typeof value !== 'object' || value === null) return xmlText(value);
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) =>
      typeof inner === 'object' ? [name, toXml(inner)] : [`@${name}`, xmlText(inner)],
    ),
  );
}

/** Tags may hold characters that XML cannot. */
function xmlText(value: unknown): string {
  return String(value)
    .toWellFormed()
    .replace(/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, '');
}
