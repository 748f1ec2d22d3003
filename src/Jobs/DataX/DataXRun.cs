using System.Data.Common;
using System.Globalization;
using Orrery.Connectors.Dialects;
using Orrery.Jobs.Plans;
using Orrery.Jobs.Running;

namespace Orrery.Jobs.DataX;

/// <summary>
/// Runs a job file: parts (tables, queries, files, streams) over channels, chunk by chunk. The target says which chunks it has, so that a run that was broken off goes on: at a range of the key where the
/// reader splits by one, behind the rows that are there where rows come one after the other; a query or a table without <c>splitPk</c> is one transaction. Calls block; run it on a thread of its own.
/// </summary>
public sealed partial class DataXRun(DataXJob job, DataXOptions options, JobControl control, TimeProvider time, IProgress<JobProgress>? progress, TextWriter output)
{
    readonly DataXJob job = job;
    readonly DataXOptions options = options;
    readonly TimeProvider time = time;
    readonly DataXValues values = new(time.LocalTimeZone);
    readonly Throttle throttle = new(new ThrottleOptions { RowsPerSecond = job.RowsPerSecond, BytesPerSecond = job.BytesPerSecond }, control, time);
    readonly Lock feedGate = new();
    IReadOnlyList<DataXPart> parts = [];
    IReadOnlyList<DoneChunk> done = [];
    DataXTarget? target;
    RejectFile? rejects;
    RunState? state;
    int nextPart;

    /// <summary>What would be done. Nothing is changed.</summary>
    /// <exception cref="DataXException">The file cannot be run.</exception>
    /// <exception cref="DbException">A side cannot be reached.</exception>
    public DataXPlan Assess()
    {
        Prepare();
        string[] into = job.Writer is DataXDatabase database ? [.. database.Connections[0].Tables] : [job.Writer is DataXTextWriter text ? Path.Combine(text.Folder, text.FileName) : job.Writer.Plugin];
        return new DataXPlan([.. parts.Select(part => (part.Name, into[into.Length == 1 ? 0 : part.Number], part.RowsEstimate, part is DatabasePart { IsSplit: true }))], job.Problems);
    }

    /// <summary>Runs the job to its end.</summary>
    /// <exception cref="DataXException">The file cannot be run.</exception>
    /// <exception cref="RejectQuotaException">More rows are dirty than may be.</exception>
    /// <exception cref="TokenOverruledException">It was started again elsewhere.</exception>
    /// <exception cref="TimeoutException">A side was away, or copying lasted, for longer than its bound.</exception>
    public DataXReport Run(CancellationToken cancellationToken = default)
    {
        long started = time.GetTimestamp();
        state = new RunState(options.Job, control, time, progress) { RowsEstimate = () => parts.Sum(part => part.RowsEstimate), Rejects = () => rejects?.Count ?? 0 };
        state.Enter(JobPhase.Assessing, options.CopyMax);
        Prepare();
        done = target!.Begin(cancellationToken);
        rejects = new RejectFile(options.RejectFile, job.DirtyRowsMax ?? long.MaxValue, done.Sum(chunk => chunk.Rejects));
        state.RowsBefore = done.Sum(chunk => chunk.Rows);
        ILookup<string, DoneChunk> byPart = done.ToLookup(chunk => chunk.Table);
        foreach (DatabasePart part in parts.OfType<DatabasePart>()) part.Begin([.. byPart[DatabaseTarget.NameOf(part)]], options.ChunkRows);
        state.Enter(JobPhase.Copying, options.CopyMax);
        using (state.Telling()) Copy(cancellationToken);
        long rows = state.RowsBefore + state.Counters.Rows;
        if (job.DirtyShareMax is { } share && rejects.Count > share * (rows + rejects.Count))
            throw new RejectQuotaException(string.Create(CultureInfo.InvariantCulture, $"{rejects.Count:N0} of {rows + rejects.Count:N0} rows are dirty, more than errorLimit.percentage {share} allows. The others are written; what is to run behind them is not. See {options.RejectFile}."), null);
        NewPatience().Retry("The end", () => target.End(cancellationToken), static () => [], static () => { }, cancellationToken);
        state.Enter(JobPhase.Done, options.CopyMax);
        state.Report();
        return new DataXReport(rows, state.Counters.Rows, rejects.Count, state.Counters.Bytes, time.GetElapsedTime(started), job.Problems);
    }

