import { TRPCClientError } from '@trpc/client';

export const noAnswer = 'The server does not answer. Is consonance still running?';

/** A sentence for people; the server's own where it sent one. */
export function errorText(error: unknown): string {
  if (error instanceof TRPCClientError && error.data) return error.message;
  if (error instanceof TRPCClientError || error instanceof TypeError) return noAnswer;
  return error instanceof Error ? error.message : String(error);
}

/** The server's own code, finer than tRPC's; null where it has none. */
export function errorReason(error: unknown): string | null | undefined {
  return error instanceof TRPCClientError ? error.data?.reason : undefined;
}

export function errorCode(error: unknown): string | undefined {
  return error instanceof TRPCClientError ? error.data?.code : undefined;
}
