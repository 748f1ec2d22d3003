using System.CommandLine;
using System.Data.Common;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Orrery.Jobs.Certificates;
using Orrery.Jobs.Plans;
using Orrery.Jobs.Running;
using Orrery.Jobs.Schemas;

namespace Orrery.Cli.Migrate;

/// <summary><c>orrery migrate</c>: one database into another, gone on with where it was broken off, with a certificate at its end.</summary>
static class MigrateCommand
{
    /// <summary>Lines of handwork that are shown before the rest is counted.</summary>
    const int HandWorkShown = 40;
    const int TextShown = 160;

    public static Command Create()
    {
        var sides = new SideOptions();
        var schemaOnly = new Option<bool>("--schema-only") { Description = "Makes tables, keys and indexes, and copies no rows." };
        var dataOnly = new Option<bool>("--data-only") { Description = "Copies rows into tables that are there already, and empty." };
        var append = new Option<bool>("--append") { Description = "With --data-only: the tables may hold rows." };
        var schema = new Option<string?>("--schema") { Description = "The target's schema for all tables. Default: the connection's own." };
        var channels = new Option<int>("--parallel") { Description = "Channels that copy at the same time, 1 to 64.", DefaultValueFactory = static _ => 2 };
        var chunk = new Option<int>("--chunk-rows") { Description = "Rows of a chunk, which is one transaction of the target.", DefaultValueFactory = static _ => 100_000 };
        var dryRun = new Option<bool>("--dry-run") { Description = "Says what would be done, what stands in the way and how long it may take. Nothing is changed but a probe table that is dropped at once." };
        var job = new Option<string?>("--job") { Description = "The job's name in the target: the same goes on where it was, another begins anew. Default: made from both addresses." };
        var rejects = new Option<long>("--rejects") { Description = "Rows that the target refuses and that may be put aside before the job stops." };
        var rejectFile = new Option<string?>("--reject-file") { Description = "Where they are written with the reason, as JSON lines. Default: JOB.rejects.jsonl." };
        var rows = new Option<long>("--rows-per-second") { Description = "Spares both sides: rows a second over all channels." };
        var bytes = new Option<long>("--bytes-per-second") { Description = "Likewise, bytes." };
        var latency = new Option<int>("--source-latency") { Description = "Milliseconds: while a small question to the source takes longer, no chunk begins." };
        var hours = new Option<string?>("--hours") { Description = "When chunks may begin, by the local clock: 22:00-06:00." };
        var away = new Option<int>("--away-minutes") { Description = "How long a database may be away before the job gives up.", DefaultValueFactory = static _ => 120 };
        var certificate = new Option<string?>("--certificate") { Description = "Where the certificate is written: FILE.json, and a page beside it, FILE.html. '-' leaves it out. Default: JOB.certificate.json." };
        var key = new Option<string?>("--key") { Description = CertificateFiles.KeyDescription };
        var datax = new Option<string?>("--datax") { Description = "Runs a DataX job file as it is, instead of --from and --to; with --dry-run, --job, --chunk-rows, --reject-file and --away-minutes." };
        var define = new Option<string[]>("--define") { Description = "With --datax: NAME=VALUE for each ${NAME} in the file.", DefaultValueFactory = static _ => [] };
        var follow = new FollowCommand();
        var command = new Command("migrate", $"Copies a database's schema and rows into another, of any engine: {DatabaseAddress.Forms}. Broken off at any point, the same command goes on where it was. Ends with a certificate: counts and digests computed inside of both.")
        {
            schemaOnly, dataOnly, append, schema, channels, chunk, dryRun, job, rejects, rejectFile, rows, bytes, latency, hours, away, certificate, key, datax, define,
        };
        sides.AddTo(command);
        follow.AddTo(command);
        command.SetAction((parsed, cancellationToken) => Refusals.TellAsync(() => SideOptions.RunAsync(() =>
        {
            if (parsed.GetValue(datax) is { } file)
                return DataXFile.Run(file, parsed.GetValue(define) ?? [], parsed.GetValue(dryRun), parsed.GetValue(job), parsed.GetValue(chunk), parsed.GetValue(rejectFile), TimeSpan.FromMinutes(parsed.GetValue(away)), cancellationToken);
            (DatabaseAddress from, DatabaseAddress to) = sides.Read(parsed);
            string name = parsed.GetValue(job) ?? JobName(from, to);
            var options = new MigrationOptions
            {
                Job = name,
                IsSchemaOnly = parsed.GetValue(schemaOnly),
                IsDataOnly = parsed.GetValue(dataOnly),
                MayHoldRows = parsed.GetValue(append),
                Tables = sides.Tables(parsed),
                Without = sides.Without(parsed),
                TargetSchema = parsed.GetValue(schema),
                Channels = parsed.GetValue(channels),
                ChunkRows = parsed.GetValue(chunk),
                RejectsMax = parsed.GetValue(rejects),
                RejectFile = parsed.GetValue(rejectFile) ?? $"{name}.rejects.jsonl",
                AwayMax = TimeSpan.FromMinutes(parsed.GetValue(away)),
                Throttle = new ThrottleOptions
                {
                    RowsPerSecond = parsed.GetValue(rows),
                    BytesPerSecond = parsed.GetValue(bytes),
                    SourceLatencyMax = parsed.GetValue(latency) > 0 ? TimeSpan.FromMilliseconds(parsed.GetValue(latency)) : null,
                    Hours = HoursOf(parsed.GetValue(hours)),
                },
            };
            try
            {
                options.Validate();
            }
            catch (ArgumentException wrong)
            {
                throw new WrongInputException(wrong.Message);
            }

            if (follow.IsWanted(parsed)) return follow.Run(parsed, from, to, options, parsed.GetValue(certificate) ?? $"{name}.certificate.json", parsed.GetValue(key), cancellationToken);
            return parsed.GetValue(dryRun) ? Assess(from, to, options) : Run(from, to, options, parsed.GetValue(certificate) ?? $"{name}.certificate.json", parsed.GetValue(key), cancellationToken);
        })));
        return command;
    }

