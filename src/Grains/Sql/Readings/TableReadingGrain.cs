using System.Data.Common;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orrery.Connectors.Dialects;
using Orrery.Grains.Channels;
using Orrery.Grains.Secrets;
using Orrery.Grains.Sql.Cuts;
using Orrery.Grains.Sql.Schemas;
using Orrery.Grains.Sql.Sinks;
using Orrery.Grains.Sql.Sources;
using Orrery.Grains.Sql.Values;
using Orrery.Grains.Storing;
using Orrery.Interfaces;
using Orrery.Interfaces.Errors;
using Orrery.Sql.Catalogs;
using Orrery.Sql.Rows;
using Orrery.Sql.Syntax;

namespace Orrery.Grains.Sql.Readings;

/// <summary>
/// A reading: all rows of the database beside the rows that the views have of the table; what differs goes into the table's topic, as changes of a table of one's own do. So views see a reading like any change, and a
/// replay does not read the database again. A reading that is broken off is followed by one that finds what it had not given yet.
/// </summary>
[Reentrant]
sealed class TableReadingGrain : Grain, ITableReadingGrain
{
    /// <summary>Changes that are given in one epoch, at most.</summary>
    const int ChangesAtOnce = 10_000;

    /// <summary>Of the rows that the views have: twice what a reading of the database may have, for they are packed otherwise.</summary>
    const long CopyBytesMax = 512L << 20;
    static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(30), CopyTimeout = TimeSpan.FromMinutes(1), CopyPause = TimeSpan.FromSeconds(1);

    readonly IPersistentState<TableReadingState> stored;
    readonly SqlOptions options;
    readonly Func<SinkOpener> openSinks;
    readonly TimeProvider time;
    readonly ILogger<TableReadingGrain> logger;
    readonly CancellationTokenSource ending = new();
    Task reading = Task.CompletedTask;
    DateTimeOffset? failedAt;
    string? problem;

    public TableReadingGrain(
        [PersistentState("reading")] IPersistentState<TableReadingState> stored, IOptions<SqlOptions> options, IOptions<ChannelOptions> channels, SecretBox secrets, TimeProvider time, ILogger<TableReadingGrain> logger)
    {
        this.stored = stored;
        openSinks = () => new SinkOpener(GrainFactory, secrets, channels.Value, time);
        this.options = options.Value;
        this.time = time;
        this.logger = logger;
    }

    string Tenant => EntityKeys.TenantOf(this.GetPrimaryKeyString());

    public Task Wake(SqlDefinition table)
    {
        if (!reading.IsCompleted || ending.IsCancellationRequested)
            return Task.CompletedTask;
        var relation = ((Orrery.Sql.Binding.BoundCreateTable)Orrery.Sql.Binding.SqlBinder.Bind(SqlParser.ParseStatement(table.Text), new SchemaCatalog([]))).Relation;
        DateTimeOffset now = time.GetUtcNow();
        bool isDue = stored.State.Version != table.Version || ReadingSchedule.Of(relation).NextAfter(stored.State.LastAt) <= now;
        // After a failure it is tried again, but not with every wake.
        if (isDue && (failedAt is not { } failed || now - failed >= (options.RetryPauseMax < RetryPause ? options.RetryPauseMax : RetryPause)))
            reading = ReadAsync(table, relation, now);
        return Task.CompletedTask;
    }

    public Task ReadNow()
    {
        (stored.State.LastAt, failedAt) = (null, null);
        return Task.CompletedTask;
    }

