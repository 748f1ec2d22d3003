using System.Data;
using System.Data.Common;
using Orrery.Connectors.Dialects;
using Orrery.Connectors.Rows;

namespace Orrery.Jobs.Remote;

/// <summary>
/// A target's connection that another process holds (<see cref="RemoteSession"/>), as jobs use one. What breaks on the way breaks the connection, as with any other: what was not committed is rolled back there. For one thread at
/// a time.
/// </summary>
sealed class RemoteDatabase(RemoteTarget target, int session, IDialect dialect) : IDatabase
{
    /// <summary>Rows are sent on once they have so many bytes.</summary>
    const int SendBytes = 1 << 20;

    long next;

    public IDialect Dialect => dialect;

    public DbConnection Connection => throw new NotSupportedException("The connection is in the process that holds the target.");

    public bool IsBroken { get; private set; }

    public string Name { get; private set; } = "";

    /// <summary>Opens the connection over there.</summary>
    public void Connect() => Name = Ask<string>(RemoteMessage.Of(RemoteOp.Open));

    public IReadOnlyList<TableName> ListTables() => Ask<TableName[]>(RemoteMessage.Of(RemoteOp.ListTables));

    public TableDefinition ReadTable(TableName table) => Ask<TableDefinition>(RemoteMessage.Of(RemoteOp.ReadTable, table));

    public long Execute(string statement) => Ask<long>(RemoteMessage.Of(RemoteOp.Execute, statement));

    public IReadOnlyList<string?[]> Texts(string question) => Ask<string?[][]>(RemoteMessage.Of(RemoteOp.Texts, question));

    public DbCommand Command(string text) => throw new NotSupportedException("The connection is in the process that holds the target.");

    public DatabaseTransaction Begin(IsolationLevel isolation = IsolationLevel.Unspecified)
    {
        Ask(RemoteMessage.Of(RemoteOp.Begin, isolation));
        bool isEnded = false;
        return new DatabaseTransaction(null, () =>
        {
            Ask(RemoteMessage.Of(RemoteOp.Commit));
            isEnded = true;
        }, _ =>
        {
            if (isEnded || IsBroken) return;
            isEnded = true;
            Ask(RemoteMessage.Of(RemoteOp.Rollback));
        });
    }

    public bool Reaches(IDatabase other) => false;

    public IEnumerable<KeyRange> Plan(TableDefinition table, int rowsPerRange, byte[]? after = null) => throw new NotSupportedException("A remote database is a target: sources are cut into ranges where they are.");

