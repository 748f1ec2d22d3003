using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging;
using Orrery.Connectors.ChangeCapture.MySql.Events;
using Orrery.Connectors.ChangeCapture.MySql.Feeds;
using Orrery.Connectors.ChangeCapture.MySql.Protocol;
using Orrery.Connectors.ChangeCapture.MySql.Schemas;

namespace Orrery.Connectors.ChangeCapture.MySql;

/// <summary>
/// The changes of a MySQL or MariaDB server: first the rows that are there, in chunks, merged with the changes; then the changes.
/// <para>Data: the log's position with the definitions as of there (<see cref="BinlogDecoder"/>), the tables whose rows are still to be read, the chunk that is open.</para>
/// <para>Normal path: a chunk is opened as a snapshot at an exact position P of the log. The log is read up to exactly P, then the chunk's rows are handed on as of P, then
/// the next chunk is opened. A row that changes before P is in the chunk as changed; one that changes after P is changed by the log. No lock is held, there is no gap.
/// Rows at P have sequences between P's and the next event's.</para>
/// <para>Failure path: a lost connection is begun anew at the start of the group that was open, and what had been handed on is passed over by its sequence. A chunk that
/// was interrupted goes on behind the last key, at a later position. A checkpoint holds all of it, so that a new process does the same.</para>
/// <para>Not guaranteed: a snapshot's rows may be handed on twice. A server whose log begins anew (RESET MASTER, another server behind the same name) is noticed by the time at
/// which the file began, and refused.</para>
/// </summary>
public sealed partial class MySqlCapture : IChangeSource
{
    const int BatchEntriesMax = 262_144, BracketsMax = 20;
    static readonly TimeSpan BackOffFirst = TimeSpan.FromMilliseconds(50), BackOffMax = TimeSpan.FromSeconds(5);

    readonly MySqlCaptureOptions options;
    readonly TimeProvider time;
    readonly ILogger logger;
    readonly CaptureInstruments instruments;
    readonly MySqlCheckpoint? resumed;
    readonly List<PendingTable> pending = [];
    readonly int chunkRows, batchBytes;
    BinlogDecoder? decoder;
    ServerFeed? feed;
    byte[]? held; // an event that waits for a definition
    long endSequence, saidSequence = long.MinValue, expectedFileSeconds;
    long? lostSince;
    TimeSpan backOff = BackOffFirst;
    bool caughtUp, gtidStarts;

    /// <param name="options">What and how.</param>
    /// <param name="checkpoint">From where to go on; null to begin.</param>
    /// <exception cref="ArgumentException">Options are wrong; the message lists every error.</exception>
    /// <exception cref="FormatException">The checkpoint cannot be read.</exception>
    public MySqlCapture(MySqlCaptureOptions options, string? checkpoint, TimeProvider time, ILogger<MySqlCapture> logger, CaptureInstruments instruments)
    {
        if (options.Validate() is { Count: > 0 } errors) throw new ArgumentException(string.Join(' ', errors), nameof(options));
        this.options = options;
        this.time = time;
        this.logger = logger;
        this.instruments = instruments;
        chunkRows = options.ChunkRows;
        batchBytes = options.BatchBytes;
        if (string.IsNullOrEmpty(checkpoint)) return;
        resumed = MySqlCheckpoint.Read(checkpoint);
        chunkRows = resumed.ChunkRows;
        batchBytes = resumed.BatchBytes;
    }

    public TimeSpan? Lag { get; private set; }

    /// <summary>Where the log has been read up to; null before the first connection.</summary>
    public BinlogPosition? Position => decoder?.Position;

    /// <summary>How many tables' rows are still to be read.</summary>
    public int PendingTables => pending.Count;

