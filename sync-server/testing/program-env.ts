// oxlint-disable-next-line node/no-process-env -- what Node has compiled already, from whoever tests
const { NODE_COMPILE_CACHE = '' } = process.env;

/** For programs that tests start: PATH for `id`, by which Postgres's user is found; nothing else that tells where they run. */
export const PROGRAM_ENV = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', NODE_COMPILE_CACHE };