    void Prepare()
    {
        if (job.Problems.Any(problem => problem.IsError)) throw new DataXException(job.Problems);
        var problems = new List<DataXProblem>();
        Confine(problems);
        if (problems.Count > 0) throw new DataXException(problems);
        parts = job.Reader switch
        {
            DataXDatabase database => DatabaseParts(database, problems),
            DataXTextReader text => TextPart.Of(text, options.Files),
            DataXStreamReader stream => [.. Enumerable.Range(0, job.Channels).Select(number => new StreamPart(number, stream))],
            _ => throw new InvalidOperationException($"'{job.Reader.Plugin}' has no parts."),
        };
        target = job.Writer switch
        {
            DataXDatabase database => Tables(database, problems),
            DataXTextWriter text => new TextTarget(text, options.Job),
            DataXStreamWriter stream => new StreamTarget(stream, output),
            _ => throw new InvalidOperationException($"'{job.Writer.Plugin}' takes no rows."),
        };
        if (problems.Count > 0) throw new DataXException(problems);
    }

    /// <summary>Refuses what leads to files outside of the job's bounds.</summary>
    void Confine(List<DataXProblem> problems)
    {
        if (!options.Files.AreSet) return;
        foreach (DataXSide side in new[] { job.Reader, job.Writer })
        {
            IEnumerable<(string Option, string Path)> files = side switch
            {
                DataXDatabase database => database.Connections.Where(each => each.Address.FilePath is not null).Select(each => ("connection", each.Address.FilePath!)),
                DataXTextReader reader => reader.Paths.Select(path => ("path", path)),
                DataXTextWriter writer => [("path", Path.Combine(writer.Folder, writer.FileName)), ("path", Path.Combine(writer.Folder, writer.FileName + writer.Suffix))],
                _ => [],
            };
            foreach ((string option, string path) in files.Where(file => !options.Files.Allows(file.Path)))
                problems.Add(new DataXProblem($"{side.Path}.{option}", $"'{path}' is not below a folder that jobs may use here: an administrator can allow the folder with Orrery:Channels:Folders, or the job runs on an agent (runsOn).", IsError: true));
            // MySQL's clients send files of their own machine where a statement says so.
            if (side is DataXDatabase statements && statements.Statements.Any(statement => statement.Contains("INFILE", StringComparison.OrdinalIgnoreCase)))
                problems.Add(new DataXProblem(side.Path, "has a statement that reads a file (INFILE): that is for jobs on an agent (runsOn).", IsError: true));
        }
    }

    DataXPart[] DatabaseParts(DataXDatabase side, List<DataXProblem> problems)
    {
        var found = new List<DataXPart>();
        for (int index = 0; index < side.Connections.Count; index++)
        {
            DataXConnection connection = side.Connections[index];
            using IDatabase source = Source(connection.Address);
            foreach (string query in connection.Queries) found.Add(new DatabasePart($"{index}:query {found.Count}", found.Count, connection, side, null, isSplit: false, query));
            foreach (string name in connection.Tables)
            {
                if (ReadTable(source, name, connection.Path, problems) is not { } table) continue;
                bool isSplit = side.SplitKey is not null;
                if (isSplit && table.Columns.FirstOrDefault(column => column.Name.Equals(side.SplitKey, StringComparison.OrdinalIgnoreCase)) is not { } key)
                    problems.Add(new DataXProblem($"{side.Path}.splitPk", $"is '{side.SplitKey}', which table {name} does not have; it has: {string.Join(", ", table.Columns.Select(column => column.Name))}.", IsError: true));
                else if (isSplit) table = table with { Key = [table.Columns.First(column => column.Name.Equals(side.SplitKey, StringComparison.OrdinalIgnoreCase)).Name] };
                if (isSplit && problems.Count == 0 && source.Plan(table, options.ChunkRows).First() is { PlaceFrom: not null } or { PlaceTo: not null }) isSplit = false;
                found.Add(new DatabasePart($"{index}:{name}", found.Count, connection, side, table, isSplit && problems.Count == 0, null) { RowsEstimate = Math.Max(0, table.RowsEstimate) });
            }
        }

        return [.. found];
    }

