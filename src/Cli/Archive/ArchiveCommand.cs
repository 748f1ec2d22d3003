using System.CommandLine;
using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using Orrery.Cli.Migrate;
using Orrery.Connectors.Dialects;
using Orrery.Jobs.Archives;
using Orrery.Jobs.Plans;

namespace Orrery.Cli.Archive;

/// <summary><c>orrery archive</c>: closed documents of an account set go to another database, proven; <c>orrery restore</c> brings them back.</summary>
static class ArchiveCommand
{
    const int LinesShown = 20;

    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Command Create()
    {
        (Argument<FileInfo> rules, SideOptions sides, Option<string> name) = Common();
        var before = new Option<string?>("--before") { Description = "The day from which on documents stay, as 2024-01-01." };
        var dryRun = new Option<bool>("--dry-run") { Description = "Says what would go and what holds back the rest. Nothing is changed." };
        var explain = new Option<string?>("--explain") { Description = "Says why one document goes or stays: KIND=KEY, as \"sales order=100023\"." };
        var chunk = new Option<int>("--chunk-documents") { Description = "Documents of one transaction, about, 1 to 100,000. Documents that hang together are never cut.", DefaultValueFactory = static _ => 1_000 };
        var chunks = new Option<int>("--chunks") { Description = "Ends behind so many transactions. Default: when all is done." };
        var rows = new Option<long>("--rows-per-second") { Description = "Spares the source: rows a second." };
        var latency = new Option<int>("--source-latency") { Description = "Milliseconds: while a small question to the source takes longer, no transaction begins." };
        var replicas = new Option<string[]>("--replica") { Description = "A replica of the source, MySQL, MariaDB or PostgreSQL: while it is behind, no transaction begins. Can be given several times." };
        var lag = new Option<int>("--replica-lag") { Description = "How many seconds a replica may be behind.", DefaultValueFactory = static _ => 10 };
        var reportFile = new Option<FileInfo?>("--report") { Description = "Writes what was done and how it is proven into a file, as JSON." };
        var hours = new Option<string?>("--hours") { Description = "When transactions may begin, by the local clock: 22:00-06:00." };
        var command = new Command("archive", "Moves closed documents with all that hangs on them from an account set (--from) to an archive (--to). Rows are deleted only where both databases' digests say that the archive has them as they are; opening balances are carried forward and proven. Broken off at any point, the same command goes on.")
        {
            rules, name, before, dryRun, explain, chunk, chunks, rows, latency, replicas, lag, hours, reportFile,
        };
        sides.AddDatabases(command);
        command.SetAction((parsed, cancellationToken) => Refusals.TellAsync(() => SideOptions.RunAsync(() => Told(() =>
        {
            (DatabaseAddress from, DatabaseAddress to) = sides.Read(parsed);
            if (parsed.GetValue(before) is null) throw new WrongInputException("--before is missing: write the day from which on documents stay, as 2024-01-01.");
            if (!DateOnly.TryParseExact(parsed.GetValue(before), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly day))
                throw new WrongInputException($"--before is '{parsed.GetValue(before)}': write the day from which on documents stay, as 2024-01-01.");
            var options = new ArchiveOptions(parsed.GetValue(name)!, day)
            {
                ChunkDocuments = parsed.GetValue(chunk),
                ChunksMax = parsed.GetValue(chunks) > 0 ? parsed.GetValue(chunks) : null,
                Throttle = new ThrottleOptions
                {
                    RowsPerSecond = parsed.GetValue(rows),
                    SourceLatencyMax = parsed.GetValue(latency) > 0 ? TimeSpan.FromMilliseconds(parsed.GetValue(latency)) : null,
                    Replicas = [.. (parsed.GetValue(replicas) ?? []).Select(static text => SideOptions.Read("--replica", text))],
                    ReplicaLagMax = TimeSpan.FromSeconds(parsed.GetValue(lag)),
                    Hours = MigrateCommand.HoursOf(parsed.GetValue(hours)),
                },
            };
            ArchiveRun run;
            try
            {
                run = new ArchiveRun(() => Open("--from", from), () => Open("--to", to), Read(parsed.GetValue(rules)!), options, TimeProvider.System);
            }
            catch (ArgumentException wrong)
            {
                throw new WrongInputException(wrong.Message);
            }

            if (parsed.GetValue(explain) is { } document)
            {
                (string kind, string key) = KindAndKey("--explain", document);
                Console.WriteLine(run.Explain(kind, key, cancellationToken));
                return 0;
            }

            if (parsed.GetValue(dryRun)) return Plan(run.Plan(cancellationToken));
            ArchiveReport report;
            using (var line = new ProgressLine())
                report = run.Run(line.Report, cancellationToken);
            return Tell(report, "went to the archive", parsed.GetValue(reportFile));
        }))));
        return command;
    }

