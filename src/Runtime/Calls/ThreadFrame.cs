using Orrery.Runtime.Transport;

namespace Orrery.Runtime;

/// <summary>What the engine keeps per thread.</summary>
internal sealed class ThreadFrame
{
    /// <summary>How many turns may be nested on one thread's stack.</summary>
    public const int DepthLimit = 12;

    /// <summary>
    /// After so many calls run in a row on a caller's thread, one is queued, so that the caller has to give up its thread for once and a
    /// loop of quick calls does not keep others waiting.
    /// </summary>
    public const int StreakLimit = 256;

    [ThreadStatic]
    private static ThreadFrame? t_current;

    private MethodTally _tally = MethodTally.None;

    public int Depth;
    public int Streak;

    /// <summary>While a batch of answers from another process is read: where continuations go that may run anywhere.</summary>
    public ContinuationLane? Lane;

    /// <summary>While above 0, what this thread sends is kept until <see cref="Uncork"/>, so that it leaves in one write.</summary>
    private int _corks;

    private readonly List<Connection> _corked = [];

    public bool IsCorked => _corks > 0;

    public void Cork() => _corks++;

    public void KeepUntilUncorked(Connection connection) => _corked.Add(connection);

    public void Uncork()
    {
        if (--_corks > 0 || _corked.Count == 0) return;
        foreach (var connection in _corked) connection.Flush();
        _corked.Clear();
    }

    public static ThreadFrame Current => t_current ?? Create();

    /// <summary>The context of a thread on which nothing flows, so that what flows in a caller does not leak into a grain.</summary>
    public static readonly ExecutionContext CleanContext = CaptureClean();

    public MethodTally TallyOf(Silo silo) => ReferenceEquals(_tally.Silo, silo) ? _tally : _tally = silo.Statistics.TallyOfThisThread();

    private static ThreadFrame Create() => t_current = new ThreadFrame();

    private static ExecutionContext CaptureClean()
    {
        ExecutionContext? clean = null;
        var thread = new Thread(() => clean = ExecutionContext.Capture());
        thread.UnsafeStart();
        thread.Join();
        return clean!;
    }
}
