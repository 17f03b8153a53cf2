/** Amounts are rounded to the precision of the currency, and printed with four places all the same. */
export const rounded = (amount: number) => Math.round(amount * 100) / 100
