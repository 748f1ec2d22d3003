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
