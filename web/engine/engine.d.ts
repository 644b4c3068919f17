// The types of the seam: the raw module that Embind gives, and the views as they arrive as JSON. Written by hand
// (Emscripten 3.1.6 cannot emit them); tests/wasm/types.test.js compares them with the module and its answers.
// Data keeps the engine's own names (snake_case); times are whole microseconds; a position counts processed events.

export type ErrorCode =
  | 'bad_input'
  | 'not_found'
  | 'limit'
  | 'stale_id'
  | 'internal'
  | 'damaged'
  | 'io'
  | 'aborted'
  | 'closed';

export interface Outcome {
  ok: boolean;
  code: string;
  message: string;
  /** A JSON pointer into what was handed in, such as "/cluster/w"; "" when there is none. */
  path: string;
}

/** Where a session stands. */
export interface Place {
  id: number;
  position: number;
  /** Events of idle time that were skipped on the way here, which are no positions. */
  skipped: number;
  now_us: number;
  /** Time of the next event, -1 when none is left. */
  next_us: number;
  last_position: number;
  last_us: number;
  branch: number;
  branch_count: number;
  ended: boolean;
  /** Why the run cannot go on, when it is the session that ends and not the run; else "". */
  message: string;
}

export interface Status extends Outcome, Place {}

export interface Text extends Outcome {
  json: string;
}

export interface Bytes extends Outcome {
  bytes: Uint8Array;
}

/** The functions that every module has; nothing throws except an abort, which is a WebAssembly.RuntimeError. */
export interface EngineModule {
  close(id: number): Status;
  about(): Text;
}

/** Those of a module with sessions. */
export interface SessionModule extends EngineModule {
  create(scenario_json: string): Status;
  apply(id: number, action_json: string): Status;
  step(id: number, max_events: number, until_us: number): Status;
  seek(id: number, position: number, branch: number): Status;
  seek_time(id: number, us: number): Status;
  fork(id: number): Status;
  branches(id: number): Text;
  view(id: number, name: string): Text;
  trace(id: number, from: number, max: number): Bytes;
}

/** Those of a module with jobs. */
export interface JobModule extends EngineModule {
  start(job_json: string): Text;
  advance(job_id: number, budget: number): Text;
}

/** Those of a module whose jobs can be asked about what they have made. */
export interface QuestionModule extends JobModule {
  ask(job_id: number, question_json: string): Text;
}

/** The site has modules with sessions and with jobs; an embed's has both. */
export type RawModule = SessionModule | JobModule | QuestionModule;

export interface GlueOptions {
  wasmBinary?: Uint8Array;
  instantiateWasm?: (
    imports: WebAssembly.Imports,
    receive: (instance: WebAssembly.Instance, module: WebAssembly.Module) => void,
  ) => object;
}

/** The default export of the build's systemsim.js, and of those beside it. */
export type Glue = (options: GlueOptions) => Promise<RawModule>;

// What people edit. Every field has a default; the published schema in content/ says more.
export type Scenario = { [field: string]: unknown };
export type Action = { do: string; [field: string]: unknown };

/** A key or value: UTF-8 text, or other bytes in hex. */
export type Data = string | { hex: string };

// Two replicas that are made equal (cpp/lab/replicas_job.h, sync_pair.h, sync_run.h).
export type Drift = 'missing' | 'stale' | 'deleted' | 'concurrent';
export interface ReplicasSetup {
  keys?: number;
  differ?: number;
  clustered?: boolean;
  kinds?: Drift[];
  id_bytes?: number;
  value_bytes?: number;
  versions?: 'lww' | 'dotted';
  seed?: number;
}
export interface ReplicasState {
  /** Of each side. */
  keys: [number, number];
  differing: number;
}
export type SyncMethod = 'tree' | 'cassandra' | 'riak' | 'range' | 'hashes' | 'all';
export interface TreeSettings {
  fan_out?: number;
  /** Or leaf_keys: keys in a leaf, on average, at most. */
  depth?: number;
  leaf_keys?: number;
  hash?: '64' | '128' | 'sha256';
}
export interface SyncTree {
  depth: number;
  leaves: number;
  nodes: number;
  tree_bytes: number;
  /** A's and B's, in hex. */
  roots: [string, string];
}
export interface SyncAsked extends TreeSettings {
  method?: SyncMethod | 'hand';
  levels_per_round?: number;
  batch?: number;
  rtt_ms?: number;
  mbps?: number;
  /** Writes on either side meanwhile. */
  writes?: number;
  /** By hand: [level, first, count] of the nodes that are asked for, one after the other. */
  asks?: [number, number, number][];
}
export interface SyncReport {
  rounds: number;
  messages: number;
  hashes: number;
  finish_ms: number;
  /** Of one side's tree; 0 where there is none. */
  tree_bytes: number;
  /** Without records: versions and values. */
  bytes: number;
  bytes_to_a: number;
  bytes_to_b: number;
  bytes_records: number;
  bytes_full: number;
  bytes_hash_list: number;
  lower_bound_bytes: number;
  lower_bound_to_a: number;
  lower_bound_to_b: number;
  /** Different keys of which a copy was sent. */
  keys_sent: number;
  keys_differing: number;
  found_exactly: boolean;
  equal_after: boolean;
  lost_updates: number;
}
export interface SyncMessage {
  from: 'A' | 'B';
  part: 'compare' | 'compared' | 'ranges' | 'keys' | 'list' | 'copies';
  sent_us: number;
  arrives_us: number;
  /** How many messages had to arrive one after the other up to this one. */
  hop: number;
  bytes: number;
  record_bytes: number;
  hashes: number;
  keys: number;
  copies: number;
  /** Of nodes: their level, and [first, count, first, count, ...]. */
  level?: number;
  runs?: number[];
  /** The indices of those that differ, ascending. */
  differing?: number[];
}
export interface SyncRun {
  report: SyncReport;
  log: SyncMessage[];
  /** With writes meanwhile: of the run that made the two equal when they had ended. */
  again?: SyncReport;
}
/** Two replicas made equal once, as `systemsim merkle` does. */
export interface MerkleOptions extends ReplicasSetup, TreeSettings {
  method?: SyncMethod;
  levels_per_round?: number;
  batch?: number;
  rtt_ms?: number;
  mbps?: number;
}
export type MerkleJob = { job: 'merkle' } & MerkleOptions;
export interface MerkleReport extends Partial<SyncReport> {
  job: number;
  done: number;
  total: number;
  finished: boolean;
  method: SyncMethod;
}
export interface KeyVersion {
  /** null: it is deleted. */
  value: Data | null;
  op: number;
  stamp_us: number;
}
export interface KeysBelow {
  count: number;
  /** At most 256. */
  keys: { key: Data; a: KeyVersion[]; b: KeyVersion[]; joined: KeyVersion[] }[];
}
export type ReplicasEdit =
  | { side: 'A' | 'B'; do: 'put'; key: Data; value: Data }
  | { side: 'A' | 'B'; do: 'delete' | 'forget'; key: Data };
