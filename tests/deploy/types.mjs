// Judges rendered manifests by the Kubernetes API's own types: types.mjs OBJECTS.json FOLDER, where FOLDER has the npm packages.
// The schema finds what is missing or malformed, the TypeScript compiler finds fields that the API does not know.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [objectsFile, folder] = process.argv.slice(2);
const objects = JSON.parse(readFileSync(objectsFile, 'utf8'));
const require = createRequire(join(folder, 'package.json'));
let failed = false;
const lines = [];

for (const [index, object] of objects.entries()) {
  const { apiVersion, kind, ...rest } = object;
  const isOfOperator = apiVersion.startsWith('monitoring.coreos.com/');
  const module = `${isOfOperator ? '@kubernetes-models/prometheus-operator' : 'kubernetes-models'}/${apiVersion}`;
  const file = join(folder, 'node_modules', ...module.split('/'), 'index.js');
  const types = await import(pathToFileURL(file));
  if (!types[kind]) {
    console.error(`${apiVersion} has no ${kind}`);
    failed = true;
    continue;
  }
  try {
    new types[kind](rest).validate();
  } catch (error) {
    console.error(`${kind}/${object.metadata.name}: ${error.message}`);
    failed = true;
  }
  lines.push(`import { ${kind} as Kind${index} } from ${JSON.stringify(module)};`, `new Kind${index}(${JSON.stringify(rest)});`);
}

const program = join(folder, 'objects.ts');
writeFileSync(program, `${lines.join('\n')}\n`);
try {
  execFileSync(process.execPath, [require.resolve('typescript/bin/tsc'), '--noEmit', '--strict', '--skipLibCheck', '--target', 'es2022', '--module', 'nodenext', program], {
    cwd: folder,
    encoding: 'utf8',
  });
} catch (error) {
  console.error(error.stdout);
  failed = true;
}
if (!failed) {
  console.log(objects.map((object) => `${object.apiVersion} ${object.kind}/${object.metadata.name}`).join('\n'));
}
process.exit(failed ? 1 : 0);