    DatabaseTarget Tables(DataXDatabase side, List<DataXProblem> problems)
    {
        DataXConnection connection = side.Connections[0];
        using IDatabase database = options.Files.Confine(connection.Address.Open());
        var tables = new List<(TableDefinition, IReadOnlyList<ColumnDefinition>)>();
        if (connection.Tables.Count > 1 && connection.Tables.Count != parts.Count)
            problems.Add(new DataXProblem($"{connection.Path}.table", $"has {connection.Tables.Count} tables, and {parts.Count} are read: one, or as many as are read, are needed.", IsError: true));
        foreach (string name in connection.Tables)
        {
            if (ReadTable(database, name, connection.Path, problems) is not { } table) continue;
            try
            {
                IReadOnlyList<ColumnDefinition> columns = DatabaseTarget.ColumnsOf(side, table, database.Dialect);
                tables.Add((table, columns));
                if (side.Mode != DataXWriteMode.Insert && database.Dialect.Engines[0] is var engine and not "mysql" && !(engine == "sqlite" && side.Mode == DataXWriteMode.Replace))
                {
                    if (table.Key.Count == 0 && side.ModeKey.Count == 0) problems.Add(new DataXProblem($"{side.Path}.writeMode", $"needs a key, and table {name} has none: name its columns, as update(id).", IsError: true));
                    if (side.Mode == DataXWriteMode.Replace && columns.Count < table.Writable.Count()) problems.Add(new DataXProblem($"{side.Path}.writeMode", $"replace is for all columns of a table here, and 'column' names {columns.Count} of {table.Writable.Count()}: write update.", IsError: true));
                }
            }
            catch (ArgumentException wrong)
            {
                problems.Add(new DataXProblem($"{side.Path}.column", wrong.Message, IsError: true));
            }
        }

        return new DatabaseTarget(side, options.Job, tables, values, job.Reader is DataXDatabase { NullsZeroDates: true }, options.Files, time);
    }

    static TableDefinition? ReadTable(IDatabase database, string name, string path, List<DataXProblem> problems)
    {
        string[] names = [.. name.Split('.').Select(part => part.Trim('`', '"', '[', ']', ' '))];
        IReadOnlyList<TableName> all = database.ListTables();
        var wanted = new TableName(names.Length > 1 ? names[^2] : null, names[^1]);
        TableName? found = all.FirstOrDefault(each => Is(each, StringComparison.Ordinal)) ?? all.FirstOrDefault(each => Is(each, StringComparison.OrdinalIgnoreCase));
        if (found is null && wanted.Schema is null)
        {
            problems.Add(new DataXProblem($"{path}.table", $"names '{name}', which {database.Name} does not have.", IsError: true));
            return null;
        }

        try
        {
            return database.ReadTable(found ?? wanted);
        }
        catch (Exception wrong) when (wrong is ArgumentException or NativeTypeException)
        {
            problems.Add(new DataXProblem($"{path}.table", wrong.Message, IsError: true));
            return null;
        }

        bool Is(TableName each, StringComparison comparison) => each.Name.Equals(wanted.Name, comparison) && (wanted.Schema is null || each.Schema is null || each.Schema.Equals(wanted.Schema, comparison)) && (wanted.Schema is null || each.Schema is not null || wanted.Schema == database.Name);
    }

    IDatabase Source(DatabaseAddress address)
    {
        IDatabase source = options.Files.Confine(address.Open());
        if (job.Reader is DataXDatabase side)
            foreach (string statement in side.Session) source.Execute(statement);
        return source;
    }

    void Copy(CancellationToken cancellationToken)
    {
        int Wanted() => job.Writer is DataXDatabase { Connections: [{ Address.Dialect.Engines: ["sqlite", ..] }] } ? 1 : control.Limits?.Channels ?? job.Channels;
        new ChannelPool("orrery datax channel", Wanted).Run((isWanted, token) =>
        {
            using var worker = new Worker(this);
            worker.Run(isWanted, token);
        }, cancellationToken);
    }

    Patience NewPatience() => new(options.AwayMax, time, waiting => state!.Counters.Waiting = waiting);
}
