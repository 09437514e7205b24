import ts from 'typescript';

/**
 * A type of JSON values written out, without any name of ours.
 *
 * @throws Error for a type that JSON has no values of
 */
export function structure(checker: ts.TypeChecker, type: ts.Type): string {
  const of = (inner: ts.Type) => structure(checker, inner);
  if (type.isUnion()) return `(${type.types.map(of).join(' | ')})`;
  if (!(type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection))) {
    return checker.typeToString(type, undefined, ts.TypeFormatFlags.NoTruncation);
  }
  if (checker.isTupleType(type)) {
    return `[${checker
      .getTypeArguments(type as ts.TypeReference)
      .map(of)
      .join(', ')}]`;
  }
  if (checker.isArrayType(type)) {
    return `${of(checker.getTypeArguments(type as ts.TypeReference)[0]!)}[]`;
  }
  if (type.getCallSignatures().length > 0) {
    throw new Error(`Expected a type of JSON values but received ${checker.typeToString(type)}.`);
  }
  const members = type.getProperties().map((property) => {
    const mark = property.flags & ts.SymbolFlags.Optional ? '?' : '';
    return `${JSON.stringify(property.name)}${mark}: ${of(checker.getTypeOfSymbol(property))}`;
  });
  const index = checker.getIndexInfoOfType(type, ts.IndexKind.String);
  if (index) members.push(`[name: string]: ${of(index.type)}`);
  return `{ ${members.join('; ')} }`;
}
