using Npgsql.Replication;
using Npgsql.Replication.Internal;
using NpgsqlTypes;
using Orrery.Connectors.ChangeCapture.Messages;
using Orrery.Connectors.Rows;

namespace Orrery.Connectors.ChangeCapture.PostgreSql;

// What the stream says, turned into a batch.
public sealed partial class PostgreSqlSource
{
    /// <summary>Changes, and bytes of the stream, of one part of a transaction.</summary>
    const int PartChanges = 16_384, PartBytes = 16 << 20;

    /// <summary>Bits of a sequence that number a transaction's parts.</summary>
    const int PartBits = 12;

    /// <summary>Bytes of rows beyond which a batch is handed out.</summary>
    const int BatchBytes = 32 << 20;

    readonly Dictionary<uint, PostgreSqlRelation> relations = [];
    readonly RowWriter after = new(), before = new(), key = new();
    byte[] buffer = new byte[8192];
    ulong position, commitPosition;
    long sequence, commitTime;
    uint transaction;
    int part, partChanges, partBytes, row;
    bool inTransaction, isSeen, isDone;

    static long SequenceOf(ulong position, int part) => (long)(position >> 3) << PartBits | (long)part;

    /// <summary>What holds at the place from which the stream is read again.</summary>
    void BeginAnew()
    {
        (handed, chunk, ahead) = kept;
        (position, sequence) = (handed.Position, handed.Sequence);
        relations.Clear();
        inTransaction = false;
        marker = null;
    }

    async Task FillAsync(ChangeBatch batch, CancellationToken cancellationToken)
    {
        isDone = false;
        long began = clock.GetTimestamp();
        while (!isDone)
        {
            // Transactions without a change of these tables move the position, too: where they never pause, that is said all the same.
            if (batch.Count == 0 && !inTransaction && clock.GetElapsedTime(began) >= options.IdleInterval) break;
            if (marker is null && !inTransaction && (chunk is not null || ahead.Table < options.Tables.Count)) marker = await side.MarkAsync(cancellationToken);
            next ??= messages!.MoveNextAsync().AsTask();
            if (!next.IsCompleted)
            {
                if (batch.Count > 0 && partChanges == 0) break;
                if (!await WaitAsync(cancellationToken)) break;
                if (!next.IsCompleted) continue;
            }

            if (!await next) throw new IOException("The stream of PostgreSQL ended.");
            next = null;
            XLogDataMessage message = messages!.Current;
            int length = await TakeAsync(message.Data, cancellationToken);
            await HandleAsync(batch, length, message.ServerClock, cancellationToken);
        }

        handed = handed with { Position = position, Sequence = sequence };
        kept = (handed, chunk, ahead);
        batch.EndSequence = sequence;
        batch.Checkpoint = handed.Format();
    }

    /// <summary>Waits for the stream. False where nothing came for the idle interval; what the server sent no change of has passed then too.</summary>
    async Task<bool> WaitAsync(CancellationToken cancellationToken)
    {
        try
        {
            await next!.WaitAsync(options.IdleInterval, clock, cancellationToken);
            return true;
        }
        catch (TimeoutException) when (!inTransaction && !next!.IsCompleted)
        {
            position = Math.Max(position, (ulong)stream!.LastReceivedLsn);
            return false;
        }
        catch (TimeoutException)
        {
            return true;
        }
    }

    async ValueTask<int> TakeAsync(Stream data, CancellationToken cancellationToken)
    {
        int length = 0;
        while (true)
        {
            if (length == buffer.Length) Array.Resize(ref buffer, buffer.Length * 2);
            int read = await data.ReadAsync(buffer.AsMemory(length), cancellationToken);
            if (read == 0) return length;
            length += read;
        }
    }

    async ValueTask HandleAsync(ChangeBatch batch, int length, DateTime serverClock, CancellationToken cancellationToken)
    {
        switch (buffer[0])
        {
            case (byte)'R':
                await AddRelationAsync(batch, length, cancellationToken);
                return;
            case (byte)'M':
                if (IsMarker(length, out ulong place)) await ReadChunkAsync(batch, place, serverClock, cancellationToken);
                return;
            default:
                Handle(batch, length, serverClock);
                return;
        }
    }

    void Handle(ChangeBatch batch, int length, DateTime serverClock)
    {
        var message = new PgOutputMessage(buffer.AsSpan(0, length));
        switch (message.Byte())
        {
            case (byte)'B':
                commitPosition = message.Position();
                commitTime = message.Milliseconds();
                transaction = message.UInt32();
                isSeen = chunk is not null && chunk.Snapshot.Sees(chunk.Snapshot.Whole(transaction));
                inTransaction = true;
                (part, partChanges, partBytes, row) = (0, 0, 0, 0);
                break;
            case (byte)'C':
                message.Byte();
                message.Position();
                EndPart(batch);
                position = message.Position();
                Lag = TimeSpan.FromMilliseconds(Math.Max(0, new DateTimeOffset(serverClock.ToUniversalTime()).ToUnixTimeMilliseconds() - commitTime));
                if (ahead.Table < options.Tables.Count) streamed.Add(transaction);
                inTransaction = false;
                (partChanges, partBytes) = (0, 0);
                break;
            case (byte)'I':
                PostgreSqlRelation inserted = RelationOf(ref message);
                Expect(ref message, (byte)'N');
                inserted.WriteRow(after, ref message, identityOnly: false, default);
                Add(batch, ChangeKind.Insert, inserted, length);
                break;
            case (byte)'U':
                AddUpdate(batch, ref message, length);
                break;
            case (byte)'D':
                PostgreSqlRelation deleted = RelationOf(ref message);
                deleted.WriteRow(before, ref message, identityOnly: message.Byte() == 'K', default);
                Add(batch, ChangeKind.Delete, deleted, length);
                break;
            case (byte)'T':
                AddTruncates(batch, ref message, length);
                break;
            case (byte)'O' or (byte)'Y':
                break;
            case var other: throw PgOutputMessage.Damaged($"a message of kind {other}");
        }
    }

