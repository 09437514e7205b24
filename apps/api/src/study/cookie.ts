/** The secret that lets a browser take part in a study, and nobody else in its place. */
import { notInvited } from '@consonance/engine';
import type { FastifyReply, FastifyRequest } from 'fastify';

const name = 'consonance_study';
const options = { path: '/', httpOnly: true, sameSite: 'strict' } as const;
const days = 90;

export const secretOf = ({ cookies }: FastifyRequest): string | undefined => cookies[name];

/** @throws EngineError NOT_INVITED */
export function participantSecret(request: FastifyRequest): string {
  const secret = secretOf(request);
  if (secret === undefined) throw notInvited();
  return secret;
}

export function setParticipant(request: FastifyRequest, reply: FastifyReply, secret: string): void {
  const secure = request.protocol === 'https';
  reply.setCookie(name, secret, { ...options, secure, maxAge: days * 24 * 3600 });
}

export const clearParticipant = (reply: FastifyReply): void =>
  void reply.clearCookie(name, options);