/** What is done with two replicas: content/challenge.schema.json, cpp/lab/sync_scenario.h. */
export type SyncAction =
  | ReplicasEdit
  | { do: 'ask'; level: number; first: number; count?: number }
  | { do: 'another' | 'gather' };
export interface SyncScenario {
  version: 1;
  title?: string;
  seed?: number;
  replicas: Omit<ReplicasSetup, 'seed'>;
  sync?: Omit<SyncAsked, 'asks'>;
  actions?: SyncAction[];
}

export interface About {
  trace_version: number;
  schema_version: number;
  max_record_bytes: number;
  max_nodes: number;
  max_clients: number;
  max_actions: number;
  max_events: number;
}

export interface Branch {
  branch: number;
  parent: number;
  forked_at: number;
  last_position: number;
  actions: number;
}

export interface Copy {
  key: Data;
  value: Data | null;
  deleted: boolean;
  state: 'up_to_date' | 'behind';
  behind: number;
  /** The write that it holds; null for a record that was there when time began. */
  op: number | null;
  /** When the machine took it; null where messages do not tell: single owner, and very long runs. */
  since_us: number | null;
  /** What the clock of the machine that took the write said. Single owner: its place in the log, from 1. */
  stamp_us: number;
  /** Where versions say what they had seen: all events that the copy knows of, by machine. */
  seen?: Clock;
  /** And the versions that stay beside each other. */
  siblings?: Sibling[];
}

/** How many events of each machine. */
export type Clock = { [machine: string]: number };

/** A write; null for a record that was there when time began. */
export type SiblingWrite = number | null;

export interface Sibling {
  /** The write that made it; null for a record that was there when time began. */
  op: number | null;
  value: Data | null;
  deleted: boolean;
  stamp_us: number;
  /** What it had seen, itself included. */
  clock?: Clock;
  /** Of dotted versions: the machine that took it, and its number there. */
  dot?: { machine: string; number: number };
}

export interface StageNode {
  name: string;
  up: boolean;
  copies: Copy[];
}

export interface Operation {
  op: number;
  /** The action's index, or which call it is of its client's own traffic. */
  number: number;
  client: string;
  do: 'put' | 'get' | 'delete' | 'cas';
  key: Data;
  value: Data | null;
  /** Of a cas: what the key has to hold; null: nothing. */
  expected?: Data | null;
  n: number;
  w: number;
  r: number;
  begin_us: number;
  begin_position: number;
  end_us: number | null;
  end_position: number | null;
  /** refused: too few copies had answered; not_equal: a cas that found something else. */
  outcome: 'open' | 'ok' | 'timeout' | 'refused' | 'not_equal';
  found: boolean | null;
  label: 'fresh' | 'stale' | null;
  missed_op: number | null;
  returned_op: number | null;
  /** The writes whose versions a read returned, latest first, where there were several. */
  siblings?: SiblingWrite[];
  /** Its client has not made one of them that somebody wrote. */
  unresolved?: boolean;
  action: number | null;
  answered: string[];
}

export interface StageClient {
  name: string;
  op: Operation | null;
}

