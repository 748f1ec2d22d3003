using System.Globalization;
using Orrery.Connectors.Dialects;
using Orrery.Connectors.Rows;
using Orrery.Jobs.Schemas;

namespace Orrery.Jobs.Running;

/// <summary>
/// What the target itself says of a job. <c>orrery_job</c> has a row a job with its state and a token that rises with each start; <c>orrery_chunk</c> has a row a chunk, written in the
/// transaction that writes the chunk's rows. That transaction first locks the job's row against change and compares the token: a run whose job was started again elsewhere is refused there, and a
/// start waits for transactions that hold the lock, so that it sees all that will ever be of earlier runs. Each run therefore knows exactly which rows the target has.
/// </summary>
sealed class ChunkTokens
{
    /// <summary>The number of the row that says: this table is the job's own to make.</summary>
    public const long MadeChunk = -1;

    static readonly TableName JobTable = new(null, "orrery_job"), ChunkTable = new(null, "orrery_chunk");

    readonly string job;
    readonly TimeProvider time;
    readonly TableDefinition chunks;

    ChunkTokens(string job, TimeProvider time, TableDefinition chunks) => (this.job, this.time, this.chunks) = (job, time, chunks);

    /// <summary>This run's token.</summary>
    public long Token { get; private init; }

    /// <summary>The state that the job was left in; empty where it is new.</summary>
    public string State { get; private init; } = "";

    /// <summary>Makes the tables where they are not, and takes the job over from any earlier run.</summary>
    public static ChunkTokens Take(IDatabase target, string job, TimeProvider time)
    {
        IDialect dialect = target.Dialect;
        Make(target, new TableDefinition(JobTable,
        [
            new ColumnDefinition("job", new ColumnType(ColumnKind.Text, Length: 100), "", false), new ColumnDefinition("token", new ColumnType(ColumnKind.Int64), "", false),
            new ColumnDefinition("state", new ColumnType(ColumnKind.Text, Length: 20), "", false), new ColumnDefinition("at", new ColumnType(ColumnKind.Timestamp, 6), "", false),
        ]) { Key = ["job"] });
        Make(target, new TableDefinition(ChunkTable,
        [
            new ColumnDefinition("job", new ColumnType(ColumnKind.Text, Length: 100), "", false), new ColumnDefinition("tbl", new ColumnType(ColumnKind.Text, Length: 250), "", false),
            new ColumnDefinition("chunk", new ColumnType(ColumnKind.Int64), "", false), new ColumnDefinition("token", new ColumnType(ColumnKind.Int64), "", false),
            new ColumnDefinition("row_count", new ColumnType(ColumnKind.Int64), "", false), new ColumnDefinition("rejects", new ColumnType(ColumnKind.Int64), "", false),
            new ColumnDefinition("key_after", new ColumnType(ColumnKind.Binary), "", true), new ColumnDefinition("key_up_to", new ColumnType(ColumnKind.Binary), "", true),
            new ColumnDefinition("at", new ColumnType(ColumnKind.Timestamp, 6), "", false),
        ]) { Key = ["job", "tbl", "chunk"] });
        TableDefinition jobs = target.ReadTable(JobTable), chunks = target.ReadTable(ChunkTable);
        string where = $"{dialect.Quote("job")} = '{job}'", token = dialect.Quote("token"), table = dialect.Quote(JobTable);
        using DatabaseTransaction transaction = target.Begin();
        target.Execute($"UPDATE {table} SET {token} = {token} + 1 WHERE {where}");
        if (CatalogQuery.Rows(target, $"SELECT {token}, {dialect.Quote("state")} FROM {table} WHERE {where}") is not [var row, ..])
        {
            var batch = new RowBatch(jobs.ToSchema(""));
            batch.Add([job, 1L, "", Now(time)]);
            target.Insert(jobs, [batch]);
            row = ["1", ""];
        }

        transaction.Commit();
        return new ChunkTokens(job, time, chunks) { Token = long.Parse(row[0]!, CultureInfo.InvariantCulture), State = row[1] ?? "" };
    }

    /// <summary>Chunks that the target has, in the order of their numbers.</summary>
    public IReadOnlyList<DoneChunk> Done(IDatabase target)
    {
        IDialect dialect = target.Dialect;
        var done = new List<DoneChunk>();
        foreach (RowBatch batch in target.Read(chunks, KeyRange.All, ReadOptions.Default))
            for (int row = 0; row < batch.Count; row++)
            {
                object?[] values = RowValues.ReadAll(batch.Schema, batch[row]);
                if ((string)values[0]! == job)
                    done.Add(new DoneChunk((string)values[1]!, Convert.ToInt64(values[2], CultureInfo.InvariantCulture), Convert.ToInt64(values[4], CultureInfo.InvariantCulture), Convert.ToInt64(values[5], CultureInfo.InvariantCulture), (byte[]?)values[6], (byte[]?)values[7]));
            }

        return [.. done.OrderBy(chunk => chunk.Chunk)];
    }

