/**
 * What this browser keeps between visits: small values by name, never sent anywhere. In a frame of another origin there is
 * no storage, and asking for it throws: there, and where storage is full, a value lasts as long as the page.
 */

/** What could not be stored. @type {Map<string, unknown>} */
const unkept = new Map();

/**
 * @param {string} name
 * @returns {unknown} null when nothing is kept, or nothing that can be read; what it is is the caller's to check
 */
export function recall(name) {
  if (unkept.has(name)) return unkept.get(name);
  try {
    return JSON.parse(localStorage.getItem(storageName(name)) ?? 'null');
  } catch {
    return null;
  }
}

/** @param {string} name @param {unknown} value null: nothing is kept any more */
export function keep(name, value) {
  try {
    if (value === null) localStorage.removeItem(storageName(name));
    else localStorage.setItem(storageName(name), JSON.stringify(value));
    unkept.delete(name);
  } catch {
    unkept.set(name, value);
  }
}

/** @param {string} name */
const storageName = (name) => `systemsim.${name}`;
