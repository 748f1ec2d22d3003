using Orrery.Connectors.ChangeCapture.MySql.Protocol;
using Orrery.Connectors.ChangeCapture.MySql.Schemas;
using Orrery.Connectors.ChangeCapture.MySql.Snapshots;

namespace Orrery.Connectors.ChangeCapture.MySql;

/// <summary>The rows that are there: chunks at exact positions.</summary>
public sealed partial class MySqlCapture
{
    /// <summary>Batches that fit between a position and the end of the next event that has rows: a GTID and the heads of a table map and a row event lie between.</summary>
    const int SlotsMax = 38 << BinlogPosition.SlotBits;
    const int AttemptsMax = 200, TableMissing = 1146, DefinitionChanged = 1412;
    static readonly TimeSpan CommitWait = TimeSpan.FromMilliseconds(2);

    SnapshotConnection? snapshots;
    OpenChunk? chunk;
    long slotSequence;
    int slots, attempts;

    /// <summary>Opens a snapshot for the first table that is left, and begins to read behind its last key.</summary>
    async ValueTask OpenChunkAsync(CancellationToken cancellationToken)
    {
        var next = pending[0];
        if (decoder!.History.Find(next.Database, next.Name) is not { } table)
        {
            pending.RemoveAt(0); // Dropped meanwhile.
            return;
        }

        if (++attempts > AttemptsMax)
            throw new ChangeSourceException(ChangeSourceFault.Schema, $"The definition of {table} changed {AttemptsMax} times while its rows were to be read, or its commits do not end. Begin when it rests.");
        snapshots ??= await OpenSnapshotsAsync(cancellationToken).ConfigureAwait(false);
        var position = await snapshots.BeginAsync(cancellationToken).ConfigureAwait(false);
        if (position.CompareTo(decoder.Position) < 0)
        {
            // The log shows a commit before the tables do: what is read has to be as new as what was said.
            await snapshots.EndAsync(cancellationToken).ConfigureAwait(false);
            await Task.Delay(CommitWait, time, cancellationToken).ConfigureAwait(false);
            return;
        }

        var definition = await snapshots.DefinitionAsync(table, cancellationToken).ConfigureAwait(false);
        if (definition is null || !DefinitionReader.AreAlike(definition, table))
        {
            // The log has not got to the change yet, or it was not understood: read it up to here, then try again.
            await snapshots.EndAsync(cancellationToken).ConfigureAwait(false);
            var end = await EndPositionAsync(cancellationToken).ConfigureAwait(false);
            chunk = new OpenChunk(table, end, null, false, 0) { IsStale = true, Definition = definition };
            return;
        }

        if (next.After is null) logger.SnapshotBegins(options.Name, table.Database, table.Name);
        logger.Chunk(options.Name, table.Database, table.Name, position);
        try
        {
            await snapshots.SelectAsync(KeyRange.Select(table, next.After, chunkRows), cancellationToken).ConfigureAwait(false);
        }
        catch (MySqlServerException error) when (error.Code is TableMissing or DefinitionChanged)
        {
            await snapshots.EndAsync(cancellationToken).ConfigureAwait(false);
            chunk = new OpenChunk(table, await EndPositionAsync(cancellationToken).ConfigureAwait(false), null, false, 0) { IsStale = true };
            return;
        }

        chunk = new OpenChunk(table, position, new SnapshotDecoder(table), KeyRange.CanDivide(table), time.GetUtcNow().ToUnixTimeMilliseconds());
    }