    /// <summary>Writes a chunk's row into the transaction that is under way, after it was made sure that no later run has the job.</summary>
    /// <exception cref="TokenOverruledException">A later run has it.</exception>
    public void Write(IDatabase target, DatabaseTransaction transaction, DoneChunk chunk)
    {
        Guard(target, transaction);
        var batch = new RowBatch(chunks.ToSchema(""));
        batch.Add([job, chunk.Table, chunk.Chunk, Token, chunk.Rows, chunk.Rejects, chunk.After, chunk.UpTo, Now(time)]);
        target.Insert(chunks, [batch]);
    }

    /// <summary>A chunk that is there: asked when a connection broke while it was committed. Null: it is not.</summary>
    public DoneChunk? Find(IDatabase target, string table, long chunk) => Done(target).FirstOrDefault(done => done.Table == table && done.Chunk == chunk);

    public void SetState(IDatabase target, string state)
    {
        IDialect dialect = target.Dialect;
        using DatabaseTransaction transaction = target.Begin();
        Guard(target, transaction);
        target.Execute($"UPDATE {dialect.Quote(JobTable)} SET {dialect.Quote("state")} = '{state}' WHERE {dialect.Quote("job")} = '{job}'");
        transaction.Commit();
    }

    /// <summary>Lets go of the chunks of a run that came to its end, so that the job can begin anew.</summary>
    public void Forget(IDatabase target)
    {
        using DatabaseTransaction transaction = target.Begin();
        Guard(target, transaction);
        target.Execute($"DELETE FROM {target.Dialect.Quote(ChunkTable)} WHERE {target.Dialect.Quote("job")} = '{job}'");
        target.Execute($"UPDATE {target.Dialect.Quote(JobTable)} SET {target.Dialect.Quote("state")} = '' WHERE {target.Dialect.Quote("job")} = '{job}'");
        transaction.Commit();
    }

    /// <summary>The name under which a table's chunks stand.</summary>
    public static string NameOf(TableName table)
    {
        string name = table.ToString();
        return name.Length <= 200 ? name : $"{name[..150]}_{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(name)).AsSpan(0, 8))}";
    }

    /// <summary>Makes sure, in the transaction that is under way and until it ends, that no later run has the job.</summary>
    /// <exception cref="TokenOverruledException">A later run has it.</exception>
    public void Guard(IDatabase target, DatabaseTransaction transaction)
    {
        IDialect dialect = target.Dialect;
        (string hint, string behind) = dialect.Engines[0] switch { "postgresql" => ("", " FOR SHARE"), "mysql" => ("", " LOCK IN SHARE MODE"), "sqlserver" => (" WITH (REPEATABLEREAD)", ""), _ => ("", "") };
        string? token = CatalogQuery.Value(target, $"SELECT {dialect.Quote("token")} FROM {dialect.Quote(JobTable)}{hint} WHERE {dialect.Quote("job")} = '{job}'{behind}");
        if (token != Token.ToString(CultureInfo.InvariantCulture))
            throw new TokenOverruledException($"Job '{job}' was started again elsewhere: this run has token {Token}, the target says {token ?? "none"}. This run has written nothing since; watch the other one.");
    }

    static DateTime Now(TimeProvider time) => new(time.GetUtcNow().Ticks / 10 * 10, DateTimeKind.Unspecified);

    /// <summary>Makes a table of the job's own where it is not.</summary>
    public static void Make(IDatabase target, TableDefinition table)
    {
        if (target.ListTables().Any(name => name.Name == table.Name.Name)) return;
        foreach (string statement in target.Dialect.CreateTable(target.Dialect.Retarget(table, table.Name))) target.Execute(statement);
    }
}

/// <summary>A chunk that the target has.</summary>
/// <param name="Table">The source's table.</param>
/// <param name="Chunk">Its number in the table.</param>
/// <param name="Rows">Rows written.</param>
/// <param name="Rejects">Rows put aside.</param>
/// <param name="After">The key before its first row; null from the first row.</param>
/// <param name="UpTo">The key of its last row; null to the last row.</param>
sealed record DoneChunk(string Table, long Chunk, long Rows, long Rejects, byte[]? After, byte[]? UpTo);

/// <summary>A job has a later run.</summary>
public sealed class TokenOverruledException(string message) : Exception(message);