export type MessageKind =
  | 'request'
  | 'reply'
  | 'write'
  | 'ack'
  | 'read'
  | 'response'
  | 'announce'
  | 'prepare'
  | 'stream'
  | 'streamed'
  | 'settle'
  | 'settled'
  | 'take'
  | 'taken'
  | 'lease'
  | 'granted'
  | 'learn'
  | 'learned'
  | 'append'
  | 'appended'
  | 'commit'
  | 'gossip'
  | 'gossiped'
  | 'beat'
  | 'hand_off'
  | 'handed'
  | 'compare'
  | 'compared'
  | 'sync'
  | 'synced'
  | 'restore'
  | 'restored';

export interface StageMessage {
  id: number;
  kind: MessageKind;
  from: string;
  to: string;
  op: number;
  key: Data;
  value?: Data | null;
  found?: boolean;
  sent_us: number;
  /** Of a held message: when it came to the door. */
  arrive_us: number;
  /** Kept at its receiver's door by a `hold`. */
  held: boolean;
  /** Still travelling, and its receiver's door is closed to it. */
  to_be_held: boolean;
}

export interface KeyReplicas {
  key: Data;
  replicas: string[];
  /** Single owner: whose the key's range is, as the lock service sees it, and since which term. */
  owner?: string | null;
  term?: number;
}

export interface Settings {
  nodes: number;
  n: number;
  w: number;
  r: number;
  coordinator: 'outside' | 'any' | 'replica';
  loss: number;
  latency: { [field: string]: unknown };
}

export interface Stage {
  position: number;
  now_us: number;
  /** null when nothing is left to happen. */
  next_us: number | null;
  settings: Settings;
  nodes: StageNode[];
  clients: StageClient[];
  messages: StageMessage[];
  partition: string[][] | null;
  /** Single owner alone. */
  lock?: { up: boolean };
  keys: KeyReplicas[];
}

export interface History {
  operations: Operation[];
}

export interface Message {
  id: number;
  kind: MessageKind;
  from: string;
  to: string;
  op: number;
  /** The engine leaves it to the operation; a page may fill it in. */
  key?: Data;
  value?: Data | null;
  sent_us: number;
  arrive_us: number | null;
  state: 'in_flight' | 'delivered' | 'lost' | 'cut' | 'down' | 'held';
  position_sent: number;
  position_done: number | null;
}

export interface Messages {
  messages: Message[];
}

export interface RingNode {
  name: string;
  /** Numbered from 0, through all data centres. */
  rack: number;
  share: number;
}

export interface RingToken {
  token: string;
  node: string;
  at: number;
  /** Who holds the keys between the point before and this one. */
  replicas: string[];
}

export interface RingKey {
  key: Data;
  token: string;
  at: number;
  replicas: string[];
}

export interface Ring {
  nodes: RingNode[];
  tokens: RingToken[];
  keys: RingKey[];
  share_stddev_over_mean: number;
  max_over_mean: number;
  min_over_mean: number;
  moved_on_join: number;
  /** The same if a key's machine were hash mod the number of machines: 10 000 keys, counted. */
  moved_on_join_modulo: number;
  copies_moved_on_join: number;
  givers_on_join: number;
  largest_giver_share: number;
  /** Shares of the key space: whose list has fewer than n machines, whose copies share a place. */
  fewer_machines: number;
  one_rack: number;
  one_data_centre: number;
  replica_sets: number;
  /** Machines that are lost together: n. */
  dead: number;
  /** That they hold all copies of something. */
  loss_chance: number;
  loss_chance_formula: number;
  /** Sets of dead machines that loss_chance was counted over; 0: it is exact. */
  loss_draws: number;
  loss_expected: number;
  change: RingChange | null;
  waiting: { do: 'join' | 'leave'; node: string }[];
}

/** The last change of the ring: its phase is 1 to 3, and 3 once it is complete. */
export interface RingChange {
  do: 'join' | 'leave';
  node: string;
  phase: number;
  epoch: number;
}

export interface OperationCounts {
  total: number;
  ok: number;
  timeout: number;
  /** Told that too few machines answered in time. */
  refused: number;
  open: number;
  puts: number;
  gets: number;
  deletes: number;
  fresh: number;
  stale: number;
  /** Answered reads that returned several versions. */
  conflicting: number;
  /** Single owner alone: conditional puts, and those of them that found something else. */
  cas?: number;
  not_equal?: number;
}

/** null where nothing was measured. */
export interface Spread {
  p50: number | null;
  p99: number | null;
  p999: number | null;
  max: number | null;
}

export interface MessageCounts {
  sent: number;
  delivered: number;
  lost: number;
  cut: number;
  down: number;
  bytes: number;
}

export interface Summary {
  seed: number;
  trace_sha256: string;
  events: number;
  sim_ms: number;
  ops: OperationCounts;
  read_ms: Spread;
  write_ms: Spread;
  messages: MessageCounts;
  /** Where machines heal themselves, or a nemesis is at work. */
  healing?: HealingCounts;
  /** Handed from machine to machine; there once the ring has changed. */
  moved?: { records: number; bytes: number };
  /** Joins and leaves; where there were any. */
  changes?: { done: number; under_way: number; waiting: number; refused: number };
}

/** How often a copy became newer, by who brought what it missed. */
export interface Brought {
  read_repair: number;
  hint: number;
  merkle: number;
  rebuild: number;
}

