/** What stands for an empty list. */
export const nothing = '无';
