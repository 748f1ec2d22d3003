namespace Orrery.Bench.Calls;

/// <summary>
/// The limit that the engine is compared with: the least that an actor has to do for one turn at a time. It takes a flag, runs the turn on
/// the caller's thread, and gives the flag back; who does not get the flag queues for the thread pool. It has no identities, no time-outs,
/// no bounds, no context, no statistics.
/// </summary>
internal sealed class BareMailbox : IThreadPoolWorkItem
{
    private readonly Queue<(int Value, TaskCompletionSource<int> Answer)> _queue = new();
    private int _isBusy;
    private int _hasQueued;
    private int _sum;

    public ValueTask<int> Ping(int value)
    {
        if (Volatile.Read(ref _isBusy) == 0 && Interlocked.CompareExchange(ref _isBusy, 1, 0) == 0)
        {
            int sum = _sum += value;
            Leave();
            return new ValueTask<int>(sum);
        }

        var answer = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_queue)
        {
            _queue.Enqueue((value, answer));
            Volatile.Write(ref _hasQueued, 1);
        }

        Interlocked.MemoryBarrier();
        TakeOver();
        return new ValueTask<int>(answer.Task);
    }

    void IThreadPoolWorkItem.Execute()
    {
        lock (_queue)
        {
            while (_queue.TryDequeue(out var call)) call.Answer.SetResult(_sum += call.Value);
            _hasQueued = 0;
        }

        Leave();
    }

    private void Leave()
    {
        Interlocked.Exchange(ref _isBusy, 0);
        if (Volatile.Read(ref _hasQueued) != 0) TakeOver();
    }

    private void TakeOver()
    {
        if (Volatile.Read(ref _isBusy) == 0 && Interlocked.CompareExchange(ref _isBusy, 1, 0) == 0) ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }
}