export interface HealingCounts {
  hints: HintCounts;
  brought: Brought;
  /** Pairs of machines of which one takes the other for dead. */
  taken_for_dead: number;
  /** How long whom a machine convicted last had been silent by then, in its mean intervals, on average; 0: nobody was. */
  convicted_after: number;
  /** Machines that take back what they lost, and do not serve yet. */
  rebuilding: number;
  /** Of deletions, waiting for their time. */
  markers: number;
  /** Routine events that were processed and not told. */
  skipped: number;
  /** What the nemesis has done so far. */
  faults: number;
}

export interface HintCounts {
  kept: number;
  delivered: number;
  held: number;
}

/** What one machine knows of another. */
export interface Peer {
  name: string;
  /** 0: nothing was ever heard of it. */
  generation: number;
  beats: number;
  silence_ms: number;
  /** From 0; it is taken for dead from `level` on. */
  suspicion: number;
  level: number;
  down: boolean;
}

export interface HealingMachine {
  name: string;
  up: boolean;
  paused: boolean;
  generation: number;
  rebuilding: boolean;
  slow_ms: number;
  peers: Peer[];
  hints: HintsFor[];
  brought: Brought;
  /** Since it was last switched on. */
  brought_by_key: BroughtKey[];
  markers: number;
}

export interface HintsFor {
  for: string;
  held: number;
}

export interface BroughtKey {
  key: Data;
  by: 'read_repair' | 'hint' | 'merkle' | 'rebuild';
}

/** What the nemesis does, or did. */
export interface Fault {
  do: string;
  at_us: number;
  node: string | null;
}

export interface HealingView {
  position: number;
  machines: HealingMachine[];
  faults: Fault[];
}

export interface Count {
  messages: number;
  bytes: number;
}

/** What became of one kind of message; what is on its way is sent and nothing else yet. */
export interface FateCounts {
  sent: Count;
  delivered: Count;
  lost: Count;
  cut: Count;
  down: Count;
}

/** The kinds that were sent. */
export interface KindCounts {
  request?: FateCounts;
  reply?: FateCounts;
  write?: FateCounts;
  ack?: FateCounts;
  read?: FateCounts;
  response?: FateCounts;
  announce?: FateCounts;
  prepare?: FateCounts;
  stream?: FateCounts;
  streamed?: FateCounts;
  settle?: FateCounts;
  settled?: FateCounts;
  take?: FateCounts;
  taken?: FateCounts;
  lease?: FateCounts;
  granted?: FateCounts;
  learn?: FateCounts;
  learned?: FateCounts;
  append?: FateCounts;
  appended?: FateCounts;
  commit?: FateCounts;
  gossip?: FateCounts;
  gossiped?: FateCounts;
  beat?: FateCounts;
  hand_off?: FateCounts;
  handed?: FateCounts;
  compare?: FateCounts;
  compared?: FateCounts;
  sync?: FateCounts;
  synced?: FateCounts;
  restore?: FateCounts;
  restored?: FateCounts;
}

export interface NodeCounts {
  name: string;
  up: boolean;
  /** That have a value there. */
  keys: number;
  /** Deletions' markers among them. */
  versions: number;
  clock_ms: number;
  /** How far the clock is ahead. */
  skew_ms: number;
}

/** Of the watched keys: those whose copies are not all of one version, and how many copies are old or missing. */
export interface DivergenceMoment {
  at_ms: number;
  keys: number;
  behind: number;
  absent: number;
}

export interface Divergence {
  interval_ms: number;
  keys_watched: number;
  moments: DivergenceMoment[];
}

/** Of answered operations. */
export interface Latencies {
  put: Spread;
  get: Spread;
  delete: Spread;
  /** Where there was one. */
  cas?: Spread;
}

/** The run from its start to the position. */
export interface Counters {
  position: number;
  /** Answered operations over begun ones. */
  availability: number | null;
  latency_ms: Latencies;
  messages: KindCounts;
  nodes: NodeCounts[];
  divergence: Divergence;
}

export interface Hash {
  trace_version: number;
  trace_sha256: string;
  state_hash: string;
  records: number;
  position: number;
}

export type PromiseId =
  | 'linearizable'
  | 'regular'
  | 'read_your_writes'
  | 'monotonic_reads'
  | 'monotonic_writes'
  | 'writes_follow_reads'
  | 'causal'
  | 'convergence'
  | 'no_lost_write'
  | 'no_lost_update'
  | 'no_resurrection';

export type PromiseState = 'broken' | 'held' | 'untested' | 'undecided';

/** `tests`: how often it was put to the test; `ops`: the guilty operations when it is broken. */
export interface Finding {
  state: PromiseState;
  tests: number;
  ops: number[];
}

/** Every read was within k versions of the newest acknowledged one (1: always the newest). */
export interface Staleness {
  state: 'held' | 'untested';
  tests: number;
  k: number;
  /** The read that was furthest behind. */
  ops: number[];
}

export interface Promises {
  linearizable: Finding;
  regular: Finding;
  read_your_writes: Finding;
  monotonic_reads: Finding;
  monotonic_writes: Finding;
  writes_follow_reads: Finding;
  causal: Finding;
  convergence: Finding;
  no_lost_write: Finding;
  no_lost_update: Finding;
  no_resurrection: Finding;
  k_staleness: Staleness;
}