    /// <summary>Hands a chunk's rows on. The log has been read up to its position.</summary>
    async ValueTask<bool> FillFromChunkAsync(OpenChunk open, ChangeBatch batch, CancellationToken cancellationToken)
    {
        if (open.IsStale || decoder!.History.Find(open.Table.Database, open.Table.Name) is not { } table || !DefinitionReader.AreAlike(table, open.Table))
        {
            if (open.Definition is { } seen && attempts > 2 && decoder!.History.Find(seen.Database, seen.Name) is not null && options.Captures(seen.Database, seen.Name))
                decoder.History.Set(seen); // The log is past it and says nothing else: what the server says holds.
            await DropChunkAsync().ConfigureAwait(false);
            return false;
        }

        long sequence = NextSlot(open.Position);
        int schema = batch.IndexOf(open.Decoder!.Schema), rows = 0;
        open.IsFilling = true;
        try
        {
            while (batch.Bytes.Position < batchBytes && batch.Count < BatchEntriesMax)
            {
                if (snapshots!.TryRead(out var packet)) open.Decoder.Add(packet.Span, batch, schema, sequence, open.TimestampMilliseconds, rows++);
                else if (snapshots.IsDone) break;
                else await snapshots.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        catch
        {
            // The rows are read again behind the last key that was handed on.
            batch.Clear();
            await DropChunkAsync().ConfigureAwait(false);
            throw;
        }

        open.Rows += rows;
        attempts = 0;
        if (rows > 0) slots++;
        await AdvanceAsync(open, batch, cancellationToken).ConfigureAwait(false);
        instruments.Read(CaptureInstruments.MySql, rows);
        return true;
    }

    async ValueTask AdvanceAsync(OpenChunk open, ChangeBatch batch, CancellationToken cancellationToken)
    {
        int index = pending.FindIndex(table => table.Database == open.Table.Database && table.Name == open.Table.Name);
        if (open.IsDivided && batch.Count > 0 && index >= 0)
        {
            var last = new ChangeReader(batch.ValueOf(batch.Entries[^1]).Span);
            pending[index] = pending[index] with { After = KeyRange.Literals(open.Decoder!.Schema, last.After) };
        }

        if (!snapshots!.IsDone) return;
        chunk = null;
        if (index >= 0 && (!open.IsDivided || open.Rows < chunkRows))
        {
            pending.RemoveAt(index);
            logger.SnapshotEnds(options.Name, open.Table.Database, open.Table.Name, pending.Count);
        }

        try
        {
            await snapshots.EndAsync(cancellationToken).ConfigureAwait(false);
            if (pending.Count == 0) await DropChunkAsync().ConfigureAwait(false);
        }
        catch (Exception error) when (IsLoss(error) || error is OperationCanceledException)
        {
            await DropChunkAsync().ConfigureAwait(false); // All rows are there; the connection is begun anew.
        }
    }

    /// <summary>A sequence of its own for each batch of rows, behind the position's and before the next event's.</summary>
    long NextSlot(BinlogPosition position)
    {
        if (position.Sequence != slotSequence) (slotSequence, slots) = (position.Sequence, 0);
        if (slots >= SlotsMax) throw new ChangeSourceException(ChangeSourceFault.Settings, $"{SlotsMax} batches of rows were read at {position} without a change at the server. Raise BatchBytes, or let anything be committed.");
        return slotSequence + 1 + slots;
    }

    async ValueTask<SnapshotConnection> OpenSnapshotsAsync(CancellationToken cancellationToken)
    {
        var connection = await OpenAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await SnapshotConnection.OpenAsync(connection, options.LocksForPosition, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    async ValueTask<BinlogPosition> EndPositionAsync(CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken).ConfigureAwait(false);
        return await ServerSettings.PositionAsync(connection, cancellationToken).ConfigureAwait(false);
    }

    async ValueTask DropChunkAsync()
    {
        chunk = null;
        if (snapshots is not null) await snapshots.DisposeAsync().ConfigureAwait(false);
        snapshots = null;
    }

    /// <summary>A snapshot that is open, or that waits for the log to get to a change of its table.</summary>
    sealed class OpenChunk(MySqlTable table, BinlogPosition position, SnapshotDecoder? decoder, bool isDivided, long timestampMilliseconds)
    {
        public MySqlTable Table { get; } = table;

        public BinlogPosition Position { get; } = position;

        public SnapshotDecoder? Decoder { get; } = decoder;

        /// <summary>Whether it is a part of the table, read in the key's order.</summary>
        public bool IsDivided { get; } = isDivided;

        public long TimestampMilliseconds { get; } = timestampMilliseconds;

        public MySqlTable? Definition { get; init; }

        public bool IsStale { get; set; }

        public bool IsFilling { get; set; }

        public long Rows { get; set; }
    }
}
