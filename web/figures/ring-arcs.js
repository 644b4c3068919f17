// A ring's points in order, and what each of them owns. From the view "ring"; nothing here places a point.

/** @import { Ring } from '../engine/engine.d.ts' */

/**
 * Where the points of a ring lie and what each of them owns: from the point before it, clockwise, to itself.
 * @param {Ring} ring
 * @returns {{node: string, from: number, to: number, replicas: string[]}[]} by place; the first may begin before 0;
 *     `replicas` hold the keys of the piece
 */
export function arcsOf({ tokens }) {
  const points = [...tokens].sort((left, right) => left.at - right.at);
  return points.map(({ node, at, replicas }, index) => ({
    node,
    from: index > 0 ? points[index - 1].at : (points.at(-1)?.at ?? 0) - 1,
    to: at,
    replicas,
  }));
}