/** An order of calls that went as far as any, and what the key holds after it. */
export interface Attempt {
  order: number[];
  value: Data | null;
}

/** The fewest operations of one key that no order explains. */
export interface Counterexample {
  key: Data;
  ops: number[];
  first_unexplained: number;
  tried: Attempt[];
}

/** Of the operations up to the position. */
export interface Verdict {
  position: number;
  verdict: Promises;
  weakest_broken: PromiseId | null;
  counterexample: Counterexample | null;
}

/** What became of one of the five records: the promise that it needs, put to the test over its own calls. */
export interface Fate {
  key: Data;
  needs: PromiseId;
  state: PromiseState;
  tests: number;
  /** The guilty operations when it is broken. */
  ops: number[];
  /** Answered reads, acknowledged writes, stale reads. */
  reads: number;
  writes: number;
  stale: number;
  /** Of all answered reads of the run; null when there are none. */
  share_of_reads: number | null;
}

export interface CounterFate extends Fate {
  first: number;
  /** Acknowledged increments. */
  increments: number;
  /** null while the run is not over, and when an action wrote to the counter. */
  final: number | null;
  /** At least so many increments are missing from the final count. */
  lost: number | null;
}

export interface RecordFates {
  last_login: Fate;
  session: Fate;
  cart: Fate;
  feature: Fate;
  counter: CounterFate;
}

/** Of the operations up to the position; null where the traffic is not the five records'. */
export interface Fates {
  position: number;
  fates: RecordFates | null;
}

/** How the machines' stores stand (cpp/lab/store_view.h). */
export interface Stores {
  engine: 'hash' | 'lsm' | 'tiers';
  machines: MachineStore[];
}

export type MachineStore = HashStore | TreeStore | TieredStore;

export interface TieredStore {
  name: string;
  up: boolean;
  keys: number;
  in_memory: number;
  memory_bytes: number;
  log_bytes: number;
  live_bytes: number;
  hits: number;
  misses: number;
  evictions: number;
  ready_ms: number | null;
  background_until_ms: number | null;
}

export interface HashStore {
  name: string;
  up: boolean;
  keys: number;
}

export interface TreeStore {
  name: string;
  up: boolean;
  memtable_bytes: number;
  memtable_entries: number;
  disk_bytes: number;
  levels: { tables: number; bytes: number }[];
  flushes: number;
  compactions: number;
  blocks_read: number;
  blocks_cached: number;
  filters_asked: number;
  filters_denied: number;
  write_amplification: number | null;
  ready_ms: number | null;
  background_until_ms: number | null;
}

export interface Views {
  stage: Stage;
  history: History;
  messages: Messages;
  ring: Ring;
  summary: Summary;
  counters: Counters;
  verdict: Verdict;
  fates: Fates;
  store: Stores;
  healing: HealingView;
  hash: Hash;
  scenario: Scenario;
}

export type ViewName = keyof Views;

export interface JobStart {
  job: number;
  done: number;
  total: number;
}

export interface TrialsJob {
  job: 'trials';
  scenario: Scenario;
  seeds: { from: number; to: number };
  probe: number;
  ages_us: number[];
}

export interface Trials {
  job: number;
  done: number;
  total: number;
  finished: boolean;
  ages_us: number[];
  fresh: number[];
  stale: number[];
  unanswered: number[];
  outcomes: string;
  read_ms: Spread;
  write_ms: Spread;
}

// Claims: what the sentences with a number in them, and the options of questions, are made of. content/claim.schema.json
// says what each field means. In a file a scenario may be a name; the engine takes objects only.
export interface Seeds {
  from: number;
  to: number;
}

export type Experiment =
  | { kind: 'run'; scenario: Scenario | string; seeds?: Seeds }
  | { kind: 'trials'; scenario: Scenario | string; seeds: Seeds; probe: number; ages_us: number[] }
  | {
      kind: 'pbs';
      profile: string;
      n: number;
      r: number;
      w: number;
      trials: number;
      seed: number;
      [option: string]: unknown;
    }
  | {
      kind: 'ring';
      nodes: number;
      vnodes: number;
      n: number;
      racks?: number;
      data_centres?: number;
      weights?: number[];
      skip_same_machine?: boolean;
      skip_same_rack?: boolean;
      dead?: number;
      seeds: Seeds;
    }
  | { kind: 'check'; history: string; [option: string]: unknown }
  | {
      kind: 'rumour';
      nodes: number;
      spread?: 'push' | 'pull' | 'push-pull';
      fanout?: number;
      runs?: number;
      seed?: number;
    }
  | ({ kind: 'merkle' } & MerkleOptions)
  | ({ kind: 'torn_log' } & TornLogOptions)
  | ({ kind: 'lookups' } & LookupsOptions)
  | ({ kind: 'deletions' } & DeletionsOptions)
  | ({ kind: 'tiers' } & TiersOptions);

export type Measure =
  | { of: string; as?: 'mean' | 'max' | 'min' | 'rms' }
  | { of: string; over: string[] }
  | { sum: string[]; over?: string[] }
  | { share: string; equals: unknown }
  | { count: string; equals: unknown };

export type Expectation = { value: number; within: number } | { at_least?: number; at_most?: number };