    public Task<TableReadingStatus> Status() => Task.FromResult(new TableReadingStatus(stored.State.LastAt, stored.State.Rows, stored.State.Changes, problem));

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        await ending.CancelAsync();
        await StateWriter.Settled(reading);
    }

    async Task ReadAsync(SqlDefinition table, Relation relation, DateTimeOffset began)
    {
        try
        {
            SinkOpener opener = openSinks();
            // The allowed hosts may be others than when the table was made.
            opener.Check(relation);
            if (!DialectList.TryFind(TableOptions.Of(relation).Connector, out IDialect? dialect))
                throw new InvalidInputException("text", $"Nothing is known of the connector of '{relation.Name}'.");
            string connection = opener.ConnectionOf(relation);
            List<byte[]> there = await Task.Run(() => DatabaseReading.Read(relation, dialect, connection, options, ending.Token), ending.Token);
            List<byte[]> changes = Difference(await HereAsync(relation), there, relation);
            IDataflowGrain dataflow = GrainFactory.GetGrain<IDataflowGrain>(SqlKeys.Dataflow(Tenant));
            foreach (byte[][] some in changes.Chunk(ChangesAtOnce))
                await dataflow.Add(relation.Name, some);
            stored.State = new TableReadingState { Version = table.Version, LastAt = began, Rows = there.Count, Changes = changes.Count };
            await stored.WriteStateAsync(ending.Token);
            (problem, failedAt) = (null, null);
            SqlMessages.TableRead(logger, Tenant, relation.Name, there.Count, changes.Count, time.GetUtcNow() - began);
        }
        catch (Exception failure) when (!ending.IsCancellationRequested)
        {
            failedAt = time.GetUtcNow();
            problem = $"Reading it from its database failed, and is tried again: {(failure is DbException or InvalidInputException or TimeoutException ? failure.Message : $"{failure.GetType().Name}: {failure.Message}")}";
            SqlMessages.TableNotRead(logger, Tenant, relation.Name, failure);
        }
    }

    /// <summary>
    /// The rows that the views have, as JSON arrays of the stored columns. They are copied as they lie between two epochs, which holds the views up no longer than that; the copy is read in pages beside them.
    /// </summary>
    async Task<List<byte[]>> HereAsync(Relation relation)
    {
        string id = $"{this.GetPrimaryKeyString()}#reading";
        IDataflowGrain dataflow = GrainFactory.GetGrain<IDataflowGrain>(SqlKeys.Dataflow(Tenant));
        CutRelation copy = await CopyAsync(dataflow, id, relation.Name);
        try
        {
            if (copy.IsLeft || copy.Problem is not null)
                throw new InvalidInputException("rows", $"The rows of '{relation.Name}' cannot be copied: {copy.Problem ?? "they are too many"}");
            var layout = new RowLayout(relation.Schema);
            int[] stored = [.. Enumerable.Range(0, relation.Schema.Count).Where(place => !relation.Computed.ContainsKey(place))];
            var rows = new List<byte[]>();
            for (int page = 0; page < copy.Pages; page++)
            {
                byte[] packed = await dataflow.CutPage(id, relation.Name, page);
                await Task.Run(() => PackedPages.Read(packed, layout, (values, _) => rows.Add(JsonRows.ToUtf8(values, stored, relation.Schema))));
            }

            return rows;
        }
        finally
        {
            await dataflow.DropCut(id);
        }
    }

    /// <summary>Waits a while where others read as many copies as there may be.</summary>
    async Task<CutRelation> CopyAsync(IDataflowGrain dataflow, string id, string table)
    {
        long began = time.GetTimestamp();
        while (true)
        {
            try
            {
                return (await dataflow.CopyCut(new CutOrder(id, [], [table], CopyBytesMax, CopyTimeout))).Relations[0];
            }
            catch (ConflictException) when (time.GetElapsedTime(began) < CopyTimeout)
            {
                await Task.Delay(CopyPause, time, ending.Token);
            }
        }
    }

    /// <summary>Rows that go, then rows that come or replace one of their key.</summary>
    static List<byte[]> Difference(List<byte[]> here, List<byte[]> there, Relation relation)
    {
        int[] key = [.. relation.PrimaryKey.Select(place => Enumerable.Range(0, place).Count(other => !relation.Computed.ContainsKey(other)))];
        var known = new Dictionary<string, byte[]>(here.Count, StringComparer.Ordinal);
        foreach (byte[] row in here)
            known[KeyOf(row, key)] = row;
        var come = new List<byte[]>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (byte[] row in there)
        {
            string id = KeyOf(row, key);
            if (!seen.Add(id))
                throw new InvalidInputException("rows", $"What is read for '{relation.Name}' has two rows of the key {id}: its primary key is another one.");
            if (!known.Remove(id, out byte[]? former) || !former.AsSpan().SequenceEqual(row))
                come.Add(row);
        }

        return [.. known.Values.Select(static row => (byte[])[.. Encoding.UTF8.GetBytes($"{{\"{JsonDecoder.Removed}\":"), .. row, (byte)'}']), .. come];
    }

    static string KeyOf(byte[] row, int[] key)
    {
        using JsonDocument document = JsonDocument.Parse(row);
        return string.Join(", ", key.Select(place => document.RootElement[place].GetRawText()));
    }
}

/// <summary>What is kept of a table's readings.</summary>
sealed class TableReadingState
{
    /// <summary>Of the definition that was read.</summary>
    public long Version { get; set; }

    /// <summary>When the newest reading began, UTC; null: none was done, or the next is not to wait.</summary>
    public DateTimeOffset? LastAt { get; set; }

    public long Rows { get; set; }

    public long Changes { get; set; }
}
