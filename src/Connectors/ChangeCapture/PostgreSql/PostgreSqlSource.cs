using Npgsql;
using Npgsql.Replication;
using Npgsql.Replication.Internal;
using Npgsql.Replication.PgOutput;
using NpgsqlTypes;
using Orrery.Connectors.Rows;

namespace Orrery.Connectors.ChangeCapture.PostgreSql;

/// <summary>
/// Captures a PostgreSQL database's tables: first, if asked for, the rows that they have, in chunks, then every change, from a replication slot by <c>pgoutput</c>.
///
/// <b>Order.</b> The slot sends whole transactions in the order of their commits. Their changes' own positions interleave, so a change's sequence is made of its
/// transaction's: (commit position / 8) * 4096 + part, where a part is 16,384 changes or 16 MiB of the transaction. An event is a part. All of it follows from the log
/// alone: reading again gives the same sequences.
///
/// <b>Checkpoint.</b> The end of the last transaction that was handed out whole, the last sequence, and the snapshot's progress. Going on, the slot sends transactions
/// from that position, and what is not above the sequence is left out. The server is told a position only once the reader confirmed it.
///
/// <b>Snapshot then stream.</b> No position of the log belongs to a snapshot of PostgreSQL: a commit is in the log before others see it, and snapshots order
/// transactions by who is seen. So a chunk is fitted in by transactions, not by position:
/// <list type="number">
/// <item>A marker is written into the log (a message outside of transactions) and the stream is read up to it. All that was committed before the marker has been handed
/// out; what follows commits behind it. The marker's position gives the chunk's sequence: above all before it, below all behind it, and never used twice.</item>
/// <item>In one transaction the table is locked against TRUNCATE and ALTER, a snapshot S is taken, and the rows that follow the last key are read. S must see every
/// transaction that was streamed so far, and every one that was running when this capture was opened (it may have committed before the slot's begin). If it does not
/// yet, the chunk is tried again at a later marker.</item>
/// <item>The rows are handed out as reads. From there until the next marker, a change of a transaction that S sees is left out if its key is among the chunk's: the
/// chunk has it, or what followed it. (A key's later writer waits for the earlier one to be seen, so S never sees a later one without the earlier.) Other changes are
/// handed out: they are of rows that the chunk does not have, or newer than S.</item>
/// <item>At the next marker everything that S sees has passed; only now the checkpoint says that the chunk is done. A capture that ends before reads the chunk anew.</item>
/// </list>
/// So a key's reads and changes never go back in time, and once the last chunk's following marker has passed, inserts, updates and reads taken as "put" and deletes as
/// "remove" give exactly the table. A truncate during a table's snapshot begins it anew.
///
/// <b>Rows.</b> Values come as text and are read exactly, or the capture stops with a typed error that names the column; such a column can be carried as text. Of an
/// update, large values that did not change are not in the log: they are taken from the row before where the table's replica identity is full, else they are missing.
/// The row before has the replica identity only, else. A table altered gives a schema change, without statement, when its next row comes.
///
/// <b>Not covered.</b> An update that changes a row's key while the table's snapshot runs, of a table whose identity is not full, moving a row that was not read yet
/// before the keys that were: its unchanged large values stay missing. Use REPLICA IDENTITY FULL where keys change. Sequences, large objects and DDL itself.
/// </summary>
public sealed partial class PostgreSqlSource : IChangeSource
{
    readonly PostgreSqlCaptureOptions options;
    readonly TimeProvider clock;
    readonly CaptureInstruments instruments;
    readonly PostgreSqlSide side;
    LogicalReplicationConnection? stream;
    CancellationTokenSource? streaming;
    IAsyncEnumerator<XLogDataMessage>? messages;
    Task<bool>? next;
    PostgreSqlCheckpoint handed;
    bool isPrepared;
    long disconnectedSince;

    /// <param name="options">What is captured.</param>
    /// <param name="checkpoint">From a batch of an earlier capture; empty to begin.</param>
    /// <param name="clock">Measures patience.</param>
    /// <param name="instruments">What is counted.</param>
    /// <exception cref="ArgumentException">The checkpoint is none.</exception>
    public PostgreSqlSource(PostgreSqlCaptureOptions options, string checkpoint, TimeProvider clock, CaptureInstruments instruments)
    {
        this.instruments = instruments;
        this.options = options;
        this.clock = clock;
        side = new PostgreSqlSide(options);
        handed = checkpoint.Length > 0 ? PostgreSqlCheckpoint.Parse(checkpoint) : new PostgreSqlCheckpoint(0, 0, options.TakesSnapshot ? 0 : options.Tables.Count, null);
        ahead = (handed.Table, handed.Key);
        kept = (handed, null, ahead);
    }

    public TimeSpan? Lag { get; private set; }