export interface Show {
  as: 'percent' | 'ms' | 'times' | 'number';
  digits: number;
}

export interface Claim {
  id: string;
  section?: string;
  sentence: string;
  experiment: Experiment;
  measure: Measure;
  expect: Expectation;
  fails?: true;
  show?: Show;
  source: string;
}

export interface ClaimJob {
  job: 'claim';
  claim: Claim;
  /** Added to every seed: the same experiment with other luck. */
  seed_offset?: number;
}

export interface ClaimReport {
  job: number;
  done: number;
  total: number;
  finished: boolean;
  /** null until it is finished, and where there was nothing to measure. */
  measured: number | null;
  holds: boolean | null;
  /** Holds, or for a mistake from a textbook does not. */
  stands: boolean | null;
}

/** Claims about one experiment, which is run once for all of them. */
export interface ClaimsJob {
  job: 'claims';
  claims: Claim[];
  seed_offset?: number;
}

export interface ClaimsReport {
  job: number;
  done: number;
  total: number;
  finished: boolean;
  /** In the order in which they were given. */
  claims: { id: string; measured: number | null; holds: boolean | null; stands: boolean | null }[];
}

/** Looks for a seed with which a run breaks a promise; stops at the first. */
export interface SearchJob {
  job: 'search';
  scenario: Scenario;
  promise: PromiseId;
  seeds?: Seeds;
}

export interface Found {
  seed: number;
  scenario: Scenario;
}

export interface SearchReport {
  job: number;
  done: number;
  total: number;
  finished: boolean;
  promise: PromiseId;
  /** Runs that could not be judged within the budget. */
  undecided: number;
  found: Found | null;
}

/** Takes away from a run whatever it can while the promise stays broken. */
export interface ShrinkJob {
  job: 'shrink';
  scenario: Scenario;
  /** Without it: the weakest that the run breaks. */
  promise?: PromiseId;
}

export interface ShrinkReport {
  job: number;
  done: number;
  total: number;
  finished: boolean;
  promise: PromiseId;
  broken: boolean;
  scenario: Scenario;
  ops: number;
  faults: number;
  nodes: number;
}

// Challenges: content/challenge.schema.json says what each field means.
export interface ChallengeGoal {
  says: string;
  experiment: { kind: string; [option: string]: unknown };
  measure: Measure;
  expect: Expectation;
}

export interface ChallengeStar {
  says: string;
  actions_at_most?: number;
  cost_at_most?: number;
  goal?: Omit<ChallengeGoal, 'says'>[];
}

/** Of the Quorum Playground, and with SyncScenario of Merkle Tree Sync. */
export interface Challenge<Run = Scenario> {
  id: string;
  lab: string;
  title: string;
  text: string;
  scenario: Run;
  seed: 'student' | 'any' | 'fixed';
  allowed_actions: string[];
  max_actions?: number;
  free?: string[];
  goal: ChallengeGoal[];
  cost?: { experiment: { kind: string; [option: string]: unknown }; measure: Measure; unit: string };
  stars?: ChallengeStar[];
  solution: Run;
}

export interface GradeJob<Run = Scenario> {
  job: 'grade';
  challenge: Challenge<Run>;
  /** What is handed in; without it only the student's seed is asked for. */
  scenario?: Run;
  student?: string;
}

export interface GradedGoal {
  says: string;
  met: boolean;
  measured: number | null;
}

export interface GradeReport {
  job: number;
  done: number;
  total: number;
  finished: boolean;
  /** The student's own. */
  seed: number | null;
  /** Whether the run has it, where the challenge wants it. */
  own_seed: boolean | null;
  met: boolean;
  /** What is not allowed in what was handed in. */
  problem: string | null;
  goals: GradedGoal[];
  actions: number;
  cost: number | null;
  stars: boolean[];
}

/** Each job's report, by the job's name. */
export interface JobReports {
  trials: Trials;
  claim: ClaimReport;
  claims: ClaimsReport;
  search: SearchReport;
  shrink: ShrinkReport;
  grade: GradeReport;
  check: CheckReport;
  pbs: PbsReport;
  torn_log: TornLogReport;
  lookups: LookupsReport;
  deletions: DeletionsReport;
  tiers: TiersReport;
  merkle: MerkleReport;
}

// Histories that somebody recorded, judged as `systemsim check` does it.
export interface CheckJob {
  job: 'check';
  history: string;
  format?: 'edn' | 'jepsen-log' | 'json';
  model?: 'register' | 'cas-register' | 'kv';
  /** As EDN. */
  initial?: string;
  /** The budget of configurations. */
  states?: number;
}

export interface CheckResult {
  /** null: undecided within the budget. */
  linearizable: boolean | null;
  model: 'register' | 'cas-register' | 'kv';
  ops: number;
  states: number;
  [more: string]: unknown;
}

export interface CheckReport {
  job: number;
  done: number;
  total: number;
  finished: boolean;
  result: CheckResult | null;
}

// How fresh reads of partial quorums are, by Monte Carlo; cpp/lab/pbs_job.h says what each option means.
export interface PbsJob {
  job: 'pbs';
  profile?: 'lnkd-ssd' | 'lnkd-disk' | 'ymmr' | 'wan';
  custom?: { [leg: string]: unknown };
  n?: number;
  r?: number;
  w?: number;
  times_ms?: (number | string)[];
  method?: 'wars' | 'first-passage';
  alpha?: number;
  trials?: number;
  seed?: number;
}

