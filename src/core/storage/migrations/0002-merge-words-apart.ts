/** The search index is no longer merged inside the commits of others, where it took up to 30 ms: `mergeWords` does it. */
export const mergeWordsApart = `
INSERT INTO item_words (item_words, rank) VALUES ('automerge', 0);
INSERT INTO item_words (item_words, rank) VALUES ('crisismerge', 64);
`;
