const MAX_CHARACTERS = 26;

/** The end of a path, which tells departments apart, with as many of those above as there is room for. */
export function shortPath(path: string): string {
  if (path.length <= MAX_CHARACTERS) return path;
  const names = path.split("/");
  let end = shortName(names.pop() ?? "");
  if (names.length === 0) return end;
  for (let name = names.pop(); name !== undefined && `…/${name}/${end}`.length <= MAX_CHARACTERS; name = names.pop()) {
    end = `${name}/${end}`;
  }
  return `…/${end}`;
}

/** A long name without its middle: names that begin alike are told apart by their ends. */
function shortName(name: string): string {
  const half = MAX_CHARACTERS / 2;
  return name.length <= MAX_CHARACTERS ? name : `${name.slice(0, half)}…${name.slice(1 - half)}`;
}