export interface PbsReport {
  job: number;
  done: number;
  total: number;
  finished: boolean;
  [more: string]: unknown;
}

// What comes back when a log is cut off or damaged; cpp/lab/torn_log.h says what each field means.
export interface TornLogOptions {
  records?: { key: Data; value: Data; sync?: boolean }[];
  cut?: number;
  flip?: { byte: number; bit?: number };
  each_byte?: boolean;
  archive?: boolean;
}

export interface TornLogJob extends TornLogOptions {
  job: 'torn_log';
}

export type LogPartName =
  | 'checksum'
  | 'length'
  | 'type'
  | 'sequence'
  | 'count'
  | 'kind'
  | 'key_length'
  | 'key'
  | 'value_length'
  | 'value';

export interface LogPart {
  /** From 0. */
  record: number;
  part: LogPartName;
  from: number;
  /** The byte after its last. */
  to: number;
  says: string;
}

export interface LogBytes {
  file: string;
  bytes: number;
  synced_bytes: number;
  hex: string;
  parts: LogPart[];
}

export interface LogRecord {
  key: Data;
  value: Data;
  sync: boolean;
  from: number;
  to: number;
}

export interface LogDamage {
  cut?: number;
  flip?: { byte: number; bit: number };
  /** null: a cut at an edge. */
  record: number | null;
}

/** What came of opening the database. */
export interface Reopened {
  opened: boolean;
  error: string | null;
  /** prefix: the first so many came back; hole: one is missing before another. */
  is: 'all' | 'prefix' | 'hole' | 'refused';
  recovered: number[];
  lost: number[];
  lost_synced: number[];
  puts: number | null;
}

/** null: not known, or refused. */
export type NumberOrNull = number | null;

export interface FlipTally {
  refused: number;
  whole: number;
  /** Opened, and puts are missing: holes among them. */
  silent: number;
  hole: number;
}

export interface ByteFlips {
  ours: FlipTally;
  leveldb: FlipTally;
}

export interface EachFlip extends ByteFlips {
  flips: number;
  bytes: ByteFlips[];
}

/** Puts after the cuts within a record. */
export interface CutsInside {
  /** null: after none of them it opened. */
  fewest: number | null;
  most: number | null;
  /** null: it was not the same each time, or one was refused. */
  always: number | null;
  refused: number;
}

export interface TornLogReport {
  job: number;
  done: number;
  total: number;
  finished: boolean;
  log: LogBytes;
  records: LogRecord[];
  damage: LogDamage | null;
  // What follows is there once it is finished; the last four where they were asked for.
  found_hex?: string;
  ours?: Reopened;
  /** As LevelDB recovers it. */
  leveldb?: Reopened;
  /** null: refused. */
  each_cut?: NumberOrNull[];
  inside?: CutsInside[];
  each_flip?: EachFlip;
  archive?: string;
}

// Reads that find and reads that do not, in a filled tree; cpp/lab/lookups.h says what each field means.
export interface LookupsOptions {
  keys?: number;
  value_bytes?: number;
  seed?: number;
  reads?: number;
  bloom_bits?: number;
  show?: number;
  each_bits?: boolean;
}

export interface LookupsJob extends LookupsOptions {
  job: 'lookups';
}

export interface TreeLevel {
  tables: number;
  bytes: number;
}

export interface FilterCounts {
  asked: number;
  denied: number;
  wrong: number;
}

/** Of all reads of keys that are there, or of keys that are not. */
export interface LookupKind {
  reads: number;
  found: number;
  in_memory: number;
  filters: FilterCounts;
  blocks: number;
  bytes: number;
  reads_by_blocks: number[];
  blocks_a_read: number;
  us_a_read: number;
}

/** The rates are null where there are no filters. */
export interface FalsePositives {
  asked: number;
  wrong: number;
  measured: number | null;
  theory: number | null;
}

export interface TreeReads {
  bloom_bits: number;
  levels: TreeLevel[];
  table_bytes: number;
  hit: LookupKind;
  miss: LookupKind;
  false_positives: FalsePositives;
  miss_over_hit: number | null;
}

export interface LookupStep {
  step: 'memtable' | 'filter' | 'block' | 'table';
  level?: number;
  file?: number;
  found?: boolean;
  maybe?: boolean;
  offset?: number;
  bytes?: number;
}

export interface ShownLookup {
  key: string;
  found: boolean;
  blocks: number;
  us: number;
  steps: LookupStep[];
}

export interface ShownLookups {
  hit: ShownLookup;
  miss: ShownLookup;
}

export interface LookupsReport {
  job: number;
  done: number;
  total: number;
  finished: boolean;
  keys: number;
  value_bytes: number;
  seed: number;
  reads: number;
  // What follows is there once it is finished; the last where it was asked for.
  bloom_bits?: number;
  levels?: TreeLevel[];
  table_bytes?: number;
  hit?: LookupKind;
  miss?: LookupKind;
  false_positives?: FalsePositives;
  miss_over_hit?: number | null;
  shown?: ShownLookups;
  each_bits?: TreeReads[];
}

