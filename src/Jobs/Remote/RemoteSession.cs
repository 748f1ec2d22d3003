using System.Threading.Channels;
using Orrery.Connectors.Dialects;
using Orrery.Connectors.Rows;
using Orrery.Jobs.Running;

namespace Orrery.Jobs.Remote;

/// <summary>
/// The half that holds a target's connection: one session is one connection, worked on a thread of its own, one message after the other. Rows are answered when they are taken and before they are written, so that the other
/// half sends the next ones meanwhile, and never more than these; an error of the writing is the answer to what comes next. Where the session ends, its transaction is rolled back: the target forgets what was not committed.
/// </summary>
public sealed class RemoteSession : IAsyncDisposable
{
    readonly Func<IDatabase> open;
    readonly Channel<RemoteMessage> asked = Channel.CreateBounded<RemoteMessage>(1);
    readonly CancellationTokenSource end = new();
    readonly Task work;
    readonly MemoryStream incoming = new();
    TaskCompletionSource<RemoteMessage> answer = Fresh();
    byte[] outgoing = [];
    int sent;
    bool isAnswered = true;
    long next;
    DatabaseTransaction? transaction;
    IEnumerator<RowBatch>? reading;
    bool isAsked;

    /// <param name="open">Opens the target; called on the session's own thread.</param>
    public RemoteSession(Func<IDatabase> open)
    {
        this.open = open;
        work = Task.Factory.StartNew(Work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Whether a part is the first of a session.</summary>
    public static bool IsFirst(byte[] part) => RemotePart.Head(part) is { Number: 0, Call: not RemoteCall.Close };

    /// <summary>Whether its connection is closed.</summary>
    public bool IsEnded => work.IsCompleted;

    /// <summary>The answer to a part of a session that is not there.</summary>
    public static byte[] Lost { get; } = RemotePart.Answer(RemoteState.Lost);

    /// <summary>Takes a part and answers. One call at a time.</summary>
    /// <param name="part">See <see cref="RemotePart"/>.</param>
    /// <param name="wait">How long an answer is waited for; behind it, it is to be asked on.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="InvalidDataException">It is no part of a message; the session is to be ended.</exception>
    public async Task<byte[]> TakeAsync(byte[] part, TimeSpan wait, TimeProvider time)
    {
        (long number, RemoteCall call) = RemotePart.Head(part);
        if (call == RemoteCall.Close)
        {
            await DisposeAsync();
            return RemotePart.Answer(RemoteState.Taken);
        }

        if (number != next++ || work.IsCompleted) return Lost;
        if (call != RemoteCall.Wait)
        {
            if (incoming.Length + part.Length > RemoteMessage.BytesMax) throw new InvalidDataException($"A message has more than {RemoteMessage.BytesMax} bytes, which is the most that travels between the halves of a job.");
            incoming.Write(part, RemotePart.HeadBytes, part.Length - RemotePart.HeadBytes);
            if (call == RemoteCall.Part) return RemotePart.Answer(RemoteState.Taken);
            RemoteMessage message = RemoteMessage.Unpack(incoming.GetBuffer().AsMemory(0, (int)incoming.Length));
            incoming.SetLength(0);
            if (incoming.Capacity > RemotePart.BytesMax) incoming.Capacity = 0;
            (answer, isAnswered) = (Fresh(), false);
            // The one before is answered, so that there is room.
            if (!asked.Writer.TryWrite(message)) return Lost;
        }

        if (!isAnswered)
        {
            try
            {
                (outgoing, sent, isAnswered) = ((await answer.Task.WaitAsync(wait, time)).Pack(), 0, true);
            }
            catch (TimeoutException)
            {
                return RemotePart.Answer(RemoteState.Working);
            }
            catch (OperationCanceledException)
            {
                return Lost;
            }
        }

        int now = Math.Min(RemotePart.BytesMax, outgoing.Length - sent);
        sent += now;
        return RemotePart.Answer(sent < outgoing.Length ? RemoteState.Part : RemoteState.Last, outgoing.AsSpan(sent - now, now));
    }

    /// <summary>Ends it; returns once the connection is closed and whatever was under way on it is rolled back, or was committed.</summary>
    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        await work;
    }

    static TaskCompletionSource<RemoteMessage> Fresh() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    void Work()
    {
        IDatabase? database = null;
        try
        {
            while (true)
            {
                RemoteMessage message = Take();
                try
                {
                    database ??= open();
                    Answer(Do(database, message));
                }
                catch (Exception error) when (error is not OperationCanceledException)
                {
                    Answer(Failure(database, error));
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The session ends.
            answer.TrySetCanceled();
        }
        finally
        {
            reading?.Dispose();
            try
            {
                transaction?.Dispose();
            }
            catch (Exception error) when (error is System.Data.Common.DbException or IOException or InvalidOperationException)
            {
                // A connection that broke: the server rolls back by itself.
                transaction = null;
            }

            Patience.Close(database);
        }
    }

    RemoteMessage Take()
    {
        RemoteMessage message = asked.Reader.ReadAsync(end.Token).AsTask().GetAwaiter().GetResult();
        isAsked = true;
        return message;
    }

    void Answer(RemoteMessage message)
    {
        isAsked = false;
        answer.TrySetResult(message);
    }

    RemoteMessage Do(IDatabase database, RemoteMessage message)
    {
        switch (message.Op)
        {
            case RemoteOp.Open:
                return RemoteMessage.Of(RemoteOp.Answer, database.Name);
            case RemoteOp.Texts:
                return RemoteMessage.Of(RemoteOp.Answer, database.Texts(message.Read<string>()));
            case RemoteOp.Execute:
                return RemoteMessage.Of(RemoteOp.Answer, database.Execute(message.Read<string>()));
            case RemoteOp.Begin:
                transaction = database.Begin(message.Read<System.Data.IsolationLevel>());
                return RemoteMessage.Of(RemoteOp.Answer);
            case RemoteOp.Commit:
                (transaction ?? throw new InvalidOperationException("There is no transaction to commit.")).Commit();
                transaction.Dispose();
                transaction = null;
                return RemoteMessage.Of(RemoteOp.Answer);
            case RemoteOp.Rollback:
                transaction?.Dispose();
                transaction = null;
                return RemoteMessage.Of(RemoteOp.Answer);
            case RemoteOp.ListTables:
                return RemoteMessage.Of(RemoteOp.Answer, database.ListTables());
            case RemoteOp.ReadTable:
                return RemoteMessage.Of(RemoteOp.Answer, database.ReadTable(message.Read<TableName>()));
            case RemoteOp.Digest:
                RemoteDigest digest = message.Read<RemoteDigest>();
                return RemoteMessage.Of(RemoteOp.Answer, database.Digest(digest.Table, [.. digest.Columns.Select(static column => (column.Name, column.As))], digest.Range, digest.Floats));
            case RemoteOp.Read:
                return BeginRead(database, message.Read<RemoteRead>());
            case RemoteOp.Rows:
                return NextRows();
            case RemoteOp.NoRows:
                EndRead();
                return RemoteMessage.Of(RemoteOp.Answer);
            case RemoteOp.Write:
                return Write(database, message.Read<RemoteWrite>());
            default:
                throw new InvalidDataException($"There is no operation {message.Op} here.");
        }
    }

    RemoteMessage BeginRead(IDatabase database, RemoteRead read)
    {
        EndRead();
        reading = database.Read(read.Table, read.Range, read.Options, end.Token).GetEnumerator();
        bool isAny = reading.MoveNext();
        RemoteMessage schema = RemoteMessage.Of(RemoteOp.Answer, new RemoteSchema(isAny ? reading.Current.Schema : null));
        if (!isAny) EndRead();
        return isAny ? schema with { Rows = RemoteMessage.Encode(reading!.Current) } : schema;
    }

    RemoteMessage NextRows()
    {
        if (reading is not null && reading.MoveNext()) return RemoteMessage.OfRows([RemoteMessage.Encode(reading.Current)]);
        EndRead();
        return RemoteMessage.Of(RemoteOp.NoRows);
    }

    void EndRead()
    {
        reading?.Dispose();
        reading = null;
    }

    RemoteMessage Write(IDatabase database, RemoteWrite write)
    {
        try
        {
            IEnumerable<RowBatch> rows = Incoming(write.Rows);
            long count = write.Verb switch { RemoteVerb.Insert => database.Insert(write.Table, rows, end.Token), RemoteVerb.Upsert => database.Upsert(write.Table, rows, end.Token), _ => database.Delete(write.Table, rows, end.Token) };
            return RemoteMessage.Of(RemoteOp.Answer, count);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            RemoteMessage failure = Failure(database, error);
            // Rows that were taken are answered: the error is the answer to what comes next.
            if (!isAsked) Take();
            return failure;
        }
    }

    /// <summary>Batches as they come. Each is answered once it is taken.</summary>
    IEnumerable<RowBatch> Incoming(TableSchema schema)
    {
        var batch = new RowBatch(schema);
        while (true)
        {
            Answer(RemoteMessage.Of(RemoteOp.Answer));
            if (batch.Count > 0) yield return batch;
            RemoteMessage message = Take();
            if (message.Op == RemoteOp.NoRows) yield break;
            if (message.Op != RemoteOp.Rows) throw new InvalidOperationException("The other half broke the writing off.");
            batch.RowsBefore += batch.Count;
            batch.Clear();
            message.Decode(batch);
        }
    }

    static RemoteMessage Failure(IDatabase? database, Exception error)
    {
        bool isPassing = Outage.IsPassing(error), isOfRow = Outage.IsOfRow(error);
        return RemoteMessage.Of(RemoteOp.Error, new RemoteError(error.Message, isPassing, isOfRow, Outage.IsFullDisk(error), database?.IsBroken ?? true));
    }
}
