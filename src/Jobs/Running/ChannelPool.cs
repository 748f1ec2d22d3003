using System.Globalization;
using System.Runtime.ExceptionServices;

namespace Orrery.Jobs.Running;

/// <summary>Runs a job's channels, each on a thread of its own, as many as are wanted now: where more are, further ones begin; where fewer are, the others leave behind their chunk. The first error ends all.</summary>
/// <param name="name">Of the threads.</param>
/// <param name="wanted">How many, asked again and again.</param>
sealed class ChannelPool(string name, Func<int> wanted)
{
    static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(200);

    readonly object gate = new();
    readonly List<Exception> errors = [];
    int running, begun;
    bool isDry;

    /// <summary>Channels at work.</summary>
    public int Running => Volatile.Read(ref running);

    /// <param name="channel">Works until nothing is left, or its question before each chunk, whether it is still wanted, is answered with no.</param>
    /// <param name="cancellationToken">Ends all.</param>
    public void Run(Action<Func<bool>, CancellationToken> channel, CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var threads = new List<Thread>();
        lock (gate)
        {
            do
            {
                for (; !isDry && errors.Count == 0 && running < wanted(); running++) threads.Add(Begin(channel, end));
                if (running > 0) Monitor.Wait(gate, LookEvery);
            }
            while (running > 0 || (!isDry && errors.Count == 0));
        }

        foreach (Thread thread in threads) thread.Join();
        cancellationToken.ThrowIfCancellationRequested();
        if (errors.FirstOrDefault(error => error is not OperationCanceledException) is { } first) ExceptionDispatchInfo.Throw(first);
    }

    Thread Begin(Action<Func<bool>, CancellationToken> channel, CancellationTokenSource end)
    {
        var thread = new Thread(() => Work(channel, end)) { IsBackground = true, Name = string.Create(CultureInfo.InvariantCulture, $"{name} {begun++}") };
        thread.Start();
        return thread;
    }

    void Work(Action<Func<bool>, CancellationToken> channel, CancellationTokenSource end)
    {
        bool hasLeft = false;
        Exception? failure = null;
        try
        {
            channel(IsWanted, end.Token);
        }
        catch (Exception error)
        {
            failure = error;
            end.Cancel();
        }

        lock (gate)
        {
            if (failure is not null) errors.Add(failure);
            if (!hasLeft)
            {
                running--;
                isDry = true;
            }

            Monitor.PulseAll(gate);
        }

        bool IsWanted()
        {
            lock (gate)
            {
                if (running <= Math.Max(1, wanted())) return true;
                running--;
                return !(hasLeft = true);
            }
        }
    }
}
