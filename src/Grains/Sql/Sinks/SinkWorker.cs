using Orrery.Grains.Sql.Running;

namespace Orrery.Grains.Sql.Sinks;

/// <summary>
/// Carries one insert's epochs to its sink, in their order, each until it is there. So a sink that is away holds up only itself, until as much waits as may. Where epochs come fast and the sink takes several at
/// once, they gather for a moment from one write to the next. Used from the grain's turns.
/// </summary>
/// <param name="waiting">Its own.</param>
/// <param name="gather">From the beginning of one write of several epochs to the next.</param>
/// <param name="pauseFirst">Behind the first failure; it doubles up to <paramref name="pauseMax"/>. A part of up to half of it is left out by chance, so that all sinks of a server that is away do not come at once.</param>
/// <param name="failed">Told of each failure and the pause behind it.</param>
sealed class SinkWorker(ISink sink, int term, SinkQueue waiting, TimeSpan gather, TimeSpan pauseFirst, TimeSpan pauseMax, TimeProvider time, Random random, Action<long, TimeSpan, Exception> failed) : IAsyncDisposable
{
    /// <summary>Writes that are remembered for the rate.</summary>
    const int LatelyMax = 10_000;

    /// <summary>Rows of epochs that are written together; after each refusal twice as many, up to a bound.</summary>
    const int JoinedRowsMax = 20_000, RefusedRowsMax = 640_000;

    static readonly TimeSpan RateSpan = TimeSpan.FromSeconds(10);

    readonly CancellationTokenSource ending = new();
    readonly SemaphoreSlim arrived = new(0);
    TaskCompletionSource moved = new(TaskCreationOptions.RunContinuationsAsynchronously);
    Task? work;
    readonly Queue<(DateTimeOffset At, int Rows)> lately = new();

    /// <summary>What went wrong last; null while it goes well.</summary>
    public string? Problem { get; private set; }

    /// <summary>Rows that wait.</summary>
    public int Waiting => waiting.Rows;

    /// <summary>When something was written last; null: nothing was since this began.</summary>
    public DateTimeOffset? WrittenAt { get; private set; }

    /// <summary>Rows written a second, over the last seconds.</summary>
    public double RowsPerSecond()
    {
        DateTimeOffset now = time.GetUtcNow();
        while (lately.TryPeek(out (DateTimeOffset At, int Rows) oldest) && now - oldest.At > RateSpan)
            lately.Dequeue();
        return lately.Sum(static part => (double)part.Rows) / RateSpan.TotalSeconds;
    }

    /// <summary>What is not there yet; the first may be on its way.</summary>
    public SinkQueue Backlog => waiting;

    /// <summary>Takes an epoch's changes; waits while as much waits as may.</summary>
    public async Task GiveAsync(SinkChanges changes, CancellationToken cancellationToken)
    {
        while (waiting.IsFull)
            await moved.Task.WaitAsync(cancellationToken);
        Give(changes);
    }

    /// <summary>Takes an epoch's changes, however many wait: of a checkpoint, which has no more than waited once.</summary>
    public void Give(SinkChanges changes)
    {
        waiting.Enqueue(changes);
        arrived.Release();
        work ??= WorkAsync(ending.Token);
    }

    /// <summary>Completes when nothing waits.</summary>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        while (waiting.Count > 0)
            await moved.Task.WaitAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        if (work is not null)
            await Storing.StateWriter.Settled(work);
        waiting.Dispose();
        await sink.DisposeAsync();
    }

    async Task WorkAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await arrived.WaitAsync(cancellationToken);
            // It was written with one before.
            if (waiting.Count == 0)
                continue;
            long began = time.GetTimestamp();
            IReadOnlyList<SinkChanges> next = await WriteAsync(cancellationToken);
            foreach (SinkChanges _ in next)
                waiting.Dequeue();
            Note(next.Sum(static changes => changes.Rows.Count));
            TaskCompletionSource told = moved;
            moved = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            told.SetResult();
            if (sink is IJoiningSink && waiting.Rows < JoinedRowsMax && gather - time.GetElapsedTime(began) is { Ticks: > 0 } rest)
                await Task.Delay(rest, time, cancellationToken);
        }
    }

    void Note(int written)
    {
        WrittenAt = time.GetUtcNow();
        lately.Enqueue((WrittenAt.Value, written));
        if (lately.Count > LatelyMax)
            lately.Dequeue();
    }

    async Task<IReadOnlyList<SinkChanges>> WriteAsync(CancellationToken cancellationToken)
    {
        TimeSpan pause = pauseFirst;
        int rowsMax = sink is IJoiningSink ? JoinedRowsMax : 0;
        while (true)
        {
            // Looked at anew for each try, and further: what a sink refuses of one epoch, such as a key that is not joined yet, may be gone by a later one.
            IReadOnlyList<SinkChanges> next = waiting.Peek(rowsMax);
            try
            {
                await (sink is IJoiningSink joining ? joining.WriteAsync(next, term, cancellationToken) : sink.WriteAsync(next[0], term, cancellationToken));
                Problem = null;
                return next;
            }
            catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
            {
                Problem = failure.Message;
                failed(next[0].Epoch, pause, failure);
            }

            await Task.Delay(pause * (1 - random.NextDouble() / 2), time, cancellationToken);
            pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, pauseMax.Ticks));
            rowsMax = Math.Min(rowsMax * 2, RefusedRowsMax);
        }
    }
}
