export { Accounts } from './accounts.ts';
export { PagePolicies } from './content-policy.ts';
export { AccessError, type AccessErrorCode } from './errors.ts';
export { isLoopback } from './origin.ts';
export { clearSession, requestHeader, requireUser, securityPlugin, setSession } from './plugin.ts';