    void AddUpdate(ChangeBatch batch, ref PgOutputMessage message, int length)
    {
        PostgreSqlRelation relation = RelationOf(ref message);
        byte kind = message.Byte();
        if (kind is (byte)'K' or (byte)'O')
        {
            relation.WriteRow(before, ref message, identityOnly: kind == 'K', default);
            Expect(ref message, (byte)'N');
        }

        relation.WriteRow(after, ref message, identityOnly: false, kind == 'O' ? before.Written : default);
        if (kind == 'N') CanalReader.WriteKeyOnly(before, relation.Schema, after.Written);
        else if (kind is not ((byte)'K' or (byte)'O')) throw PgOutputMessage.Damaged($"an update's part of kind {kind}");
        Add(batch, ChangeKind.Update, relation, length);
    }

    void AddTruncates(ChangeBatch batch, ref PgOutputMessage message, int length)
    {
        int count = message.Int32();
        message.Byte();
        for (int index = 0; index < count; index++)
        {
            PostgreSqlRelation relation = RelationOf(ref message);
            RestartSnapshot(relation.Name);
            before.Clear();
            Emit(batch, ChangeKind.Truncate, relation);
            Count(batch, length);
        }
    }

    /// <summary>Hands a change out, unless the chunk before has it.</summary>
    void Add(ChangeBatch batch, ChangeKind kind, PostgreSqlRelation relation, int length)
    {
        if (!isSeen || relation.Name != chunk!.Relation.Name) Emit(batch, kind, relation);
        else EmitUnlessRead(batch, kind, relation);
        Count(batch, length);
    }

    void Emit(ChangeBatch batch, ChangeKind kind, PostgreSqlRelation relation)
    {
        if (SequenceOf(commitPosition, part) <= handed.Sequence) return; // Handed out before.
        long at = SequenceOf(commitPosition, part);
        if (kind == ChangeKind.Truncate)
        {
            batch.AddTable(kind, relation.Schema, commitTime, at, row++);
            return;
        }

        try
        {
            batch.AddRow(kind, relation.Schema, commitTime, at, row++, after.Written, before.Written);
        }
        catch (RowFormatException error)
        {
            throw LacksKey(relation, error);
        }
    }

    static void WriteKey(RowWriter bytes, PostgreSqlRelation relation, ReadOnlySpan<byte> row)
    {
        try
        {
            ChangeWriter.WriteKey(bytes, relation.Schema, row);
        }
        catch (RowFormatException error)
        {
            throw LacksKey(relation, error);
        }
    }

    static ChangeSourceException LacksKey(PostgreSqlRelation relation, RowFormatException error) =>
        new(ChangeSourceFault.Settings, $"{error.Message} Give {relation.Name} REPLICA IDENTITY FULL, or one that has its key.", error);

    void Count(ChangeBatch batch, int length)
    {
        partBytes += length;
        if (++partChanges >= PartChanges || partBytes >= PartBytes) EndPart(batch);
    }

    void EndPart(ChangeBatch batch)
    {
        if (partChanges == 0) return;
        sequence = Math.Max(sequence, SequenceOf(commitPosition, part));
        (partChanges, partBytes, row) = (0, 0, 0);
        if (++part == 1 << PartBits) throw new ChangeSourceException(ChangeSourceFault.Value, $"The transaction {transaction} has more than {(1 << PartBits) - 1} parts of {PartChanges} changes or {PartBytes} bytes.");
        isDone = batch.Count >= options.BatchChangesMax || batch.Bytes.Position >= BatchBytes;
    }

    async Task AddRelationAsync(ChangeBatch batch, int length, CancellationToken cancellationToken)
    {
        (uint id, string schema, string table, List<(string, uint, int, bool)> columns) = Described(length);
        PostgreSqlRelation relation = await side.RelationAsync(id, schema, table, columns, cancellationToken);
        bool isChanged = relations.TryGetValue(id, out PostgreSqlRelation? known) && known.Schema.Fingerprint != relation.Schema.Fingerprint;
        relations[id] = relation;
        if (!isChanged || !inTransaction || SequenceOf(commitPosition, part) <= handed.Sequence) return;
        // It is not counted: whether it comes depends on what was known, and the parts of a transaction must not.
        batch.AddTable(ChangeKind.Schema, relation.Schema, commitTime, SequenceOf(commitPosition, part), row++);
    }

    (uint Id, string Schema, string Table, List<(string, uint, int, bool)> Columns) Described(int length)
    {
        var message = new PgOutputMessage(buffer.AsSpan(1, length - 1));
        uint id = message.UInt32();
        string schema = message.Text(), table = message.Text();
        message.Byte();
        int count = message.Int16();
        var columns = new List<(string, uint, int, bool)>();
        for (int index = 0; index < count; index++)
        {
            bool isIdentity = (message.Byte() & 1) != 0;
            string name = message.Text();
            columns.Add((name, message.UInt32(), message.Int32(), isIdentity));
        }

        return (id, schema, table, columns);
    }

    PostgreSqlRelation RelationOf(ref PgOutputMessage message)
    {
        uint id = message.UInt32();
        return relations.TryGetValue(id, out PostgreSqlRelation? relation) ? relation : throw PgOutputMessage.Damaged($"a change of the relation {id}, which was not described");
    }

    static void Expect(ref PgOutputMessage message, byte kind)
    {
        byte found = message.Byte();
        if (found != kind) throw PgOutputMessage.Damaged($"a part of kind {found} where {kind} was expected");
    }
}
