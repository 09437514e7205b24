/**
 * Makes the package that is published: JavaScript, and types that name no server code.
 *
 *   node scripts/build.ts; npm pack ./dist
 */
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import ts from 'typescript';
import { structure } from './structure.ts';

const packageFolder = path.resolve(import.meta.dirname, '..');
const root = path.resolve(packageFolder, '../..');
const client = path.join(packageFolder, 'src/index.ts');
const router = path.join(root, 'apps/api/src/router/index.ts');

/** Writes the package into a folder, anew. */
export async function build(target: string): Promise<void> {
  const files = emit();
  const manifest = JSON.parse(await readFile(path.join(packageFolder, 'package.json'), 'utf8'));
  const { name, version, license, type, description, dependencies } = manifest;
  await rm(target, { recursive: true, force: true });
  await mkdir(target, { recursive: true });
  for (const [file, text] of Object.entries(files)) await writeFile(path.join(target, file), text);
  await cp(path.join(packageFolder, 'README.md'), path.join(target, 'README.md'));
  await cp(path.join(root, 'LICENSE'), path.join(target, 'LICENSE'));
  const published = {
    name,
    version,
    license,
    type,
    description,
    exports: { '.': { types: './index.d.ts', default: './index.js' } },
    sideEffects: false,
    engines: { node: '>=20' },
    dependencies,
  };
  await writeFile(path.join(target, 'package.json'), `${JSON.stringify(published, null, 2)}\n`);
}

function emit(): Record<'index.js' | 'index.d.ts' | 'router.d.ts', string> {
  const { config } = ts.readConfigFile(path.join(root, 'tsconfig.base.json'), (file) =>
    ts.sys.readFile(file),
  );
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const program = ts.createProgram([client, router], {
    ...options,
    noEmit: false,
    declaration: true,
    removeComments: false,
    noErrorTruncation: true,
    rewriteRelativeImportExtensions: true,
  });
  const emitted = (file: string, extension: string): string => {
    let found: string | undefined;
    program.emit(program.getSourceFile(file), (name, text) => {
      if (name.endsWith(extension)) found = text;
    });
    if (found === undefined)
      throw new Error(`Expected TypeScript to emit ${extension} of ${file}.`);
    return found;
  };
  const withoutApi = (text: string) => text.replaceAll("'@consonance/api'", "'./router.js'");
  return {
    'index.js': emitted(client, '.js'),
    'index.d.ts': withoutApi(emitted(client, '.d.ts')),
    'router.d.ts': withoutServer(program, emitted(router, '.d.ts')),
  };
}

/** The declaration of the router with what its types import from the server written out. */
function withoutServer(program: ts.Program, declaration: string): string {
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(router)!;
  return declaration
    .replaceAll('import("../trpc.ts").Context', 'object')
    .replace(/import\("(@consonance\/[^"]+)"\)\.(\w+)/g, (_, module: string, name: string) => {
      const { resolvedModule } = ts.resolveModuleName(
        module,
        source.fileName,
        program.getCompilerOptions(),
        ts.sys,
      );
      const symbol = checker.getSymbolAtLocation(
        program.getSourceFile(resolvedModule!.resolvedFileName)!,
      )!;
      const type = checker.getExportsOfModule(symbol).find((one) => one.name === name)!;
      return structure(checker, checker.getDeclaredTypeOfSymbol(type));
    });
}

if (import.meta.main) await build(path.join(packageFolder, 'dist'));