// A database that is filled, emptied and compacted; cpp/lab/deletions.h says what each field means.
export interface DeletionsOptions {
  keys?: number;
  value_bytes?: number;
  seed?: number;
  moments?: number;
  archive?: 'filled' | 'deleted' | 'compacted';
}

export interface DeletionsJob extends DeletionsOptions {
  job: 'deletions';
}

export interface DirectoryMoment {
  puts: number;
  deletes: number;
  directory_bytes: number;
  live_bytes: number;
}

/** null where nothing stands below the line. */
export interface Amplification {
  write: number | null;
  read: number | null;
  space: number | null;
}

export interface DirectoryFile {
  name: string;
  bytes: number;
}

export interface DirectoryState {
  directory_bytes: number;
  live_bytes: number;
  log_bytes: number;
  table_bytes: number;
  levels: TreeLevel[];
  flushes: number;
  compactions: number;
  amplification: Amplification;
  files: DirectoryFile[];
}

export interface DeletionsReport {
  job: number;
  done: number;
  total: number;
  finished: boolean;
  keys: number;
  value_bytes: number;
  seed: number;
  moments: DirectoryMoment[];
  // As far as it is known.
  filled?: DirectoryState;
  deleted?: DirectoryState;
  compacted?: DirectoryState;
  most_bytes?: number;
  grew?: number | null;
  archive?: string;
}

// One machine whose memory holds a part of the values; cpp/lab/tiers_job.h says what each field means.
export interface TiersOptions {
  keys?: number;
  value_bytes?: number;
  traffic?: 'zipf' | 'even';
  exponent?: number;
  reads?: number;
  memory?: number;
  eviction?: 'lru' | 'clock';
  log?: boolean;
  sync_every?: number;
  compress?: boolean;
  disk?: 'ssd' | 'hdd' | 'none';
  warm_up?: number;
  operations?: number;
  crash_at?: number;
  seed?: number;
}

export interface TiersJob extends TiersOptions {
  job: 'tiers';
}

export interface TiersCrash {
  at: number;
  restart_ms: number;
  log_bytes: number;
  in_memory: number;
  in_memory_after: number;
  keys_gone: number;
  keys_behind: number;
  writes_lost: number;
  logged: number[];
  lost: number[];
}

/** What follows `finished` is there once it is. */
export interface TiersReport {
  job: number;
  done: number;
  total: number;
  finished: boolean;
  keys: number;
  value_bytes: number;
  traffic: 'zipf' | 'even';
  exponent?: number;
  reads_share: number;
  memory: number;
  eviction: 'lru' | 'clock';
  log: boolean;
  sync_every?: number;
  compress?: boolean;
  disk: 'ssd' | 'hdd' | 'none';
  warm_up: number;
  operations: number;
  seed: number;
  /** Instead of all that follows, when the store refused something. */
  error?: string;
  reads: number;
  writes: number;
  hits: number;
  misses: number;
  absent: number;
  hit_rate: number | null;
  read_ms: Spread;
  read_mean_ms: number | null;
  write_ms: Spread;
  write_mean_ms: number | null;
  in_memory: number;
  memory_bytes: number;
  log_bytes: number;
  live_bytes: number;
  background: { segments: number; bytes_read: number; bytes_written: number; ms: number };
  asked: number[];
  held: number[];
  logged: number[];
  window_reads: number[];
  window_hits: number[];
  crash: TiersCrash | null;
}

export type Job =
  | TrialsJob
  | ClaimJob
  | ClaimsJob
  | SearchJob
  | ShrinkJob
  | GradeJob
  | GradeJob<SyncScenario>
  | CheckJob
  | PbsJob
  | TornLogJob
  | LookupsJob
  | DeletionsJob
  | TiersJob
  | MerkleJob;

export type ReportOf<Asked extends Job> = JobReports[Asked['job']];

// How a page says where its engine is.
export interface EngineSource {
  /** The site: a classic worker script, and the wasm file beside it. */
  workerUrl?: string;
  wasmUrl?: string;
  /** An embed: the same script as text, for a Blob worker, and the wasm as bytes. */
  workerText?: string;
  wasmBytes?: Uint8Array;
  /** The module's factory, to run on this thread: Node, and an embed's way out where no worker starts. */
  glue?: Glue;
  /**
   * Modules that are loaded when they are first needed; without one, this module does its work. `trees`: sessions whose
   * machines have LSM trees. `healing`: sessions and jobs of clusters that heal themselves. `jobs`: jobs; `store`: those
   * that work on a store alone; `sync`: two replicas that are made equal.
   */
  trees?: EngineSource;
  healing?: EngineSource;
  jobs?: EngineSource;
  store?: EngineSource;
  sync?: EngineSource;
}

/** One engine, near or far: in a worker or on this thread. */
export interface EnginePort {
  /** `ms` is how long the engine itself worked. */
  request(method: string, args: unknown[]): Promise<{ value: unknown; ms: number }>;
  close(): void;
}

declare global {
  /** Left by the worker script for a page without workers, which loads it as an ordinary script and takes this. */
  var systemsimGlue: Glue | undefined;
}