    public async ValueTask ReadAsync(ChangeBatch batch, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                batch.Clear();
                if (stream is null) await ConnectAsync(cancellationToken);
                await FillAsync(batch, cancellationToken);
                disconnectedSince = 0;
                instruments.HandedOn(CaptureInstruments.PostgreSql, batch);
                return;
            }
            catch (Exception error) when (IsConnectionLost(error) && !cancellationToken.IsCancellationRequested)
            {
                batch.Clear();
                instruments.Lost(CaptureInstruments.PostgreSql);
                await DisconnectAsync();
                if (disconnectedSince == 0) disconnectedSince = clock.GetTimestamp();
                if (clock.GetElapsedTime(disconnectedSince) > options.ReconnectPatience)
                    throw new ChangeSourceException(ChangeSourceFault.Unreachable, $"PostgreSQL could not be reached for {options.ReconnectPatience}: {error.Message}", error);
                await Task.Delay(options.ReconnectPause, clock, cancellationToken);
            }
            catch (Exception error)
            {
                // What the batch had is lost, also where the wait was given up: the next read begins at what was handed out.
                await DisconnectAsync();
                if (error is PostgresException refused) throw Translate(refused);
                throw;
            }
        }
    }

    /// <summary>Makes the slot where there is none, connects, and answers the checkpoint of where reading begins.</summary>
    /// <exception cref="ChangeSourceException">The server cannot be read from here.</exception>
    public async ValueTask<string> BeginAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (stream is null) await ConnectAsync(cancellationToken);
            return kept.Handed.Format();
        }
        catch (PostgresException refused)
        {
            await DisconnectAsync();
            throw Translate(refused);
        }
    }

    public async ValueTask ConfirmAsync(string checkpoint, CancellationToken cancellationToken)
    {
        PostgreSqlCheckpoint confirmed = PostgreSqlCheckpoint.Parse(checkpoint);
        // Without a connection it is confirmed by the next checkpoint.
        if (stream is null || confirmed.Position == 0) return;
        try
        {
            stream.SetReplicationStatus(new NpgsqlLogSequenceNumber(confirmed.Position));
            await stream.SendStatusUpdate(cancellationToken);
        }
        catch (Exception error) when (IsConnectionLost(error) && !cancellationToken.IsCancellationRequested)
        {
            // Reading finds it out, and connects again.
            return;
        }
    }

    async Task ConnectAsync(CancellationToken cancellationToken)
    {
        await side.OpenAsync(cancellationToken);
        if (!isPrepared) await side.PrepareAsync(cancellationToken);
        isPrepared = true;
        ulong? slot = await side.SlotPositionAsync(cancellationToken);
        if (slot is null && handed.Position > 0) throw new ChangeSourceException(ChangeSourceFault.PositionLost, $"The slot '{options.Slot}' is not there any more, and with it the changes behind {new NpgsqlLogSequenceNumber(handed.Position)}. Take a new snapshot.");
        if (slot > handed.Position && handed.Position > 0) throw new ChangeSourceException(ChangeSourceFault.PositionLost, $"The slot '{options.Slot}' has moved on to {new NpgsqlLogSequenceNumber(slot.Value)}, past this capture's {new NpgsqlLogSequenceNumber(handed.Position)}: somebody else confirmed it. Take a new snapshot.");
        stream = new LogicalReplicationConnection(PostgreSqlSide.WithSettings(options.ConnectionString));
        await stream.Open(cancellationToken);
        if (slot is null)
        {
            PgOutputReplicationSlot made = await stream.CreatePgOutputReplicationSlot(options.Slot, slotSnapshotInitMode: LogicalSlotSnapshotInitMode.NoExport, cancellationToken: cancellationToken);
            slot = (ulong)made.ConsistentPoint;
        }

        if (handed.Position == 0) kept.Handed = handed with { Position = slot.Value };
        BeginAnew();
        if (ahead.Table < options.Tables.Count) required.UnionWith((await side.SnapshotAsync(cancellationToken)).Running);
        streaming = new CancellationTokenSource();
        messages = stream.StartLogicalReplication(
            new PgOutputReplicationSlot(options.Slot), streaming.Token, new NpgsqlLogSequenceNumber(handed.Position),
            [new("proto_version", "1"), new("publication_names", "\"" + options.Publication.Replace("\"", "\"\"", StringComparison.Ordinal) + "\""), new("messages", "true")]).GetAsyncEnumerator(streaming.Token);
    }

    async Task DisconnectAsync()
    {
        if (streaming is not null) await streaming.CancelAsync();
        if (next is not null) await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (messages is not null)
        {
            try
            {
                await messages.DisposeAsync();
            }
            catch (Exception error) when (IsConnectionLost(error) || error is OperationCanceledException)
            {
                // It was lost already.
            }
        }

        if (stream is not null) await stream.DisposeAsync();
        await side.DisposeAsync();
        streaming?.Dispose();
        (stream, streaming, messages, next) = (null, null, null, null);
    }

    public async ValueTask DisposeAsync() => await DisconnectAsync();

    static bool IsConnectionLost(Exception error) => error switch
    {
        // Lost connection, shutdown, start-up; a slot that the connection before still holds.
        PostgresException { SqlState: var state } => state.StartsWith("08", StringComparison.Ordinal) || state.StartsWith("57P", StringComparison.Ordinal) || state is "55006" or "53300",
        NpgsqlException or IOException or System.Net.Sockets.SocketException or ObjectDisposedException => true,
        _ => false,
    };

    ChangeSourceException Translate(PostgresException error)
    {
        ChangeSourceFault fault = error.SqlState switch
        {
            _ when error.SqlState.StartsWith("28", StringComparison.Ordinal) || error.SqlState == "3D000" => ChangeSourceFault.Unreachable,
            "42704" or "58P01" => ChangeSourceFault.PositionLost,
            _ => ChangeSourceFault.Settings,
        };
        return new ChangeSourceException(fault, $"PostgreSQL refused what the capture of slot '{options.Slot}' asked for: {error.MessageText} ({error.SqlState}).", error);
    }
}
