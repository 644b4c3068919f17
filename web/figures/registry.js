// The chapter's figures by name: what {% figure "name" %} and <sim-figure name="name"> mean. One line a figure, whose
// module a page fetches only when it shows that figure. (Its still picture: still.js; its style sheet, where it has one
// of its own: ../styles/figures/name.css.)

/** @import { Figure, FigureHost } from './sim-figure.js' */

/** @type {Record<string, () => Promise<new (host: FigureHost) => Figure>>} */
const figures = {
  absence: async () => (await import('./absence.js')).AbsenceFigure,
  card: async () => (await import('./card.js')).CardFigure,
  cart: async () => (await import('./cart.js')).CartFigure,
  contract: async () => (await import('./contract.js')).ContractFigure,
  day: async () => (await import('./day.js')).DayFigure,
  deletions: async () => (await import('./deletions.js')).DeletionsFigure,
  goals: async () => (await import('./goals.js')).GoalsFigure,
  hours: async () => (await import('./hours.js')).HoursFigure,
  lookups: async () => (await import('./lookups.js')).LookupsFigure,
  loss: async () => (await import('./loss.js')).LossFigure,
  partition: async () => (await import('./partition.js')).PartitionFigure,
  quorum: async () => (await import('./quorum.js')).QuorumFigure,
  records: async () => (await import('./records.js')).RecordsFigure,
  replication: async () => (await import('./replication.js')).ReplicationFigure,
  tiers: async () => (await import('./tiers.js')).TiersFigure,
  'torn-log': async () => (await import('./torn-log.js')).TornLogFigure,
  worlds: async () => (await import('./worlds.js')).WorldsFigure,
  versions: async () => (await import('./versions.js')).VersionsFigure,
};

/**
 * The class of a figure.
 * @param {string} name
 */
export async function loadFigure(name) {
  if (!Object.hasOwn(figures, name)) throw new Error(`There is no figure “${name}”.`);
  return figures[name]().catch(() => {
    throw new Error('Its script did not arrive.');
  });
}
