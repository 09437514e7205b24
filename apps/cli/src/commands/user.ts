import { text } from 'node:stream/consumers';
import type { Accounts } from '@consonance/api';
import { openLibrary } from '@consonance/library';
import type { Command } from 'commander';
import { globalOptions, print } from '../context.ts';
import { databaseUrl } from '../data-directory.ts';
import { UsageError } from '../errors.ts';
import { formatTable } from '../table.ts';

export function registerUser(program: Command): void {
  const user = program
    .command('user')
    .description('who may log in; with the first user everybody has to');

  user
    .command('add')
    .description('add a user; asks for the password, or reads it from standard input')
    .argument('<name>', 'the name, also as a listener')
    .option('--admin', 'may add users, folders and settings; the first user always may', false)
    .action(async (name: string, { admin }: { admin: boolean }, command: Command) => {
      const password = await newPassword();
      const added = await withAccounts(command, (accounts) =>
        accounts.add({ name, password, isAdmin: admin }),
      );
      const role = added.isAdmin ? ' as administrator' : '';
      print(globalOptions(command), added, `Added ${added.name}${role}.`);
    });

  user
    .command('list')
    .description('the users')
    .action(async (_: unknown, command: Command) => {
      const users = await withAccounts(command, (accounts) => accounts.list());
      const rows = users.map(({ name, isAdmin }) => [name, isAdmin ? 'administrator' : '']);
      const nobody = 'No users: only this machine can use the server, without logging in.';
      const table = users.length === 0 ? nobody : formatTable(['name', 'role'], rows);
      print(globalOptions(command), users, table);
    });

  user
    .command('password')
    .description('set a new password and end the sessions')
    .argument('<name>')
    .action(async (name: string, _: unknown, command: Command) => {
      await withAccounts(command, async (accounts) => {
        const { id } = await find(accounts, name);
        await accounts.setPassword(id, await newPassword());
      });
      print(globalOptions(command), { name }, `${name} has a new password.`);
    });

  user
    .command('remove')
    .description('remove a user; the history stays')
    .argument('<name>')
    .action(async (name: string, _: unknown, command: Command) => {
      await withAccounts(command, async (accounts) => {
        await accounts.remove((await find(accounts, name)).id);
      });
      print(globalOptions(command), { name }, `Removed ${name}.`);
    });
}

async function withAccounts<T>(command: Command, work: (accounts: Accounts) => Promise<T>) {
  const { Accounts } = await import('@consonance/api');
  const library = await openLibrary({
    dataDirectory: globalOptions(command).dataDir,
    databaseUrl: databaseUrl(),
  });
  try {
    return await work(await Accounts.open(library.users, { isLoopback: true }));
  } finally {
    await library.close();
  }
}

async function find(accounts: Accounts, name: string) {
  const users = await accounts.list();
  const found = users.find((user) => user.name.toLowerCase() === name.trim().toLowerCase());
  if (found !== undefined) return found;
  const known = users.map((user) => user.name).join(', ') || 'nobody';
  throw new UsageError(`Expected the name of a user (${known}) but received "${name}".`);
}

/** Not as an argument: other users of the machine can see those. */
async function newPassword(): Promise<string> {
  if (!process.stdin.isTTY) return (await text(process.stdin)).replace(/\r?\n$/, '');
  const { default: ask } = await import('@inquirer/password');
  const password = await ask({ message: 'New password (8 characters or more):' });
  if (password === (await ask({ message: 'Once more:' }))) return password;
  throw new UsageError('Expected the same password twice.');
}
