using Orrery.Bench.AgentCost;
using Orrery.Bench.Archive;
using Orrery.Bench.Binlog;
using Orrery.Bench.Bulk;
using Orrery.Bench.Bytes;
using Orrery.Bench.Calls;
using Orrery.Bench.CdcParse;
using Orrery.Bench.Configuration;
using Orrery.Bench.Dataflow;
using Orrery.Bench.Density;
using Orrery.Bench.Failover;
using Orrery.Bench.Fleet;
using Orrery.Bench.Harness;
using Orrery.Bench.Ingest;
using Orrery.Bench.Kafka;
using Orrery.Bench.Log;
using Orrery.Bench.Migrate;
using Orrery.Bench.Nab;
using Orrery.Bench.News;
using Orrery.Bench.Recover;
using Orrery.Bench.Reminders;
using Orrery.Bench.Retail;
using Orrery.Bench.Simulate;
using Orrery.Bench.Snapshot;
using Orrery.Bench.Start;
using Orrery.Bench.Storage;
using Orrery.Bench.Tags;
using Orrery.Bench.Verify;
using Orrery.Bench.Views;

// The scenario benches. Each is a line here: name, what it measures, and the code.
(string Name, string About, Func<BenchContext, Task<IReadOnlyList<Figure>>> Run)[] benches =
[
    ("binlog", "MariaDB's binary log to the embedded log with receipts, beside mariadb-binlog decoding it to text: --rows=N", BinlogBench.RunAsync),
    ("bulk", "rows of 12 columns written, read, merged and digested through the dialects of SQLite, PostgreSQL and MariaDB, beside the driver alone", BulkBench.RunAsync),
    ("bytes", "bytes a sample of real server metrics, stored and read back equal, beside VictoriaMetrics", BytesBench.RunAsync),
    ("calls", "calls a second to 1,000 grains of one silo; --silos=2: of another process", CallsBench.RunAsync),
    ("cdc-parse", "canal's JSON messages of 20 columns to typed rows, on one core, beside Utf8JsonReader alone", CdcParseBench.RunAsync),
    ("config", "servers with a stream each to one process: a change until all have it, and memory of a stream: --servers=N", ConfigurationBench.RunAsync),
    ("density", "memory of idle grains, and activations a second with their rows claimed; --silos=2: a call's time among 1,000,000 of them", DensityBench.RunAsync),
    ("expressions", "rows a second through compiled expressions on one core, beside delegates written by hand over the same rows: --rows=N", ExpressionsBench.RunAsync),
    ("failover", "3 silo processes, 10,000 active grains: one killed, then each restarted under load; --store=CONNECTION", FailoverBench.RunAsync),
    ("backfill", "freshness of views while another is filled over rows that are there, beside them and in place: --rows=N", BackfillBench.RunAsync),
    ("fleet", "a million agents known to one silo, 50,000 at a job, one in fifty killed at it: heartbeats, memory, how many are stuck: --known=N --active=N", FleetBench.RunAsync),
    ("freshness", "source commit to readable view at half load, through the log and a silo: --rows=N --seconds=N", FreshnessBench.RunAsync),
    ("ingest", "Prometheus remote-write: samples a second of the server's processor, beside VictoriaMetrics and Prometheus", IngestBench.RunAsync),
    ("join-limit", "the five-way join of order items as SQL, beside the loop over dictionaries that somebody writes by hand: --changes=N --operators", JoinLimitBench.RunAsync),
    ("kafka", "records of 200 bytes through the log's interface into Kafka's mock cluster and back, beside Confluent's client: --records=N", KafkaBench.RunAsync),
    ("ledger", "what receipts cost of the embedded log's rate", LedgerBench.RunAsync),
    ("log", "records of 200 bytes appended to the embedded log and read back, one processor, beside plain write and fsync: --batches=N", LogBench.RunAsync),
    ("api", "tags of an object over HTTP at a steady rate, and what the index holds of an object: --rate=N --seconds=N --objects=N", ApiBench.RunAsync),
    ("archive", "old rows out of a MariaDB table into another, compared by digests, beside INSERT ... SELECT and DELETE, and pt-archiver: --rows=N --chunk=N", ArchiveBench.RunAsync),
    ("migrate", "a table of 12 columns from MariaDB to PostgreSQL with its key and certificate, beside the two clients in a pipe: --rows=N --parallel=N --raw --pgloader", MigrateBench.RunAsync),
    ("verify", "counts and digests of a table in MariaDB and PostgreSQL, a million rows of 12 columns: --rows=N", VerifyBench.RunAsync),
    ("nexmark", "events a second through Nexmark's queries, on one core: --query=q0,q3,... --events=N --operators; --check: their results compared with PostgreSQL's", NexmarkBench.RunAsync),
    ("news", "an article for a segment of a million objects: resolved, put into inboxes and stored, none twice: --objects=N", NewsBench.RunAsync),
    ("range", "an hour of 1,000 series at 15 s steps through HTTP, beside VictoriaMetrics and Prometheus", RangeBench.RunAsync),
    ("recover", "views' state restored from a checkpoint, and what came behind it done again: --megabytes=N --changes=N", RecoverBench.RunAsync),
    ("reminders", "10,000 reminders due in one instant on 3 silos, one killed in it: --store=postgres for a server of its own", RemindersBench.RunAsync),
    ("resume", "a migration whose source, process and target are killed in turn: equal digests, and how much a kill repeats: --rows=N --every=SECONDS --rate=ROWS --parallel=N --chunk=N", ResumeBench.RunAsync),
    ("retail", "canal's messages in the log to all results of the retail warehouse in memory, rows a second on one core: --transactions=N --operators; --freshness --seconds=N; --postgresql; --size --lines=N", RetailBench.RunAsync),
    ("simulate", "a cluster of 5 silos under seeds: --seeds=N --from=S --workers=W --plant=BUG --trace", SimulateBench.RunAsync),
    ("snapshot", "a MariaDB table to the embedded log with receipts: --rows=N", SnapshotBench.RunAsync),
    ("spill", "changes a second of a view whose state lies in files, beside the same in memory: --changes=N", SpillBench.RunAsync),
    ("split", "a table of 12 columns from MariaDB to PostgreSQL as a job that is split between an agent and the server, beside the same with the agent opening both: --rows=N --parallel=N", SplitBench.RunAsync),
    ("start", "start to first answer; memory and processor of a demo of 20 sites", StartBench.RunAsync),
    ("state", "bytes of state a row of a join of a million order lines, by the packed row: --rows=N", StateBench.RunAsync),
    ("storage", "durable writes, claims and chunks in the embedded file; --store=postgres|mariadb|redis (a server of its own) or =CONNECTION (an empty one)", StorageBench.RunAsync),
    ("tags", "changes a second into 200 tags of a million objects, and the size of a segment over ten: --objects=N --changes=N; --windows: tags that turn by time, and what a timer takes: --objects=N --seconds=N", TagsBench.RunAsync),
    ("views", "1,000 small views of one tenant on one node, all fresh: --views=N --seconds=N", ViewsBench.RunAsync),
    ("windows", "changes a second of window functions and sessions over one long partition, beside a short one: --rows=N", WindowsBench.RunAsync),
    ("agent", "processor and memory of the site agent beside 300 processes", AgentCostBench.RunAsync),
    ("nab", "the streaming anomaly score on the Numenta Anomaly Benchmark", NabBench.RunAsync),
];

string? name = args.FirstOrDefault();
if (name is null)
{
    Console.WriteLine("Benches (orrery bench NAME [--json] [--runs=3] [--option=value ...]):");
    foreach (var (known, about, _) in benches)
        Console.WriteLine($"  {known,-11} {about}");
    return 0;
}

var chosen = benches.FirstOrDefault(bench => bench.Name == name);
if (chosen.Run is null)
{
    Console.Error.WriteLine($"There is no bench '{name}'. 'orrery bench' lists them: {string.Join(", ", benches.Select(bench => bench.Name))}.");
    return 2;
}

try
{
    var options = new BenchOptions(args[1..]);
    using var context = new BenchContext(options);
    IReadOnlyList<Figure> figures = await chosen.Run(context);
    BenchReport.PrintTable(figures);
    if (options.Has("json"))
        BenchReport.PrintJson(name, figures);
    return context.ExitCode;
}
catch (FormatException error)
{
    Console.Error.WriteLine(error.Message);
    return 2;
}