    static int Assess(DatabaseAddress from, DatabaseAddress to, MigrationOptions options)
    {
        MigrationPlan plan = new Migration(from, to, options, new JobControl(), TimeProvider.System, null).Assess();
        Console.WriteLine($"{from} to {to}: {plan.Tables.Count} tables, about {plan.RowsEstimate.ToString("N0", CultureInfo.InvariantCulture)} rows{(plan.TimeEstimate is { } time ? $", about {ProgressLine.Span(time)}" : "")}.");
        foreach (TablePlan table in plan.Tables)
            Console.WriteLine($"  {table.Source.Name,-40} {(table.RowsEstimate < 0 ? "?" : table.RowsEstimate.ToString("N0", CultureInfo.InvariantCulture)),14} rows  {table.Target.Indexes.Count} indexes  {table.ForeignKeys.Count} foreign keys{(table.IsWhole ? "  one chunk: no key" : "")}");
        Tell("To be done by hand, or to know:", plan.HandWork);
        foreach (string blocker in plan.Blockers) Console.WriteLine($"In the way: {blocker}");
        Console.WriteLine(plan.Blockers.Count == 0 ? "Nothing stands in the way." : "Settle this first.");
        return plan.Blockers.Count == 0 ? 0 : 1;
    }

    static int Run(DatabaseAddress from, DatabaseAddress to, MigrationOptions options, string certificate, string? key, CancellationToken cancellationToken)
    {
        MigrationReport report;
        using (var line = new ProgressLine())
            report = new Migration(from, to, options, new JobControl(), TimeProvider.System, line).Run(cancellationToken);
        Console.WriteLine(report.WasDone
            ? $"Job '{options.Job}' was done before: {report.Rows.ToString("N0", CultureInfo.InvariantCulture)} rows. Another --job begins anew."
            : string.Create(CultureInfo.InvariantCulture, $"{report.Plan.Tables.Count} tables, {report.Rows:N0} rows; {report.RowsOfRun:N0} of them in this run, in {ProgressLine.Span(report.Elapsed)}{(report.Copying > TimeSpan.Zero ? $" ({report.RowsOfRun / report.Copying.TotalSeconds:N0} rows/s while copying)" : "")}.{(report.Rejects > 0 ? $" {report.Rejects:N0} rows were put aside: {options.RejectFile}." : "")}"));
        Tell("The target refused:", report.Undone);
        Tell("To be done by hand, or to know:", report.Plan.HandWork);
        if (certificate == "-" || options.IsSchemaOnly) return report.Undone.Count == 0 ? 0 : 1;
        using var comparing = new ProgressLine();
        Certificate made = new CertificateMaker(from, to, TimeProvider.System, comparing) { Tables = options.Tables, Without = options.Without }.Make(cancellationToken) with { Job = options.Job, Rejects = report.Rejects };
        comparing.Dispose();
        bool isEqual = CertificateFiles.Tell(made, certificate, key);
        return isEqual && report.Undone.Count == 0 ? 0 : 1;
    }

    static void Tell(string head, IReadOnlyList<HandWork> work)
    {
        if (work.Count == 0) return;
        Console.WriteLine(head);
        foreach (HandWork each in work.Take(HandWorkShown))
        {
            string what = string.Join(' ', each.What.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
            Console.WriteLine($"  {each.Kind} {each.Name}: {(what.Length > TextShown ? what[..TextShown] + "…" : what)}");
        }

        if (work.Count > HandWorkShown) Console.WriteLine($"  and {work.Count - HandWorkShown} more");
    }

    static string JobName(DatabaseAddress from, DatabaseAddress to) => $"migrate-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{from}\n{to}")).AsSpan(0, 5))}";

    public static (TimeOnly, TimeOnly)? HoursOf(string? text)
    {
        if (text is null) return null;
        string[] parts = text.Split('-');
        return parts.Length == 2 && TimeOnly.TryParseExact(parts[0].Trim(), "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out TimeOnly from) && TimeOnly.TryParseExact(parts[1].Trim(), "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out TimeOnly to)
            ? (from, to)
            : throw new WrongInputException($"--hours is '{text}': write it as 22:00-06:00.");
    }
}