    public async ValueTask ReadAsync(ChangeBatch batch, CancellationToken cancellationToken)
    {
        batch.Clear();
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                if (feed is null) await ConnectAsync(cancellationToken).ConfigureAwait(false);
                if (!await StepAsync(batch, cancellationToken).ConfigureAwait(false)) continue;
                lostSince = null;
                backOff = BackOffFirst;
                Finish(batch);
                return;
            }
            catch (Exception error) when (IsLoss(error))
            {
                await CloseAsync().ConfigureAwait(false);
                instruments.Lost(CaptureInstruments.MySql);
                bool hands = batch.Count > 0;
                if (hands) Finish(batch);
                Restart();
                if (hands) return;
                await BackOffAsync(error, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception error) when (error is MySqlServerException or EventFormatException)
            {
                await CloseAsync().ConfigureAwait(false);
                Restart();
                throw new ChangeSourceException(error is MySqlServerException ? ChangeSourceFault.Settings : ChangeSourceFault.Format, $"{options.Endpoint} cannot be read: {error.Message}", error);
            }
        }
    }

    /// <summary>Connects, and answers the checkpoint of where reading begins: what is read after it was kept misses nothing.</summary>
    /// <exception cref="ChangeSourceException">The server cannot be read from here.</exception>
    public async ValueTask<string> BeginAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (feed is null) await ConnectAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (MySqlServerException error)
        {
            throw new ChangeSourceException(ChangeSourceFault.Settings, $"{options.Endpoint} cannot be read: {error.Message}", error);
        }

        var none = new ChangeBatch();
        Finish(none);
        return none.Checkpoint;
    }

    public ValueTask ConfirmAsync(string checkpoint, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync() => await CloseAsync().ConfigureAwait(false);

    /// <summary>Whether a newer checkpoint can be given than the last one. A server that was asked by GTID has not said yet where it begins.</summary>
    bool HasMoved => decoder!.RestartPosition.File.Length > 0 && decoder.RestartPosition.Sequence > Math.Max(saidSequence, endSequence);

    void Restart()
    {
        if (decoder is null) return;
        expectedFileSeconds = decoder.FileSeconds > 0 ? decoder.FileSeconds : expectedFileSeconds;
        decoder.Restart();
    }

    /// <summary>One step: a chunk's rows, or events. True where the batch is to be handed on.</summary>
    async ValueTask<bool> StepAsync(ChangeBatch batch, CancellationToken cancellationToken)
    {
        if (chunk is null && pending.Count > 0 && held is null)
        {
            await OpenChunkAsync(cancellationToken).ConfigureAwait(false);
            if (chunk is null && pending.Count > 0) return false; // The next table, or the same once more.
        }

        if (chunk is { } open && decoder!.Position.CompareTo(open.Position) >= 0) return await FillFromChunkAsync(open, batch, cancellationToken).ConfigureAwait(false);
        while (batch.Bytes.Position < batchBytes && batch.Count < BatchEntriesMax)
        {
            if (chunk is not null && decoder!.Position.CompareTo(chunk.Position) >= 0) break;
            if (held is not null)
            {
                byte[] again = held;
                held = null;
                if (!await ApplyHeldAsync(again, batch, cancellationToken).ConfigureAwait(false)) break;
            }
            else if (feed!.TryRead(out var bytes))
            {
                if (decoder!.Apply(bytes.Span, batch) == DecodeResult.WantsDefinition)
                {
                    // What has been read goes out first: nothing waits while a batch holds changes.
                    held = bytes.ToArray();
                    if (batch.Count > 0) break;
                    continue;
                }

                TakeRereads();
            }
            else if (batch.Count > 0 || HasMoved)
            {
                caughtUp = true;
                break;
            }
            else
            {
                caughtUp = true;
                if (!await feed.WaitAsync(cancellationToken).ConfigureAwait(false)) throw new IOException("The server ended the reading of its binary log.");
                caughtUp = false;
            }
        }

        return batch.Count > 0 || HasMoved;
    }

    async ValueTask<bool> ApplyHeldAsync(byte[] bytes, ChangeBatch batch, CancellationToken cancellationToken)
    {
        // The first time names the table; what it wants is read, and the event applied again.
        if (decoder!.Wanted is { } wanted)
        {
            await ReadDefinitionAsync(wanted, cancellationToken).ConfigureAwait(false);
        }

        var result = decoder.Apply(bytes, batch);
        if (result == DecodeResult.WantsDefinition)
        {
            if (decoder.Wanted != lastRead)
            {
                held = bytes;
                return batch.Count == 0;
            }

            throw new ChangeSourceException(ChangeSourceFault.Schema, $"Rows of {decoder.Wanted!.Value.Database}.{decoder.Wanted!.Value.Name} stand behind {decoder.Position}, and the table is not there any more, so that nothing says how its columns are named. Set binlog_row_metadata=FULL, or take a new snapshot.");
        }

        lastRead = null;
        TakeRereads();
        return true;
    }

    (string Database, string Name)? lastRead;

    async ValueTask ReadDefinitionAsync((string Database, string Name) wanted, CancellationToken cancellationToken)
    {
        // A definition that waits for an open snapshot keeps others from being read: the snapshot goes first.
        await DropChunkAsync().ConfigureAwait(false);
        await using var connection = await OpenAsync(cancellationToken).ConfigureAwait(false);
        lastRead = wanted;
        foreach (var table in await DefinitionReader.ReadAsync(connection, (_, _) => true, wanted, cancellationToken).ConfigureAwait(false)) decoder!.History.Set(table);
        logger.DefinitionRead(options.Name, wanted.Database, wanted.Name);
    }

    void TakeRereads()
    {
        foreach ((string database, string name) in decoder!.Rereads)
        {
            if (!options.RereadsChangedTables) continue;
            if (chunk is { } open && open.Table.Database == database && open.Table.Name == name) open.IsStale = true;
            pending.RemoveAll(table => table.Database == database && table.Name == name);
            pending.Add(new PendingTable(database, name, null));
            logger.Rereads(options.Name, database, name);
        }

        decoder.Rereads.Clear();
    }

    void Finish(ChangeBatch batch)
    {
        if (chunk is not { IsFilling: true }) instruments.Changed(CaptureInstruments.MySql, batch.Count);
        endSequence = Math.Max(endSequence, Math.Max(decoder!.Position.Sequence, batch.Count > 0 ? batch.Entries[^1].Sequence : 0));
        saidSequence = Math.Max(endSequence, decoder.RestartPosition.Sequence);
        batch.EndSequence = endSequence;
        batch.Checkpoint = new MySqlCheckpoint
        {
            Position = decoder.RestartPosition, EndSequence = endSequence, FileSeconds = decoder.FileSeconds, Gtid = decoder.Gtid, SlotSequence = slotSequence, Slots = slots,
            ChunkRows = chunkRows, BatchBytes = batchBytes, Charset = decoder.DefaultCharset, Pending = pending, History = decoder.History,
        }.Write();
        Lag = caughtUp || decoder.LastSeconds == 0 ? TimeSpan.Zero : time.GetUtcNow() - DateTimeOffset.FromUnixTimeSeconds(decoder.LastSeconds);
    }

    /// <summary>A file that began at another time is another log under the same name.</summary>
    void CheckFile()
    {
        if (expectedFileSeconds == 0 || decoder!.FileSeconds == 0) return;
        if (decoder.FileSeconds != expectedFileSeconds)
            throw new ChangeSourceException(ChangeSourceFault.PositionLost,
                $"The file {decoder.Position.File} of {options.Endpoint} began at {DateTimeOffset.FromUnixTimeSeconds(decoder.FileSeconds):u}, and the one that was read at {DateTimeOffset.FromUnixTimeSeconds(expectedFileSeconds):u}: the server's log was begun anew, or it is another server. Take a new snapshot.");
        expectedFileSeconds = 0;
    }

    async ValueTask ConnectAsync(CancellationToken cancellationToken)
    {
        var connection = await OpenAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var settings = await ServerSettings.ReadAsync(connection, cancellationToken).ConfigureAwait(false);
            decoder ??= await BeginAsync(connection, settings, cancellationToken).ConfigureAwait(false);
            decoder.IsMariaDb = connection.IsMariaDb;
            decoder.SkipThrough = endSequence;
            uint replicaId = ReplicaId(settings.ServerId);
            feed = await ServerFeed.OpenAsync(connection, decoder.RestartPosition, gtidStarts ? options.StartGtid : null, replicaId, options.Heartbeat, stopsAtEnd: false, cancellationToken).ConfigureAwait(false);
            gtidStarts = false;
            decoder.AssumesChecksum = feed.HasChecksum;
            await ReadFormatAsync(feed, decoder, cancellationToken).ConfigureAwait(false);
            logger.Reading(options.Name, options.Endpoint.ToString(), connection.Version, decoder.RestartPosition, replicaId);
        }
        catch
        {
            feed = null;
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>A server begins with the file's name and format, wherever it is asked to begin: they say whether it is the same log.</summary>
    async ValueTask ReadFormatAsync(ServerFeed events, BinlogDecoder into, CancellationToken cancellationToken)
    {
        var none = new ChangeBatch();
        while (!into.HasFormat)
        {
            if (events.TryRead(out var bytes)) into.Apply(bytes.Span, none);
            else if (!await events.WaitAsync(cancellationToken).ConfigureAwait(false)) throw new IOException("The server ended the reading of its binary log before it began.");
        }

        CheckFile();
    }

    /// <summary>Where reading begins: at the checkpoint, or at the log's end with the definitions of now.</summary>
    async ValueTask<BinlogDecoder> BeginAsync(ServerConnection connection, ServerSettings settings, CancellationToken cancellationToken)
    {
        if (resumed is not null)
        {
            pending.AddRange(resumed.Pending);
            endSequence = resumed.EndSequence;
            (slotSequence, slots) = (resumed.SlotSequence, resumed.Slots);
            expectedFileSeconds = resumed.FileSeconds;
            return new BinlogDecoder(resumed.History, resumed.Position, options.Captures) { DefaultCharset = resumed.Charset };
        }

        var history = new SchemaHistory(settings.FoldsCase);
        foreach ((string database, string charset) in await DefinitionReader.ReadCharsetsAsync(connection, cancellationToken).ConfigureAwait(false)) history.SetCharset(database, charset);
        // The definitions are those of the position where they are the same before and after it was asked for.
        for (int bracket = 0; bracket < BracketsMax; bracket++)
        {
            var before = await DefinitionReader.ReadAsync(connection, options.Captures, null, cancellationToken).ConfigureAwait(false);
            var position = await ServerSettings.PositionAsync(connection, cancellationToken).ConfigureAwait(false);
            var after = await DefinitionReader.ReadAsync(connection, options.Captures, null, cancellationToken).ConfigureAwait(false);
            if (before.Count != after.Count || !before.Zip(after).All(pair => pair.First.Database == pair.Second.Database && pair.First.Name == pair.Second.Name && DefinitionReader.AreAlike(pair.First, pair.Second))) continue;
            foreach (var table in after)
            {
                _ = table.Schema; // A type that cannot be captured is said at the begin.
                history.Set(table);
                if (options.Start == MySqlCaptureStart.Snapshot && options.StartGtid is null) pending.Add(new PendingTable(table.Database, table.Name, null));
            }

            gtidStarts = options.StartGtid is not null;
            endSequence = gtidStarts ? 0 : position.Sequence;
            return new BinlogDecoder(history, gtidStarts ? new BinlogPosition("", 0) : position, options.Captures) { DefaultCharset = settings.Charset };
        }

        throw new ChangeSourceException(ChangeSourceFault.Schema, $"The definitions at {options.Endpoint} changed {BracketsMax} times while they were read. Begin when fewer tables are being made or altered.");
    }

    uint ReplicaId(uint serverId)
    {
        if (options.ReplicaId is { } given) return given;
        uint hash = 2166136261;
        foreach (byte part in Encoding.UTF8.GetBytes(options.Name + "/" + options.Endpoint)) hash = (hash ^ part) * 16777619;
        uint made = 0x4000_0000 | (hash & 0x3FFF_FFFF);
        return made == serverId ? made + 1 : made;
    }

    ValueTask<ServerConnection> OpenAsync(CancellationToken cancellationToken) => ServerConnection.OpenAsync(options.Endpoint, time, options.EventBytesMax, cancellationToken);

    async ValueTask BackOffAsync(Exception error, CancellationToken cancellationToken)
    {
        lostSince ??= time.GetTimestamp();
        if (time.GetElapsedTime(lostSince.Value) > options.ReconnectWithin)
        {
            lostSince = null;
            throw new ChangeSourceException(ChangeSourceFault.Unreachable, $"{options.Endpoint} was not reached within {options.ReconnectWithin}: {error.Message}", error);
        }

        logger.Lost(options.Name, options.Endpoint.ToString(), error.Message, (long)backOff.TotalMilliseconds);
        await Task.Delay(backOff, time, cancellationToken).ConfigureAwait(false);
        backOff = backOff * 2 < BackOffMax ? backOff * 2 : BackOffMax;
    }

    async ValueTask CloseAsync()
    {
        if (feed is not null) await feed.DisposeAsync().ConfigureAwait(false);
        feed = null;
        held = null;
        await DropChunkAsync().ConfigureAwait(false);
    }

    // A server that goes down says so with errors 1053, 1077 to 1079 and 1927 (killed); before it has risen, no connection is taken.
    static bool IsLoss(Exception error) => error is IOException or SocketException or TimeoutException
        || error is MySqlServerException { Code: 1053 or 1077 or 1079 or 1152 or 1158 or 1159 or 1160 or 1161 or 1317 or 1927 or 1205 or 1213 }
        || (error is ChangeSourceException { Fault: ChangeSourceFault.Unreachable });
}
