/** What is told of each part, and how. `lower`: whether less is better. */
export type Section = {
  part: string;
  heading: string;
  says: string;
  tables: { measure: string; caption: string; work: string; lower: boolean }[];
  plots: { measure: string; title: string; x: string; y: string; file: string }[];
};

export const SECTIONS: readonly Section[] = [
  {
    part: 'delivery',
    heading: 'Delivery at fixed rates',
    says: '100 threads of three people. A delay is counted from when a message was due until one of the two others has it (an open loop). A † marks a rate at which messages were missing 2 s after the last: its delays are those of the ones that came.',
    tables: [
      { measure: 'p50', caption: 'Delay, half of the messages, ms', work: 'messages/s', lower: true },
      { measure: 'p99', caption: 'Delay, 99 of 100 messages, ms', work: 'messages/s', lower: true },
      {
        measure: 'processor',
        caption: 'Processor time of server and Postgres, s per 1,000 messages (each delivered to two)',
        work: 'messages/s',
        lower: true,
      },
    ],
    plots: [
      { measure: 'p50', title: 'Delay of half of the messages', x: 'messages a second', y: 'ms', file: 'delivery-p50' },
      { measure: 'p99', title: 'Delay of 99 of 100 messages', x: 'messages a second', y: 'ms', file: 'delivery-p99' },
      {
        measure: 'processor',
        title: 'Processor time per 1,000 messages',
        x: 'messages a second',
        y: 's, server and Postgres',
        file: 'delivery-processor',
      },
    ],
  },
  {
    part: 'sustained',
    heading: 'Sustained rate',
    says: 'The highest rate whose backlog is gone 2 s after the last message, found by doubling and one step between. The clients run on the same processors.',
    tables: [{ measure: 'rate', caption: 'Messages a second', work: 'threads', lower: false }],
    plots: [{ measure: 'rate', title: 'Sustained rate', x: '', y: 'messages a second, more is better', file: 'sustained' }],
  },
  {
    part: 'idle',
    heading: 'Connections on which nothing happens',
    says: 'Connections spread over 100 threads. Memory is the server’s own process, less what it has with none. Processor time is that of server and Postgres at the largest number, pings included.',
    tables: [
      { measure: 'memory', caption: 'Memory, MiB', work: 'connections', lower: true },
      {
        measure: 'processor',
        caption: 'Processor time, ms in each second, per 1,000 connections',
        work: 'connections',
        lower: true,
      },
    ],
    plots: [{ measure: 'memory', title: 'Memory of idle connections', x: 'connections', y: 'MiB', file: 'idle-memory' }],
  },
  {
    part: 'threads',
    heading: 'Threads that somebody has open',
    says: 'Threads of 100 messages, each opened by one reader after the server was started anew, so that it has what the server loads for it; the connections are included. y-websocket in memory can’t be started anew: there both writers’ connections and what writing left behind are included.',
    tables: [{ measure: 'memory', caption: 'Memory, MiB', work: 'threads', lower: true }],
    plots: [
      { measure: 'memory', title: 'Memory of open threads of 100 messages', x: 'threads', y: 'MiB', file: 'threads-memory' },
    ],
  },
  {
    part: 'opening',
    heading: 'Cold open of a thread',
    says: 'Somebody who has nothing opens a thread whole, as the first caller after a start; the pages of Postgres and of the file system are warm. Trialogue’s thread of 10,000 lies in three documents, which come at the same time; its app needs the newest alone to show it, and reads the others later. The others’ frames hold messages alone; Trialogue’s also each message’s place and time of acceptance.',
    tables: [
      { measure: 'ms', caption: 'Until all is there, ms', work: 'messages', lower: true },
      { measure: 'bytes', caption: 'Bytes', work: 'messages', lower: true },
      { measure: 'processor', caption: 'Processor time of server and Postgres, ms', work: 'messages', lower: true },
    ],
    plots: [
      { measure: 'ms', title: 'Cold open of a thread', x: 'messages in it', y: 'ms', file: 'opening-ms' },
      { measure: 'bytes', title: 'Bytes of a cold open', x: 'messages in it', y: 'bytes', file: 'opening-bytes' },
    ],
  },
  {
    part: 'feed',
    heading: 'Staff who are told',
    says: 'All staff of an agency hear of each message of its conversations by their feeds. What that costs beside the writing: 50 messages a second with and without so many of the staff connected. The peers have nothing like it: their clients open every document that they want to hear of.',
    tables: [
      {
        measure: 'processor',
        caption: 'Processor time of server and Postgres, s per 1,000 notices (a message told to one person)',
        work: 'staff',
        lower: true,
      },
    ],
    plots: [
      { measure: 'processor', title: 'A message told on feeds', x: 'staff connected', y: 's per 1,000 notices', file: 'feed' },
    ],
  },
  {
    part: 'storm',
    heading: 'Everybody reconnects',
    says: 'The server is killed and started again; all clients try every 50 to 150 ms, have nothing, and ask for their thread of 20 messages. Counted from the moment in which the port answers until the last one has its thread. y-websocket in memory has nothing to give: it answers with empty documents.',
    tables: [{ measure: 'ms', caption: 'Until the last one has it, ms', work: 'clients', lower: true }],
    plots: [{ measure: 'ms', title: 'Reconnecting after a kill', x: 'clients', y: 'ms', file: 'storm' }],
  },
  {
    part: 'slow-reader',
    heading: 'One reader that stops reading',
    says: 'One of three in a thread reads no more while the others write messages of 7,900 characters, 400 a second. How much the server’s memory grew since, at its highest. Peers keep the thread itself in memory besides, once. The operating system takes the first few MB of what isn’t read.',
    tables: [{ measure: 'grown', caption: 'Memory grown by, MiB', work: 'MB written', lower: true }],
    plots: [
      { measure: 'grown', title: 'Memory for a reader that stopped', x: 'MB written since', y: 'MiB', file: 'slow-reader' },
    ],
  },
];
