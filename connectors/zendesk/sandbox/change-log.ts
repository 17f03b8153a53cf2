/** A place in the order of changes: by second, then by id. */
export interface Place {
  readonly changed: number
  readonly id: number
}

const compare = (a: Place, b: Place) => a.changed - b.changed || a.id - b.id

/**
 * Places in order. A record that changed again leaves its old place behind, which is skipped, and swept once such places
 * outnumber the others.
 */
export function createLog(isCurrent: (place: Place) => boolean) {
  let places: Place[] = []
  const at = (place: Place) => lowerBound(places.length, index => compare(places[index] ?? place, place))
  return {
    /** `live` is how many records there are. */
    add: (place: Place, live: number) => {
      if (places.length > 2 * live + 64) places = places.filter(isCurrent)
      const last = places.at(-1)
      if (!last || compare(last, place) < 0) {
        places.push(place)
        return
      }
      const index = at(place)
      const found = places[index]
      if (!found || compare(found, place) !== 0) places.splice(index, 0, place)
    },
    *from(after: Place): Generator<Place> {
      const seen = places
      for (let index = at({ changed: after.changed, id: after.id + 1 }); index < seen.length; index += 1) {
        const place = seen[index]
        if (place && isCurrent(place)) yield place
      }
    },
  }
}

/** The first index of a sorted sequence whose comparison is not negative. */
export function lowerBound(length: number, compareAt: (index: number) => number): number {
  let [low, high] = [0, length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (compareAt(middle) < 0) low = middle + 1
    else high = middle
  }
  return low
}