    public static Command CreateRestore()
    {
        (Argument<FileInfo> rules, SideOptions sides, Option<string> name) = Common();
        var document = new Option<string?>("--document") { Description = "One document, with all that hangs on it: KIND=KEY. Default: all of the archive." };
        var reportFile = new Option<FileInfo?>("--report") { Description = "Writes what was done and how it is proven into a file, as JSON." };
        var command = new Command("restore", "Brings documents back from an archive (--to) to the account set that they came from (--from), compared by digests; what they moved is taken out of the opening balances again.") { rules, name, document, reportFile };
        sides.AddDatabases(command);
        command.SetAction((parsed, cancellationToken) => Refusals.TellAsync(() => SideOptions.RunAsync(() => Told(() =>
        {
            (DatabaseAddress from, DatabaseAddress to) = sides.Read(parsed);
            if (to.FilePath is { } file && !File.Exists(file)) throw new WrongInputException($"--to: there is no archive {file}.");
            (string, string)? one = parsed.GetValue(document) is { } text ? KindAndKey("--document", text) : null;
            ArchiveReport report;
            using (var line = new ProgressLine())
                report = new ArchiveRestore(() => Open("--from", from), () => Open("--to", to), Read(parsed.GetValue(rules)!), parsed.GetValue(name)!, TimeProvider.System).Run(one, line.Report, cancellationToken);
            return Tell(report, "came back", parsed.GetValue(reportFile));
        }))));
        return command;
    }

    static (Argument<FileInfo>, SideOptions, Option<string>) Common() => (
        new Argument<FileInfo>("rules") { Description = "The file that says what documents are: examples/retail/archive/erp.json is one." },
        new SideOptions { FileName = static parsed => $"{parsed.GetValue<string>("--name")}.db" },
        new Option<string>("--name") { Description = "The archive's name: it goes on with what it has under it.", DefaultValueFactory = static _ => "archive" });

    static IDatabase Open(string option, DatabaseAddress address)
    {
        try
        {
            if (address.FilePath is { } file) Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            return address.Open();
        }
        catch (Exception error) when (error is DbException or IOException or UnauthorizedAccessException)
        {
            throw new ArchiveException($"{option}, {address}, cannot be opened: {error.Message}", error);
        }
    }

    static ArchiveRules Read(FileInfo file) => file.Exists ? ArchiveRules.Parse(File.ReadAllText(file.FullName)) : throw new WrongInputException($"there is no file {file.FullName}.");

    static (string Kind, string Key) KindAndKey(string option, string text) => text.LastIndexOf('=') is > 0 and var at && at < text.Length - 1
        ? (text[..at], text[(at + 1)..])
        : throw new WrongInputException($"{option} is '{text}': write the kind of document and its key as \"sales order=100023\".");

    static int Told(Func<int> run)
    {
        try
        {
            return run();
        }
        catch (ArchiveException problem)
        {
            Console.Error.WriteLine($"orrery: {problem.Message}");
            return 1;
        }
    }

    static int Plan(ArchivePlan plan)
    {
        Console.WriteLine($"{"",-24} {"goes",12} {"open",12} {"recent",12} {"held",12}");
        foreach (KindPlan kind in plan.Kinds)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{kind.Document,-24} {kind.Going,12:N0} {kind.Held.GetValueOrDefault(Hold.Open),12:N0} {kind.Held.GetValueOrDefault(Hold.Recent),12:N0} {kind.Held.GetValueOrDefault(Hold.Linked) + kind.Held.GetValueOrDefault(Hold.TooLarge),12:N0}"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{plan.Groups:N0} groups of documents that hang together may go."));
        foreach (string example in plan.Kinds.SelectMany(static kind => kind.Examples.Take(3)).Take(LinesShown)) Console.WriteLine("  " + example);
        foreach (string warning in plan.Warnings) Console.WriteLine("Warning: " + warning);
        return 0;
    }

    static int Tell(ArchiveReport report, string done, FileInfo? file)
    {
        if (file is not null)
        {
            file.Directory?.Create();
            File.WriteAllText(file.FullName, JsonSerializer.Serialize(report, Json));
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{report.Documents:N0} documents, {report.Rows:N0} rows {done} in {ProgressLine.Span(report.Duration)}."));
        foreach ((string table, long rows) in report.RowsByTable.OrderBy(static pair => pair.Key, StringComparer.Ordinal)) Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {table,-40} {rows,14:N0}"));
        if (report.Edited.Count > 0) Console.WriteLine($"{report.Edited.Count.ToString("N0", CultureInfo.InvariantCulture)} documents were edited meanwhile and stay, with what hangs on them: {string.Join(", ", report.Edited.Take(LinesShown))}");
        foreach (BalanceProof balance in report.Balances)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{(balance.IsEqual ? "equal   " : "DIFFERS ")} opening + movements = closing: {balance.Name}, {balance.Places:N0} places"));
            foreach (string difference in balance.Differences) Console.WriteLine($"           {difference}");
        }

        foreach (CheckProof check in report.Checks)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{(check.After == 0 ? "holds   " : "BROKEN  ")} {check.Name}{(check.After == 0 ? "" : $": {check.After:N0} rows break it, {check.Before:N0} before")}"));
        return report.IsProven ? 0 : 1;
    }
}