    public IEnumerable<RowBatch> Read(TableDefinition table, KeyRange range, ReadOptions options, CancellationToken cancellationToken = default)
    {
        RemoteMessage first = Ask(RemoteMessage.Of(RemoteOp.Read, new RemoteRead(table, range, options)));
        if (first.Read<RemoteSchema>().Rows is not { } schema) yield break;
        var batch = new RowBatch(schema);
        bool isDone = false;
        try
        {
            for (RemoteMessage rows = first; !isDone; isDone = (rows = Ask(RemoteMessage.Of(RemoteOp.Rows))).Op == RemoteOp.NoRows)
            {
                batch.RowsBefore += batch.Count;
                batch.Clear();
                rows.Decode(batch);
                yield return batch;
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
        finally
        {
            if (!isDone && !IsBroken) Ask(RemoteMessage.Of(RemoteOp.NoRows));
        }
    }

    public long Insert(TableDefinition table, IEnumerable<RowBatch> batches, CancellationToken cancellationToken = default) => Write(RemoteVerb.Insert, table, batches, cancellationToken);

    public long Upsert(TableDefinition table, IEnumerable<RowBatch> batches, CancellationToken cancellationToken = default) => Write(RemoteVerb.Upsert, table, batches, cancellationToken);

    public long Delete(TableDefinition table, IEnumerable<RowBatch> keys, CancellationToken cancellationToken = default) => Write(RemoteVerb.Delete, table, keys, cancellationToken);

    public RowDigest Digest(TableDefinition table, IReadOnlyList<(string Name, ColumnType As)> columns, KeyRange range, FloatText floats = FloatText.Decimal) =>
        Ask<RowDigest>(RemoteMessage.Of(RemoteOp.Digest, new RemoteDigest(table, [.. columns.Select(static column => new RemoteColumn(column.Name, column.As))], range, floats)));

    public void Dispose()
    {
        bool isLost = IsBroken;
        try
        {
            if (!isLost) Close(target, session);
        }
        catch (Exception error) when (error is IOException or Running.TokenOverruledException)
        {
            isLost = true;
        }

        IsBroken = true;
        target.Ended(session, isLost);
    }

    /// <summary>Has a session ended, whatever it is at.</summary>
    /// <exception cref="IOException">It is not known whether it is.</exception>
    public static void Close(RemoteTarget target, int session) => target.Call(session, RemotePart.Make(0, RemoteCall.Close, []));

    long Write(RemoteVerb verb, TableDefinition table, IEnumerable<RowBatch> batches, CancellationToken cancellationToken)
    {
        bool isBegun = false;
        try
        {
            var pieces = new List<byte[]>();
            int bytes = 0;
            foreach (RowBatch batch in batches)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (!isBegun) Ask(RemoteMessage.Of(RemoteOp.Write, new RemoteWrite(verb, table, batch.Schema)));
                isBegun = true;
                pieces.Add(RemoteMessage.Encode(batch));
                if ((bytes += pieces[^1].Length) >= SendBytes) Send();
            }

            if (!isBegun) return 0;
            if (pieces.Count > 0) Send();
            isBegun = false;
            return Ask<long>(RemoteMessage.Of(RemoteOp.NoRows));

            void Send()
            {
                Ask(RemoteMessage.OfRows(pieces));
                pieces.Clear();
                bytes = 0;
            }
        }
        catch (RemoteDatabaseException)
        {
            // The error ended the writing.
            throw;
        }
        catch when (isBegun && !IsBroken)
        {
            Break();
            throw;
        }
    }

    void Break()
    {
        try
        {
            Ask(RemoteMessage.Of(RemoteOp.Break));
        }
        catch (Exception error) when (error is RemoteDatabaseException or IOException or Running.TokenOverruledException)
        {
            // The answer is that it was broken off.
            return;
        }
    }

    T Ask<T>(RemoteMessage message) => Ask(message).Read<T>();

    RemoteMessage Ask(RemoteMessage message)
    {
        if (IsBroken) throw new IOException("The connection to the target is lost.");
        RemoteMessage answer;
        try
        {
            answer = Exchange(message.Pack());
        }
        catch
        {
            IsBroken = true;
            throw;
        }

        if (answer.Op != RemoteOp.Error) return answer;
        RemoteError error = answer.Read<RemoteError>();
        IsBroken |= error.IsBroken;
        throw new RemoteDatabaseException(error);
    }

    RemoteMessage Exchange(byte[] message)
    {
        int sent = 0;
        for (; message.Length - sent > RemotePart.BytesMax; sent += RemotePart.BytesMax) Call(RemoteCall.Part, message.AsSpan(sent, RemotePart.BytesMax));
        (RemoteState state, ReadOnlyMemory<byte> bytes) = Call(RemoteCall.Last, message.AsSpan(sent));
        if (state == RemoteState.Last) return RemoteMessage.Unpack(bytes);
        using var all = new MemoryStream();
        for (; ; (state, bytes) = Call(RemoteCall.Wait, []))
        {
            if (all.Length + bytes.Length > RemoteMessage.BytesMax) throw new InvalidDataException($"An answer has more than {RemoteMessage.BytesMax} bytes, which is the most that travels between the halves of a job.");
            all.Write(bytes.Span);
            if (state == RemoteState.Last) return RemoteMessage.Unpack(all.GetBuffer().AsMemory(0, (int)all.Length));
        }
    }

    (RemoteState State, ReadOnlyMemory<byte> Bytes) Call(RemoteCall call, ReadOnlySpan<byte> bytes)
    {
        byte[] answer = target.Call(session, RemotePart.Make(next++, call, bytes));
        if (answer.Length == 0 || (RemoteState)answer[0] == RemoteState.Lost) throw new IOException("The half of the job that holds the target has lost its connection; what was not committed is forgotten there.");
        return ((RemoteState)answer[0], answer.AsMemory(1));
    }
}
